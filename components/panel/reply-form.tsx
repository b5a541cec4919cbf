/* A short reply to the open thread, from the person's own mailbox: whom to, and what. The subject is the thread's. */
import { Send } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MessageId, ThreadId } from '../../lib/contract/ids.ts';
import type { ReadThread, ThreadMessage } from '../../lib/contract/thread.ts';
import { type Address, foldAddress } from '../../lib/domain/address.ts';
import type { Participant } from '../../lib/domain/message.ts';
import { possibleRecipients, replyRecipients, replySubject } from '../../lib/domain/reply.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { whyWords } from '../words/why-words.ts';

export type Reply = { readonly messageId: MessageId; readonly to: string[]; readonly text: string };

type Props = {
  readonly threadId: ThreadId;
  /** The address it goes out by. */
  readonly from: string;
  readonly onSend: (reply: Reply) => void;
  readonly onClose: () => void;
};

export const ReplyForm = (props: Props) => {
  const live = useLive();
  const { threadId, onClose } = props;
  const { answer, again } = useAnswer(useCallback(() => live.readThread(threadId), [live, threadId]));
  if (answer.state === 'asking') return <Skeleton name="Reading the thread" widths={['70%', '90%']} />;
  if (answer.state === 'failed') {
    const words = whyWords(answer.why);
    return (
      <div role="alert">
        <p className="small field-error">
          {words.happened} {words.next}
        </p>
        <div className="form-actions">
          <Button onClick={again}>Try again</Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </div>
    );
  }
  return <Writing {...props} thread={answer.value} />;
};

const Writing = ({ thread, from, onSend, onClose }: Props & { readonly thread: ReadThread }) => {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const isOwn = (address: Address) => foldAddress(address) === foldAddress(from as Address);
  const answered = thread.messages.at(-1);
  const people = possibleRecipients(thread.messages.map(toHeaders), isOwn);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(
    () =>
      new Set(
        answered === undefined
          ? []
          : replyRecipients(toHeaders(answered), isOwn).map(({ address }) => foldAddress(address)),
      ),
  );
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  useEffect(() => area.current?.focus(), []);
  if (answered === undefined) return null;

  const to = people.filter(({ address }) => ticked.has(foldAddress(address))).map(({ address }) => address);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const missing =
      to.length === 0
        ? 'Tick at least one person.'
        : text.trim() === ''
          ? 'Write something first.'
          : undefined;
    setError(missing);
    if (missing === undefined) onSend({ messageId: answered.messageId, to, text });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || text !== '') return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  const toggle = (address: Address): void => {
    const next = new Set(ticked);
    if (!next.delete(foldAddress(address))) next.add(foldAddress(address));
    setTicked(next);
  };

  return (
    <form
      className="log-form"
      aria-labelledby={`${id}-title`}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      noValidate
    >
      <h2 className="strong any-break" id={`${id}-title`}>
        {replySubject(answered.subject)}
      </h2>
      <fieldset className="rows">
        <legend className="small muted">To</legend>
        {people.map(({ address, name }) => (
          <label key={address} className="row tick">
            <input
              type="checkbox"
              checked={ticked.has(foldAddress(address))}
              onChange={() => toggle(address)}
            />
            <span className="any-break">{name === undefined ? address : `${name} · ${address}`}</span>
          </label>
        ))}
      </fieldset>
      <label className="field" htmlFor={`${id}-text`}>
        <span className="unseen">Your reply</span>
        <textarea
          id={`${id}-text`}
          ref={area}
          className="input"
          rows={6}
          maxLength={100_000}
          value={text}
          aria-describedby={`${id}-from`}
          onChange={(event) => {
            setText(event.target.value);
            setError(undefined);
          }}
        />
      </label>
      <p className="small muted any-break" id={`${id}-from`}>
        Goes out from {from} and lies in its Sent folder.
      </p>
      <p className="small field-error" role="alert">
        {error}
      </p>
      <div className="form-actions">
        <Button type="submit" look="primary" icon={<Send size={16} aria-hidden="true" />}>
          Send
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
};

const toHeaders = ({ from, to, cc }: ThreadMessage): { readonly participants: readonly Participant[] } => ({
  participants: [
    ...(from === undefined ? [] : [toParticipant('from', from)]),
    ...to.map((each) => toParticipant('to', each)),
    ...cc.map((each) => toParticipant('cc', each)),
  ],
});

const toParticipant = (
  role: Participant['role'],
  { address, name }: { readonly address: string; readonly name?: string | undefined },
): Participant => ({ role, address: address as Address, ...(name === undefined ? {} : { name }) });
