import { Reply as ReplyIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ThreadView } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { type Reply, ReplyForm } from './reply-form.tsx';

/** Undefined where nothing can be answered: what is hidden whole, and whoever has no mailbox that sends. */
export const answerable = ({ thread, sendsFrom }: ThreadView) =>
  thread.state === 'kept' && thread.messageCount > 0 && sendsFrom !== undefined
    ? { threadId: thread.threadId, from: sendsFrom }
    : undefined;

/** The way to a reply, and in its place the reply being written. */
export const ReplyPart = ({
  view,
  isOpen,
  onOpen,
  onSend,
}: {
  view: ThreadView;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  onSend: (reply: Reply) => void;
}) => {
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const answers = answerable(view);
  if (answers === undefined) return null;
  return isOpen ? (
    <ReplyForm
      {...answers}
      onSend={(reply) => {
        onSend(reply);
        onOpen(false);
      }}
      onClose={() => onOpen(false)}
    />
  ) : (
    <Button
      ref={button}
      look="plain"
      icon={<ReplyIcon size={16} aria-hidden="true" />}
      aria-keyshortcuts="r"
      onClick={() => onOpen(true)}
    >
      Reply
    </Button>
  );
};
