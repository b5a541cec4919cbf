import { type FormEvent, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { ImportChoice, ImportRow } from '../../lib/contract/import.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import {
  bringsOldMail,
  type ImportWindow,
  importWindows,
  isWithin,
  type OldMailWindow,
} from '../../lib/domain/import-window.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { estimateWords, windowWords } from '../words/import-words.ts';
import { whyWords } from '../words/why-words.ts';
import { ImportPreview } from './import-preview.tsx';

/** How far back to import, what that would bring, and the word to begin. Counting and importing go on without the dialog. */
export const ImportDialog = ({ mailbox, onClose }: { mailbox: MailboxRow; onClose: () => void }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const { latest } = mailbox.imports ?? {};
  const isCounted = latest?.state === 'estimating' || latest?.state === 'estimated';
  const [previewing, setPreviewing] = useState<OldMailWindow>();
  const [isChoosing, setChoosing] = useState(!isCounted);

  const choose = (window: ImportWindow, leaveOut: NonNullable<ImportChoice['leaveOut']> = []): void =>
    run(async () => {
      await live.chooseImport({
        mailboxId: mailbox.mailboxId,
        window,
        ...(leaveOut.length === 0 ? {} : { leaveOut }),
      });
      setPreviewing(undefined);
      if (bringsOldMail(window)) setChoosing(false);
      else onClose();
    });
  const begin = (row: ImportRow): void =>
    run(async () => {
      await live.steerImport({ importId: row.importId, how: 'start' });
      onClose();
    });

  return (
    <Dialog title={`Old mail in ${mailbox.address}`} onClose={onClose}>
      {previewing === undefined ? null : (
        <ImportPreview
          mailbox={mailbox}
          window={previewing}
          isBusy={isBusy}
          onChoose={(leaveOut) => choose(previewing, leaveOut)}
          onBack={() => setPreviewing(undefined)}
        />
      )}
      {previewing !== undefined ? null : isChoosing || latest === undefined ? (
        <Choices
          mailbox={mailbox}
          isBusy={isBusy}
          onChoose={choose}
          onPreview={setPreviewing}
          onClose={onClose}
        />
      ) : (
        <Counted row={latest} isBusy={isBusy} onBegin={begin} onBack={() => setChoosing(true)} />
      )}
      {failedWhy === undefined ? null : (
        <p className="field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </Dialog>
  );
};

const Choices = ({
  mailbox,
  isBusy,
  onChoose,
  onPreview,
  onClose,
}: {
  mailbox: MailboxRow;
  isBusy: boolean;
  onChoose: (window: ImportWindow) => void;
  onPreview: (window: OldMailWindow) => void;
  onClose: () => void;
}) => {
  const companyMaximum = mailbox.imports?.companyMaximum ?? 'none';
  const [window, setWindow] = useState<ImportWindow>(mailbox.imports?.window ?? 'none');
  const offered = importWindows.filter((each) => isWithin(each, companyMaximum));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isBusy) onChoose(window);
  };
  return (
    <form onSubmit={submit}>
      <p className="muted">
        Candor looks only for mail with candidates on record, and never copies the mailbox. Later, when a
        candidate gets a new address, it looks again inside the time you choose here.
      </p>
      <fieldset>
        <legend className="unseen">How far back</legend>
        {offered.map((each) => (
          <label key={each} className="choice">
            <input
              type="radio"
              name="window"
              checked={window === each}
              aria-labelledby={`window-${each}`}
              aria-describedby={`window-${each}-hint`}
              onChange={() => setWindow(each)}
            />
            <span className="strong" id={`window-${each}`}>
              {windowWords[each].name}
            </span>
            <span className="choice-hint small muted" id={`window-${each}-hint`}>
              {windowWords[each].follows}
            </span>
          </label>
        ))}
      </fieldset>
      {companyMaximum === 'all' ? null : (
        <p className="small muted">Your company allows no more than this.</p>
      )}
      <div className="dialog-actions">
        <Button onClick={onClose}>Close</Button>
        {bringsOldMail(window) ? (
          <Button isDisabled={isBusy} onClick={() => onPreview(window)}>
            See what would be kept
          </Button>
        ) : null}
        <Button look="primary" type="submit" isDisabled={isBusy}>
          {bringsOldMail(window) ? 'Count what is there' : 'Save'}
        </Button>
      </div>
    </form>
  );
};

const Counted = ({
  row,
  isBusy,
  onBegin,
  onBack,
}: {
  row: ImportRow;
  isBusy: boolean;
  onBegin: (row: ImportRow) => void;
  onBack: () => void;
}) => (
  <>
    <p className="strong">{row.window === undefined ? '' : windowWords[row.window].name}</p>
    <p role="status">
      {row.state === 'estimated'
        ? estimateWords(row)
        : row.state === 'failed'
          ? `Counting stopped. ${whyWords(row.failedFor ?? 'bug').happened}`
          : 'Counting what is there. You can close this; it goes on.'}
    </p>
    {row.state === 'estimated' && row.foundMessages > 0 ? (
      <p className="small muted">
        It is read at a pace that leaves the mailbox free for you. You can pause it, and take back all it
        brought.
      </p>
    ) : null}
    <div className="dialog-actions">
      <Button onClick={onBack}>Choose another</Button>
      <Button look="primary" isDisabled={isBusy || row.state !== 'estimated'} onClick={() => onBegin(row)}>
        Import
      </Button>
    </div>
  </>
);
