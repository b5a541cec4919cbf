/* What became of the person's replies on this thread: on its way, waiting for something, sent, or failed with a way on. */
import { Check, Clock } from 'lucide-react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { Outgoing } from '../../lib/contract/send.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { agoWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

export const Replies = ({ outgoing, now }: { outgoing: readonly Outgoing[]; now: number }) =>
  outgoing.length === 0 ? null : (
    <ul className="outcomes" aria-label="Your replies">
      {outgoing.map((reply) => (
        <li key={reply.key} className={reply.state === 'failed' ? undefined : 'outcome'}>
          {reply.state === 'failed' ? <Failed reply={reply} /> : <UnderWay reply={reply} now={now} />}
        </li>
      ))}
    </ul>
  );

const UnderWay = ({ reply, now }: { reply: Outgoing; now: number }) => (
  <>
    {reply.state === 'sent' ? <Check size={16} aria-hidden="true" /> : <Clock size={16} aria-hidden="true" />}
    <span className="grow" role="status">
      {words(reply, now)}
    </span>
  </>
);

const words = ({ state, at, failedFor }: Outgoing, now: number): string => {
  switch (state) {
    case 'sending':
      return 'Sending your reply…';
    case 'waits-for-provider':
      return 'Your reply waits: the mail provider asks Candor to. It goes out by itself.';
    case 'waits-for-mailbox':
      return 'Your reply waits until your mailbox is connected again. Then it goes out by itself.';
    default:
      return failedFor === undefined
        ? `Your reply was sent · ${agoWords(at, now)}`
        : `Your reply was sent · ${agoWords(at, now)}. For one of the addresses the mail server took no mail.`;
  }
};

const Failed = ({ reply }: { reply: Outgoing }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const { happened, safe, next } = whyWords(reply.failedFor ?? 'bug');
  const settle = (how: 'retry' | 'drop'): void =>
    run(async () => {
      await live.settleReply({ key: reply.key, how });
      live.refresh();
    });
  return (
    <Notice
      tone="failed"
      title={
        reply.failedFor === 'outcome-unknown' ? 'Your reply may not have gone.' : 'Your reply was not sent.'
      }
      actions={
        <>
          <Button isDisabled={isBusy} onClick={() => settle('retry')}>
            Send it again
          </Button>
          <Button look="plain" isDisabled={isBusy} onClick={() => settle('drop')}>
            Let it be
          </Button>
        </>
      }
    >
      <p>
        {happened} {safe} {next}
      </p>
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </Notice>
  );
};
