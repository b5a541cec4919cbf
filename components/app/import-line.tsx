import { History } from 'lucide-react';
import { useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { ImportRow, ImportSteer } from '../../lib/contract/import.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { progressWords, resultWords, windowWords } from '../words/import-words.ts';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';
import { ImportDialog } from './import-dialog.tsx';

/** Old mail of one mailbox: the way to import it, how far that is, and what came of it. */
export const ImportLine = ({ mailbox }: { mailbox: MailboxRow }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [isChoosing, setChoosing] = useState(false);
  const [isTakingBack, setTakingBack] = useState(false);
  const { imports, state } = mailbox;
  if (imports === undefined) return null;
  const { latest } = imports;
  const steer = (how: ImportSteer['how']): void => {
    if (latest !== undefined) run(() => live.steerImport({ importId: latest.importId, how }));
  };
  const stopped = imports.searches.filter((search) => search.state === 'failed');
  const underWay = imports.searches.filter((search) => search.state !== 'failed');
  const tryAgain = (): void =>
    run(async () => {
      for (const { importId } of stopped) await live.steerImport({ importId, how: 'resume' });
    });
  const isFree = latest === undefined || !isOpen(latest);
  if (isFree && state !== 'connected') return null;
  return (
    <div className="import-line">
      <p className="small muted" role="status">
        {latest === undefined || latest.state === 'cancelled'
          ? `Old mail: ${windowWords[imports.window].follows}`
          : stateWords(latest)}
      </p>
      {latest?.state === 'running' || latest?.state === 'paused' ? (
        <progress
          max={100}
          value={latest.percent}
          aria-label={`Import of old mail from ${mailbox.address}`}
        />
      ) : null}
      {underWay.length === 0 ? null : (
        <p className="small muted">Looking for old mail with {counted(underWay.length, 'candidate')}.</p>
      )}
      {stopped.length === 0 ? null : (
        <p className="small muted">
          Looking for old mail with {counted(stopped.length, 'candidate')} stopped.{' '}
          <Button look="link" isDisabled={isBusy} onClick={tryAgain}>
            Look again
          </Button>
        </p>
      )}
      <div className="button-row">
        {isFree ? (
          <Button
            isDisabled={isBusy}
            icon={<History size={16} aria-hidden="true" />}
            onClick={() => setChoosing(true)}
          >
            Import old mail…<span className="unseen"> {mailbox.address}</span>
          </Button>
        ) : null}
        {latest === undefined
          ? null
          : turnsOf(latest).map(({ how, name }) => (
              <Button
                key={how}
                isDisabled={isBusy}
                onClick={() => (how === 'cancel' ? setTakingBack(true) : steer(how))}
              >
                {name}
                <span className="unseen"> {mailbox.address}</span>
              </Button>
            ))}
      </div>
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
      {isChoosing ? <ImportDialog mailbox={mailbox} onClose={() => setChoosing(false)} /> : null}
      {isTakingBack && latest !== undefined ? (
        <ConfirmDialog
          title="Take back what was imported?"
          confirm="Take it back"
          cancel="Keep it"
          isDanger
          onConfirm={() => {
            steer('cancel');
            setTakingBack(false);
          }}
          onClose={() => setTakingBack(false)}
        >
          <p>
            The {counted(latest.keptMessages, 'message')} this import brought{' '}
            {latest.keptMessages === 1 ? 'leaves' : 'leave'} Candor, but for what you logged since and what
            came by itself. Nothing in your mailbox changes.
          </p>
        </ConfirmDialog>
      ) : null}
    </div>
  );
};

/** A count that waits for a word gives way to another choice. */
const isOpen = ({ state }: ImportRow): boolean =>
  state === 'running' || state === 'paused' || state === 'failed' || state === 'cancelling';

const turnsOf = ({
  state,
  keptMessages,
}: ImportRow): readonly { readonly how: ImportSteer['how']; readonly name: string }[] => {
  if (state === 'running')
    return [
      { how: 'pause', name: 'Pause' },
      { how: 'cancel', name: 'Cancel' },
    ];
  if (state === 'paused' || state === 'failed')
    return [
      { how: 'resume', name: state === 'paused' ? 'Go on' : 'Try again' },
      { how: 'cancel', name: 'Cancel' },
    ];
  return state === 'done' && keptMessages > 0 ? [{ how: 'cancel', name: 'Take back…' }] : [];
};

const stateWords = (row: ImportRow): string => {
  const what = row.window === undefined ? 'Old mail' : windowWords[row.window].name;
  switch (row.state) {
    case 'estimating':
      return `${what}: counting what is there…`;
    case 'estimated':
      return `${what}: counted, and waits for your word.`;
    case 'running':
      return `${what}: importing ${progressWords(row)}`;
    case 'paused':
      return `${what}: paused at ${progressWords(row)}`;
    case 'cancelling':
      return `${what}: taking back what it brought…`;
    case 'failed':
      return `${what}: stopped at ${row.percent} %. ${whyWords(row.failedFor ?? 'bug').happened} What came in so far stays.`;
    case 'done':
    case 'cancelled':
      return `${what}: ${resultWords(row)}`;
  }
};
