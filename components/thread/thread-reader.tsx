import { CalendarDays, Paperclip } from 'lucide-react';
import { useCallback } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MessageId, ThreadId } from '../../lib/contract/ids.ts';
import type { ReadThread, ThreadMessage } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted, listed } from '../words/people-words.ts';
import { fullWords, whenWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { DeleteInMailbox } from './delete-in-mailbox.tsx';
import { MessageBody } from './message-body.tsx';

/** One of the team's threads, read in place: oldest message first; open is the one that is sought, or the newest. */
export const ThreadReader = ({
  threadId,
  sought,
  now,
}: {
  threadId: ThreadId;
  sought?: MessageId;
  now: number;
}) => {
  const live = useLive();
  const question = useCallback(() => live.readThread(threadId), [live, threadId]);
  const { answer, again } = useAnswer(question);
  if (answer.state === 'asking') return <Skeleton name="Opening the thread" widths={['90%', '75%', '82%']} />;
  if (answer.state === 'failed') {
    const words = whyWords(answer.why);
    return (
      <Notice
        tone="warn"
        title="This thread could not be opened."
        actions={<Button onClick={again}>Try again</Button>}
      >
        <p>
          {words.happened} {words.next}
        </p>
      </Notice>
    );
  }
  return <Messages thread={answer.value} sought={sought} now={now} />;
};

const Messages = ({
  thread,
  sought,
  now,
}: {
  thread: ReadThread;
  sought: MessageId | undefined;
  now: number;
}) => {
  const newest = thread.messages[thread.messages.length - 1];
  const opened = thread.messages.find(({ messageId }) => messageId === sought) ?? newest;
  return (
    <>
      <ol className="messages" aria-label={`Messages of ${thread.subject}`}>
        {thread.messages.map((message) => (
          <li key={message.messageId}>
            <details open={message === opened}>
              <summary className="message-head">
                <span className="grow one-line">{senderOf(message)}</span>
                <time className="small muted" dateTime={message.sentAt} title={fullWords(message.sentAt)}>
                  {whenWords(message.sentAt, now)}
                </time>
              </summary>
              <p className="small muted any-break">{recipientsOf(message)}</p>
              <Invitation message={message} now={now} />
              <MessageBody message={message} />
              {message.isPartlyUnread ? (
                <p className="small muted">
                  Part of this message could not be read. Open it in your mailbox to see it whole.
                </p>
              ) : null}
              <Attachments message={message} />
              <p className="small muted any-break">You can read this: {message.canReadBecause}.</p>
              <DeleteInMailbox message={message} now={now} />
            </details>
          </li>
        ))}
      </ol>
      {thread.leavesReceipt ? (
        <p className="small muted">Whoever holds this in their mailbox sees that you opened it.</p>
      ) : null}
      {thread.hiddenMessageCount === 0 ? null : (
        <p className="small muted">
          {thread.hiddenMessageCount === 1
            ? '1 more message is hidden from you.'
            : `${thread.hiddenMessageCount} more messages are hidden from you.`}
        </p>
      )}
    </>
  );
};

const Attachments = ({ message }: { message: ThreadMessage }) =>
  message.attachments.length === 0 ? null : (
    <ul className="chips" aria-label={counted(message.attachments.length, 'attachment')}>
      {message.attachments.map(({ name, sizeBytes, mediaType, sniffedType }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two attachments may share a name, and they never change places
        <li key={at} className="chip small">
          <Paperclip size={12} aria-hidden="true" />
          <span className="any-break">
            {name} · {sizeWords(sizeBytes)}
            {sniffedType === undefined ? null : (
              <strong>
                {' '}
                · said to be {mediaType}, is {sniffedType}
              </strong>
            )}
          </span>
        </li>
      ))}
    </ul>
  );

const Invitation = ({ message: { invitation }, now }: { message: ThreadMessage; now: number }) =>
  invitation === undefined ? null : (
    <p className="done">
      <CalendarDays size={16} aria-hidden="true" />
      <span>
        {invitationWords[invitation.kind]}
        {invitation.summary === undefined ? '' : `: ${invitation.summary}`}
        {invitation.startsAt === undefined ? null : (
          <>
            {' · '}
            <time dateTime={invitation.startsAt}>{startWords(invitation.startsAt, now)}</time>
          </>
        )}
      </span>
    </p>
  );

const invitationWords: Readonly<Record<NonNullable<ThreadMessage['invitation']>['kind'], string>> = {
  invitation: 'Invitation',
  answer: 'Answer to an invitation',
  cancellation: 'Cancelled',
};

/** A day, or a time without a zone, is shown as the invitation has it. */
const startWords = (startsAt: string, now: number): string =>
  startsAt.endsWith('Z') ? whenWords(startsAt, now) : startsAt.replace('T', ' ');

const senderOf = ({ from }: ThreadMessage): string => from?.name ?? from?.address ?? 'Unknown sender';

const recipientsOf = ({ to, cc }: ThreadMessage): string => {
  const named = (people: ThreadMessage['to']) => listed(people.map(({ name, address }) => name ?? address));
  return [to.length === 0 ? 'to nobody named' : `to ${named(to)}`, cc.length === 0 ? '' : `cc ${named(cc)}`]
    .filter((part) => part !== '')
    .join(' · ');
};

const sizeWords = (sizeBytes: number): string => {
  if (sizeBytes < 1_000) return `${sizeBytes} B`;
  if (sizeBytes < 1_000_000) return `${Math.round(sizeBytes / 1_000)} kB`;
  return `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
};
