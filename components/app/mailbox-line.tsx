import { Pause, Power, Send, Trash2 } from 'lucide-react';
import type { MailboxChange, MailboxRow } from '../../lib/contract/mailbox.ts';
import { Button } from '../ui/button.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { providerNames, sendOnlyWords, syncedWords, troubleWords } from '../words/mailbox-words.ts';
import { counted } from '../words/people-words.ts';
import { agoWords, fullWords } from '../words/when.ts';
import { CompletenessLine } from './completeness-line.tsx';
import { ImportLine } from './import-line.tsx';
import { MailboxDetails } from './mailbox-details.tsx';

type Switch = Exclude<MailboxChange['kind'], 'turn-off'>;
type Acts = {
  readonly onReconnect: () => void;
  readonly onChange: (kind: Switch) => void;
  readonly onTurnOff: () => void;
};

/** One mailbox: how it stands, the one button that mends it, and the rest in a menu. */
export const MailboxLine = ({
  mailbox,
  now,
  isBusy,
  ...acts
}: Acts & { mailbox: MailboxRow; now: number; isBusy: boolean }) => {
  const items = menuItems(mailbox, acts);
  const trouble = troubleWords(mailbox, now);
  return (
    <tr>
      <th scope="row">
        <span>{mailbox.address}</span>
        <span className="small muted">
          {providerNames[mailbox.provider]}
          {mailbox.isPrimary ? ' · primary: you send from this one' : ''}
        </span>
      </th>
      <td data-label="Synced">
        <div className="grow">
          <p>{syncedWords(mailbox)}</p>
          {trouble === undefined ? null : <p className="small muted">{trouble}</p>}
          {mailbox.access === 'full' ? (
            <>
              <CompletenessLine mailbox={mailbox} now={now} />
              <ImportLine mailbox={mailbox} />
              <MailboxDetails mailbox={mailbox} now={now} />
            </>
          ) : (
            <p className="small muted">{sendOnlyWords}</p>
          )}
        </div>
      </td>
      <td data-label="Last message" className="nowrap">
        <When at={mailbox.lastMessageAt} now={now} never="None yet" />
      </td>
      <td data-label="Last look" className="nowrap">
        <When at={mailbox.lastPulledAt} now={now} never="Not yet" />
      </td>
      <td data-label="Kept" className="nowrap">
        {counted(mailbox.keptCount, 'message')}
      </td>
      <td className="table-actions">
        <MendButton mailbox={mailbox} isBusy={isBusy} {...acts} />
        {items.length === 0 ? null : <Menu name={`More for ${mailbox.address}`} items={items} />}
      </td>
    </tr>
  );
};

const When = ({ at, now, never }: { at: string | undefined; now: number; never: string }) =>
  at === undefined ? (
    never
  ) : (
    <time dateTime={at} title={fullWords(at)}>
      {agoWords(at, now)}
    </time>
  );

/** What most people want of a mailbox that stands so. */
const MendButton = ({
  mailbox,
  isBusy,
  onReconnect,
  onChange,
  onTurnOff,
}: Acts & { mailbox: MailboxRow; isBusy: boolean }) => {
  const whose = <span className="unseen"> {mailbox.address}</span>;
  switch (mailbox.health.state) {
    case 'needs-you':
      return (
        <Button look="primary" isDisabled={isBusy} onClick={onReconnect}>
          Reconnect{whose}
        </Button>
      );
    case 'paused':
      return (
        <Button look="primary" isDisabled={isBusy} onClick={() => onChange('resume')}>
          Resume{whose}
        </Button>
      );
    case 'off':
      return (
        <Button isDisabled={isBusy || mailbox.isErasing} onClick={onReconnect}>
          Turn on{whose}
        </Button>
      );
    case 'connected':
    case 'behind':
      return (
        <Button isDisabled={isBusy} onClick={onTurnOff}>
          Turn off{whose}
        </Button>
      );
  }
};

const menuItems = (mailbox: MailboxRow, { onChange, onTurnOff }: Acts): readonly MenuItem[] => {
  const primary: MenuItem = {
    name: 'Send from this one',
    icon: <Send size={16} aria-hidden="true" />,
    onChoose: () => onChange('make-primary'),
  };
  const pause: MenuItem = {
    name: 'Pause',
    icon: <Pause size={16} aria-hidden="true" />,
    onChoose: () => onChange('pause'),
  };
  const turnOff: MenuItem = {
    name: 'Turn off…',
    icon: <Power size={16} aria-hidden="true" />,
    onChoose: onTurnOff,
  };
  const erase: MenuItem = {
    name: 'Erase what it brought…',
    icon: <Trash2 size={16} aria-hidden="true" />,
    onChoose: onTurnOff,
  };
  const canBePrimary = mailbox.isPrimary ? [] : [primary];
  switch (mailbox.state) {
    case 'connected':
      return [pause, ...canBePrimary, ...(mailbox.health.state === 'needs-you' ? [turnOff] : [])];
    case 'paused':
    case 'needs-reconnect':
      return [...canBePrimary, turnOff];
    case 'off':
      return mailbox.keptCount === 0 || mailbox.isErasing ? [] : [erase];
  }
};
