import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

/**
 * A native modal dialog, open as long as it is in the tree. Escape and the browser's own ways out call `onClose`; focus
 * begins on the choice that stands, if there is one, and goes back to where it was.
 */
export const Dialog = ({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) => {
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  const [before] = useState(() => document.activeElement);

  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    dialog.showModal();
    dialog.querySelector<HTMLInputElement>('input:checked')?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [before]);

  return (
    <dialog
      className="dialog"
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 className="dialog-title" id={titleId}>
        {title}
      </h2>
      {children}
    </dialog>
  );
};
