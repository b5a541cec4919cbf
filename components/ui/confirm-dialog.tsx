import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** A question, what follows from saying yes, and two answers that say what they do. */
export const ConfirmDialog = ({
  title,
  children,
  confirm,
  cancel,
  isDanger = false,
  onConfirm,
  onClose,
}: {
  title: string;
  children: ReactNode;
  confirm: string;
  cancel: string;
  isDanger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose}>
    {children}
    <div className="dialog-actions">
      <Button onClick={onClose}>{cancel}</Button>
      <Button look={isDanger ? 'danger' : 'primary'} onClick={onConfirm}>
        {confirm}
      </Button>
    </div>
  </Dialog>
);
