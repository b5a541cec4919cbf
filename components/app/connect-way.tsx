import { useEffect, useRef, useState } from 'react';
import { connectRefusalWords, type MailboxWay } from '../../lib/contract/connecting.ts';
import type { MailboxKind } from '../../lib/contract/mailbox.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import type { End } from './adding-end.ts';
import { ConsentForm } from './consent-form.tsx';
import { ServerForm } from './server-form.tsx';

/** How this mailbox is connected: the way that serves it, or a choice where that is not known or not the person's wish. */
export const ConnectWay = ({
  way,
  onEnd,
  onClose,
}: {
  way: MailboxWay;
  onEnd: (end: End) => void;
  onClose: (() => void) | undefined;
}) => {
  const start = useRef<HTMLElement>(null);
  const [chosen, setChosen] = useState<MailboxKind | undefined>(() => firstChoice(way));
  const others = way.open.filter((kind) => kind !== chosen);
  useEffect(() => start.current?.focus(), []);
  return (
    <section className="way" ref={start} tabIndex={-1} aria-label={`How to connect ${way.address}`}>
      {way.refusal === undefined || chosen !== undefined ? null : (
        <div role="alert">
          <Notice tone="warn" title={connectRefusalWords[way.refusal].happened}>
            <p>{connectRefusalWords[way.refusal].next}</p>
          </Notice>
        </div>
      )}
      {way.isPersonal && way.open.length > 0 ? (
        <Notice tone="warn" title="This looks like a personal mailbox.">
          <p>
            It may work, but your work mailbox is the better one: private conversations lie in this one.
            Candor keeps only mail with candidates either way.
          </p>
        </Notice>
      ) : null}
      {chosen === undefined ? null : chosen === 'imap' ? (
        <ServerForm way={way} onEnd={onEnd} />
      ) : (
        <ConsentForm provider={chosen} address={way.address} access={way.access} onEnd={onEnd} />
      )}
      {others.length === 0 ? null : (
        <fieldset className="button-row">
          <legend className={chosen === undefined ? 'strong' : 'small muted'}>
            {chosen === undefined ? 'Who runs this mailbox?' : 'Not right? Another way:'}
          </legend>
          {others.map((kind) => (
            <Button key={kind} onClick={() => setChosen(kind)}>
              {wayNames[kind]}
            </Button>
          ))}
        </fieldset>
      )}
      {onClose === undefined ? null : (
        <div className="button-row">
          <Button look="link" onClick={onClose}>
            Cancel
          </Button>
        </div>
      )}
    </section>
  );
};

/** The way that serves the address, or the only one there is. */
const firstChoice = ({ kind, open }: MailboxWay): MailboxKind | undefined => {
  if (kind !== 'unknown') return open.includes(kind) ? kind : undefined;
  return open.length === 1 ? open[0] : undefined;
};

const wayNames: Readonly<Record<MailboxKind, string>> = {
  gmail: 'Google (Gmail, Workspace)',
  graph: 'Microsoft (Microsoft 365, Outlook)',
  imap: 'Another server, by password',
};
