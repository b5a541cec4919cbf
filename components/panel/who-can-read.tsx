import { ChevronDown, Eye, EyeOff, Lock, UserPlus } from 'lucide-react';
import { useId, useState } from 'react';
import type { PersonId } from '../../lib/contract/ids.ts';
import type { KeptThread, Reader, Stance, ThreadView } from '../../lib/contract/thread.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { capitalised, counted, listed, readersSentence, shortName, youFirst } from '../words/people-words.ts';
import { CouldRead } from './could-read.tsx';
import { OpenedBy } from './opened-by.tsx';
import { isOpenBy, OverrideReceipts } from './override-use.tsx';
import { type Part, partsOf } from './parts.ts';
import { type Standing, stanceOf } from './standing.ts';

/** Who can read the open thread: always there, whatever else is known. */
export const WhoCanRead = ({
  view,
  now,
  standing,
  onChange,
  onGrant,
  onStop,
}: {
  view: ThreadView;
  now: number;
  standing: Standing;
  /** Asks for the dialog on the part, with this stance chosen. */
  onChange: (part: Part, stance: Stance) => void;
  /** Asks whom to let read the part. */
  onGrant: (part: Part) => void;
  onStop: (part: Part, granteeId: PersonId) => void;
}) => (
  <section className="part who" aria-label="Who can read this thread">
    {view.thread.state === 'kept' ? (
      partsOf(view).map((part) => {
        const readers = (
          <KeptReaders
            key={part.thread.threadId}
            thread={part.thread}
            now={now}
            standing={standing}
            onChange={(stance) => onChange(part, stance)}
            onGrant={() => onGrant(part)}
            onStop={(granteeId) => onStop(part, granteeId)}
          />
        );
        return part.heading === undefined ? (
          readers
        ) : (
          <section key={part.thread.threadId} aria-label={part.heading}>
            <p className="small strong any-break">{part.heading}</p>
            {readers}
          </section>
        );
      })
    ) : (
      <p className="who-line">
        <EyeOff size={16} aria-hidden="true" />
        <span>
          {view.thread.state === 'not-kept'
            ? 'Only you. This thread is in your mailbox and not in Candor.'
            : 'Nobody can read this in Candor through you: this mailbox is not connected.'}
        </span>
      </p>
    )}
  </section>
);

const shownAvatars = 5;

const KeptReaders = ({
  thread,
  now,
  standing,
  onChange,
  onGrant,
  onStop,
}: {
  thread: KeptThread;
  now: number;
  standing: Standing;
  onChange: (stance: Stance) => void;
  onGrant: () => void;
  onStop: (granteeId: PersonId) => void;
}) => {
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const readers = youFirst(thread.readers);
  const more = readers.length - shownAvatars;
  const overrides = thread.overrides ?? [];
  // What the server says, not what was asked for: a lock must never show before the thread is private.
  const isPrivate = thread.stance === 'private' || thread.privateTo.length > 0;
  const Icon = isPrivate ? Lock : Eye;
  return (
    <>
      <button
        type="button"
        className="who-line who-button"
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon size={16} aria-hidden="true" />
        <span className="grow">
          <span className="ring" aria-hidden="true">
            {readers.slice(0, shownAvatars).map(({ person }) => (
              <Avatar key={person.personId} id={person.personId} name={person.name} />
            ))}
            {more > 0 ? <span className="ring-more small muted">+{more}</span> : null}
          </span>
          <span>
            <span className="unseen">{isPrivate ? 'Private. ' : ''}</span>
            {readersSentence(thread)}
          </span>
        </span>
        <ChevronDown size={16} aria-hidden="true" className="turns" />
      </button>
      {/* Never folded away while it holds. */}
      <OverrideReceipts receipts={overrides.filter((each) => isOpenBy(each, now))} now={now} />
      <div id={listId} hidden={!isOpen} className="who-list">
        <ul className="rows">
          {readers.map((reader) => (
            <ReaderRow
              key={reader.person.personId}
              reader={reader}
              thread={thread}
              onStop={
                isGranted(thread, reader.person.personId, standing)
                  ? () => onStop(reader.person.personId)
                  : undefined
              }
            />
          ))}
        </ul>
        {thread.hiddenBecause === undefined ? null : <p className="small muted">{thread.hiddenBecause}</p>}
        <OverrideReceipts receipts={overrides.filter((each) => !isOpenBy(each, now))} now={now} />
        {thread.receipts === undefined ? null : (
          <OpenedBy threadId={thread.threadId} receipts={thread.receipts} now={now} />
        )}
        <PrivacySwitch thread={thread} standing={standing} onChange={onChange} />
        {thread.stance === undefined ? null : (
          <Button onClick={onGrant} icon={<UserPlus size={16} aria-hidden="true" />}>
            Let one colleague read it
          </Button>
        )}
        <CouldRead threadId={thread.threadId} />
      </div>
    </>
  );
};

/** The person lets them read it, and is not stopping that already. */
const isGranted = (thread: KeptThread, personId: PersonId, { underWay }: Standing): boolean =>
  thread.grants.some(({ person }) => person.personId === personId) &&
  !underWay.some(
    ({ action }) =>
      action.kind === 'grant' &&
      !action.on &&
      action.threadId === thread.threadId &&
      action.granteeId === personId,
  );

const ReaderRow = ({
  reader,
  thread,
  onStop,
}: {
  reader: Reader;
  thread: KeptThread;
  onStop: (() => void) | undefined;
}) => {
  const total = thread.messageCount + thread.hiddenMessageCount;
  const part = reader.messageCount < total ? ` · ${reader.messageCount} of ${counted(total, 'message')}` : '';
  return (
    <li className="row">
      <Avatar id={reader.person.personId} name={reader.person.name} />
      <div className="grow">
        <p className="one-line">{reader.person.isYou ? 'You' : reader.person.name}</p>
        <p className="small muted any-break">
          {reader.because}
          {part}
        </p>
      </div>
      {onStop === undefined ? null : (
        <Button look="link" onClick={onStop}>
          Stop<span className="unseen"> letting {reader.person.name} read this</span>
        </Button>
      )}
    </li>
  );
};

const PrivacySwitch = ({
  thread,
  standing,
  onChange,
}: {
  thread: KeptThread;
  standing: Standing;
  onChange: (stance: Stance) => void;
}) => {
  const others = thread.privateTo.map((person) => shortName(person, thread.privateTo));
  const keeps = others.length === 1 ? 'keeps' : 'keep';
  return (
    <div className="who-switch">
      <div className="grow small muted">
        {others.length === 0 ? null : (
          <p>{capitalised(`${listed(others)} ${keeps} this thread private, so the team cannot read it.`)}</p>
        )}
        <p>{stanceSentence(thread.stance)}</p>
      </div>
      {thread.stance === undefined ||
      stanceOf(thread, standing.underWay).how !== 'settled' ? null : thread.stance === 'private' ? (
        <Button onClick={() => onChange('shared')} icon={<Eye size={16} aria-hidden="true" />}>
          Open to the team
        </Button>
      ) : (
        <Button onClick={() => onChange('private')} icon={<Lock size={16} aria-hidden="true" />}>
          Make private
        </Button>
      )}
    </div>
  );
};

const stanceSentence = (stance: Stance | undefined): string => {
  if (stance === undefined) return 'Only people whose own mailbox holds this thread can change who reads it.';
  if (stance === 'private') return 'You made this private. New mail on it stays private too.';
  if (stance === 'shared') return 'You opened this to the team. New mail on it is open too.';
  return 'This goes by your company’s default.';
};
