import { CircleAlert, Clock, Info } from 'lucide-react';
import type { ReactNode } from 'react';

export type NoticeTone = 'calm' | 'waiting' | 'warn' | 'failed';

/** What happened, what is safe, and beneath it the ways on. */
export const Notice = ({
  tone = 'calm',
  title,
  children,
  actions,
}: {
  tone?: NoticeTone;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) => {
  const Icon = icons[tone];
  return (
    <div className="notice" data-tone={tone}>
      <Icon size={16} aria-hidden="true" />
      <div>
        <p className="strong">{title}</p>
        {children}
        {actions === undefined ? null : <div className="notice-actions">{actions}</div>}
      </div>
    </div>
  );
};

const icons = { calm: Info, waiting: Clock, warn: CircleAlert, failed: CircleAlert } as const;
