import { Hand } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive, useNow } from '../../lib/client/live.ts';
import type { Held, HeldThread, UnreadableMessage } from '../../lib/contract/guard.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { agoWords, fullWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { Unreadable } from './unreadable.tsx';

const lookAtClockEveryMs = 20_000;

/** Threads that a guard holds: what the person's own mailbox says of them now, and the two answers. */
export const HeldQuestions = () => {
  const live = useLive();
  const now = useNow(lookAtClockEveryMs);
  const { answer, again } = useAnswer(useCallback(() => live.readHeld(), [live]));
  const [changed, setChanged] = useState<Held>();
  const [unreadable, setUnreadable] = useState<readonly UnreadableMessage[]>();
  const [logged, setLogged] = useState<ReadonlySet<string>>(new Set());
  const { isBusy, failedWhy, run } = useErrand();
  const held = changed ?? (answer.state === 'here' ? answer.value : undefined);

  const keep = ({ ref, candidates }: HeldThread): void => {
    live.act({
      kind: 'log',
      ref,
      fileOn: candidates.map(({ candidateId }) => ({ candidateId })),
    });
    setLogged(new Set([...logged, ref.providerThreadId]));
  };
  const drop = ({ mailboxId, ref }: HeldThread): void =>
    run(async () =>
      setChanged(await live.dismissHeld({ mailboxId, providerThreadId: ref.providerThreadId })),
    );

  if (held === undefined)
    return answer.state === 'failed' ? (
      <Notice tone="failed" title={whyWords(answer.why).happened}>
        <Button onClick={again}>Look again</Button>
      </Notice>
    ) : (
      <Skeleton name="Looking whether anything waits for you" widths={['70%', '50%']} />
    );
  const threads = held.threads.filter(({ ref }) => !logged.has(ref.providerThreadId));
  return (
    <>
      <section className="stack" aria-label="Waiting for your word">
        <h2 className="strong">Waiting for your word</h2>
        {failedWhy === undefined ? null : (
          <p role="alert">
            {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
          </p>
        )}
        {held.unread.map(({ address, messageCount, reason }) => (
          <Notice
            key={address}
            tone="warn"
            title={`${counted(messageCount, 'message')} in ${address} cannot be shown.`}
          >
            <p>
              {whyWords(reason).happened} {whyWords(reason).next}
            </p>
          </Notice>
        ))}
        {threads.length === 0 ? (
          <p className="muted">
            Nothing waits. What Candor is not sure it may keep is asked about here first.
          </p>
        ) : (
          <ul className="entries">
            {threads.map((thread) => (
              <li key={`${thread.mailboxId} ${thread.ref.providerThreadId}`} className="question">
                <Hand size={16} aria-hidden="true" />
                <div className="grow">
                  <p className="strong any-break">{thread.subject === '' ? 'No subject' : thread.subject}</p>
                  <p className="small muted">
                    {thread.from} · {counted(thread.messageCount, 'message')} ·{' '}
                    <time dateTime={thread.sentAt} title={fullWords(thread.sentAt)}>
                      {agoWords(thread.sentAt, now)}
                    </time>{' '}
                    · in {thread.ref.mailboxAddress}
                  </p>
                  <p>{thread.because}</p>
                  <div className="button-row">
                    {thread.candidates.length === 0 ? null : (
                      <Button isDisabled={isBusy} onClick={() => keep(thread)}>
                        Keep it for {thread.candidates.map(({ name }) => name).join(', ')}
                      </Button>
                    )}
                    <Button isDisabled={isBusy} onClick={() => drop(thread)}>
                      Don’t keep it<span className="unseen">: {thread.subject}</span>
                    </Button>
                  </div>
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
      {held.unreadable.length === 0 ? null : (
        <Unreadable messages={unreadable ?? held.unreadable} now={now} onChange={setUnreadable} />
      )}
    </>
  );
};
