/* Candidates one may open, found by name or address, and what is done with all that is held about one. */
import { Eraser, Eye, FileDown, FileJson, Gavel } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useAnswer, useErrand, usePaused } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import type { ErasureRow } from '../../lib/contract/erasure.ts';
import type { ExportForm } from '../../lib/contract/export.ts';
import { StanceAllDialog } from '../thread/stance-all-dialog.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Field } from '../ui/field.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { holdWords } from '../words/erasure-words.ts';
import { whyWords } from '../words/why-words.ts';
import { EraseDialog } from './erase-dialog.tsx';
import { ErasedNotice, Erasures } from './erasures.tsx';
import { FailedNotice } from './failed-notice.tsx';
import { HoldDialog, LiftDialog } from './hold-dialog.tsx';
import { saveFile } from './save-file.ts';

/** Short enough to feel at once, long enough not to ask for every letter. */
const typingPauseMs = 150;

type Open =
  | { readonly what: 'erase' | 'hold' | 'lift' | 'stances'; readonly card: CandidateCard }
  | { readonly what: 'job-stances'; readonly job: CandidateCard['jobs'][number] };
type Done = { readonly name: string; readonly erasure: ErasureRow };

export const Candidates = ({ isAdmin }: { isAdmin: boolean }) => {
  const live = useLive();
  const [text, setText] = useState('');
  const wanted = usePaused(text.trim(), typingPauseMs);
  const { answer, again } = useAnswer(
    useCallback(async () => (wanted === '' ? [] : live.searchCandidates(wanted)), [live, wanted]),
  );
  const [open, setOpen] = useState<Open>();
  const [done, setDone] = useState<Done>();
  const close = (): void => setOpen(undefined);
  const changed = (): void => {
    close();
    again();
  };
  return (
    <>
      <h1 className="title">Candidates</h1>
      <p className="muted">
        {isAdmin
          ? 'Find somebody on record: to save all that is held about them, to hold it, or to erase it.'
          : 'Find somebody on record, to save all that is held about them.'}
      </p>
      {done === undefined ? null : <ErasedNotice name={done.name} erasure={done.erasure} />}
      <div className="stack">
        <Field label="Name or address">
          {(parts) => (
            <input
              {...parts}
              className="input"
              type="search"
              name="candidate"
              autoComplete="off"
              maxLength={200}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </div>
      {answer.state === 'failed' ? <FailedNotice why={answer.why} /> : null}
      <div role="status">
        {answer.state === 'here' && wanted !== '' && answer.value.length === 0 ? (
          <p className="muted">Nobody you may open has that name or address.</p>
        ) : null}
      </div>
      {answer.state === 'here' && answer.value.length > 0 ? (
        <ul className="entries" aria-label="Candidates found">
          {answer.value.map((card) => (
            <Found key={card.candidateId} card={card} now={live.now()} isAdmin={isAdmin} onOpen={setOpen} />
          ))}
        </ul>
      ) : null}
      {isAdmin ? <Erasures key={done?.erasure.erasureId ?? ''} /> : null}
      {open?.what === 'erase' ? (
        <EraseDialog
          card={open.card}
          onErased={(erasure) => {
            setDone({ name: open.card.name, erasure });
            changed();
          }}
          onClose={close}
        />
      ) : null}
      {open?.what === 'stances' ? (
        <StanceAllDialog
          scope={{ candidateId: open.card.candidateId }}
          of={`with ${open.card.name}`}
          onClose={close}
        />
      ) : null}
      {open?.what === 'job-stances' ? (
        <StanceAllDialog scope={{ jobId: open.job.jobId }} of={`of ${open.job.title}`} onClose={close} />
      ) : null}
      {open?.what === 'hold' ? <HoldDialog card={open.card} onHeld={changed} onClose={close} /> : null}
      {open?.what === 'lift' ? <LiftDialog card={open.card} onLifted={changed} onClose={close} /> : null}
    </>
  );
};

const Found = ({
  card,
  now,
  isAdmin,
  onOpen,
}: {
  card: CandidateCard;
  now: number;
  isAdmin: boolean;
  onOpen: (open: Open) => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [isSaved, setSaved] = useState(false);
  const [job] = card.jobs;
  const save = (form: ExportForm): void =>
    run(async () => {
      setSaved(false);
      const { name, mediaType, text } = await live.exportCandidate({ candidateId: card.candidateId, form });
      saveFile(name, mediaType, [text]);
      setSaved(true);
    });
  return (
    <li className="question">
      <Avatar id={card.candidateId} name={card.name} />
      <div className="grow">
        <p className="strong any-break">{card.name}</p>
        <p className="small muted any-break">
          {[...(job === undefined ? [] : [`${job.stage} · ${job.title}`]), ...card.addresses].join(' · ')}
        </p>
        {card.hold === undefined ? null : <p className="small any-break">{holdWords(card.hold, now)}</p>}
        <p className="small muted" role="status">
          {isBusy ? 'Gathering all you may read…' : isSaved ? 'Saved. The file says what is not in it.' : ''}
        </p>
        {failedWhy === undefined ? null : (
          <p className="small field-error" role="alert">
            {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
          </p>
        )}
      </div>
      <Menu
        name={`More for ${card.name}`}
        items={[
          {
            name: 'Save all that is held',
            icon: <FileDown size={16} aria-hidden="true" />,
            isDisabled: isBusy,
            onChoose: () => save('page'),
          },
          {
            name: 'Save it as JSON',
            icon: <FileJson size={16} aria-hidden="true" />,
            isDisabled: isBusy,
            onChoose: () => save('data'),
          },
          {
            name: 'Who can read all my mail with them…',
            icon: <Eye size={16} aria-hidden="true" />,
            onChoose: () => onOpen({ what: 'stances', card }),
          },
          ...card.jobs.map((each) => ({
            name: `Who can read all my mail of ${each.title}…`,
            icon: <Eye size={16} aria-hidden="true" />,
            onChoose: () => onOpen({ what: 'job-stances', job: each }),
          })),
          ...(isAdmin ? adminItems(card, onOpen) : []),
        ]}
      />
    </li>
  );
};

const adminItems = (card: CandidateCard, onOpen: (open: Open) => void): readonly MenuItem[] => [
  {
    name: card.hold === undefined ? 'Set a legal hold…' : 'Lift the legal hold…',
    icon: <Gavel size={16} aria-hidden="true" />,
    onChoose: () => onOpen({ what: card.hold === undefined ? 'hold' : 'lift', card }),
  },
  {
    name: 'Erase…',
    icon: <Eraser size={16} aria-hidden="true" />,
    isDisabled: card.hold !== undefined,
    onChoose: () => onOpen({ what: 'erase', card }),
  },
];
