import { useCallback, useState } from 'react';
import { type Answer, useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { Brought, ErasePreview, MailboxRow } from '../../lib/contract/mailbox.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { providerNames } from '../words/mailbox-words.ts';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

/** Turns a mailbox off, keeping what it brought unless the person chooses otherwise; for one that is off, only erases. */
export const TurnOffDialog = ({
  mailbox,
  onTurnOff,
  onClose,
}: {
  mailbox: MailboxRow;
  onTurnOff: (brought: Brought) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { mailboxId, address, keptCount } = mailbox;
  const { answer } = useAnswer(useCallback(() => live.previewErase(mailboxId), [live, mailboxId]));
  const isOff = mailbox.state === 'off';
  const [brought, setBrought] = useState<Brought>(isOff ? 'erase' : 'keep');
  const erased = answer.state === 'here' ? answer.value.erasedCount : undefined;
  const eraseName = erased === undefined ? 'Erase it' : `Erase ${counted(erased, 'message')}`;
  const confirm = brought === 'keep' ? 'Turn off' : isOff ? eraseName : `Turn off, and ${lowered(eraseName)}`;
  return (
    <ConfirmDialog
      title={isOff ? `Erase what ${address} brought?` : `Turn off ${address}?`}
      confirm={confirm}
      cancel={isOff ? 'Keep it' : 'Leave it on'}
      isDanger
      onConfirm={() => {
        // Nothing is erased before the person has seen how much.
        if (brought === 'keep' || erased !== undefined) onTurnOff(brought);
      }}
      onClose={onClose}
    >
      {isOff ? null : (
        <p>
          Candor stops at once, and {givesUp(mailbox)} Nothing in the mailbox itself changes, and you can turn
          it on again.
        </p>
      )}
      {keptCount === 0 && !isOff ? (
        <p>Nothing was kept from it.</p>
      ) : (
        <fieldset className="choices">
          <legend className="unseen">What it brought</legend>
          {isOff ? null : (
            <label className="choice">
              <input
                type="radio"
                name="brought"
                checked={brought === 'keep'}
                onChange={() => setBrought('keep')}
              />
              Keep what it brought
              <span className="choice-hint small muted">
                {counted(keptCount, 'message')} {keptCount === 1 ? 'stays' : 'stay'} on the candidates’
                records.
              </span>
            </label>
          )}
          <label className="choice">
            <input
              type="radio"
              name="brought"
              checked={brought === 'erase'}
              onChange={() => setBrought('erase')}
            />
            Erase what it brought
            <span className="choice-hint small muted" role="status">
              {eraseWords(answer)}
            </span>
          </label>
        </fieldset>
      )}
    </ConfirmDialog>
  );
};

const givesUp = ({ provider }: MailboxRow): string =>
  provider === 'imap' ? 'forgets the password.' : `gives its permission back to ${providerNames[provider]}.`;

const eraseWords = (answer: Answer<ErasePreview>): string => {
  if (answer.state === 'asking') return 'Counting…';
  if (answer.state === 'failed') return `${whyWords(answer.why).happened} Without a count nothing is erased.`;
  const { keptCount, erasedCount, onHoldCount } = answer.value;
  const held = keptCount - erasedCount - onHoldCount;
  const stays =
    held === 0
      ? ''
      : ` ${counted(held, 'message')} that a colleague’s mailbox holds too ${held === 1 ? 'stays' : 'stay'}.`;
  return `${counted(erasedCount, 'message')} ${erasedCount === 1 ? 'goes' : 'go'} from the candidates’ records for good, for the whole team.${stays}${onHoldWords(onHoldCount)} This cannot be undone.`;
};

const onHoldWords = (count: number): string =>
  count === 0
    ? ''
    : ` ${counted(count, 'message')} ${count === 1 ? 'stays' : 'stay'}, because ${count === 1 ? 'its' : 'their'} candidate is under a legal hold. Once that is lifted you can ask again.`;

const lowered = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
