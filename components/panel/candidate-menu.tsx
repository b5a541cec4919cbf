/* What can be done for one candidate on the thread: sync their mail, and one more address on their record. */
import { AtSign, BadgeCheck, Eye, FolderLock, RefreshCw } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import { parseAddress } from '../../lib/domain/address.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Menu } from '../ui/menu.tsx';
import { whyWords } from '../words/why-words.ts';

export const CandidateMenu = ({
  card,
  sync,
  onAdd,
  onVouch,
  onStances,
}: {
  card: CandidateCard;
  sync: (() => void) | undefined;
  onAdd: () => void;
  onVouch: () => void;
  onStances: () => void;
}) => {
  const live = useLive();
  return (
    <Menu
      name={`More for ${card.name}`}
      items={[
        {
          name: 'Sync e-mails',
          icon: <RefreshCw size={16} aria-hidden="true" />,
          isDisabled: sync === undefined,
          onChoose: () => sync?.(),
        },
        { name: 'Add address…', icon: <AtSign size={16} aria-hidden="true" />, onChoose: onAdd },
        {
          name: 'Verify addresses…',
          icon: <BadgeCheck size={16} aria-hidden="true" />,
          isDisabled: card.addresses.length === 0,
          onChoose: onVouch,
        },
        {
          name: 'Who can read all my mail with them…',
          icon: <Eye size={16} aria-hidden="true" />,
          onChoose: onStances,
        },
        {
          name: 'All that is held about them…',
          icon: <FolderLock size={16} aria-hidden="true" />,
          onChoose: () => void live.openCandidates().catch(live.refresh),
        },
      ]}
    />
  );
};

/** One more address of theirs. Old mail with it is looked for where people let Candor look. */
export const AddAddress = ({
  card,
  suggested,
  onClose,
}: {
  card: CandidateCard;
  /** An address on the thread that stands on no record. */
  suggested: string | undefined;
  onClose: () => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(suggested ?? '');
  const [isWrong, setWrong] = useState(false);
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    input.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [before]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const address = parseAddress(text);
    setWrong(address === undefined);
    if (address === undefined) {
      input.current?.focus();
      return;
    }
    run(async () => {
      await live.addAddress(card.candidateId, address);
      onClose();
    });
  };

  return (
    <form
      className="fields"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <Field
        label={`Another address of ${card.name}`}
        hint="Mail with it is kept from now on, and old mail is looked for in mailboxes whose people let Candor."
        error={isWrong ? 'This is no e-mail address.' : undefined}
      >
        {(parts) => (
          <input
            {...parts}
            ref={input}
            className="input"
            type="text"
            inputMode="email"
            autoComplete="off"
            maxLength={320}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="form-actions">
        <Button look="primary" type="submit" isDisabled={isBusy}>
          Add address
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {failedWhy === 'already-done'
            ? 'This address stands on the record already.'
            : `${whyWords(failedWhy).happened} ${whyWords(failedWhy).next}`}
        </p>
      )}
    </form>
  );
};
