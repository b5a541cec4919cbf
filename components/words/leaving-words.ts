/* What becomes of the mail of a colleague who leaves, in numbers, before the click. */
import type { LeavingPreview } from '../../lib/contract/leaving.ts';
import { counted } from './people-words.ts';

export type MailAfter = 'keep' | 'pass-on' | 'hide' | 'erase';

export const mailAfterNames: Readonly<Record<MailAfter, string>> = {
  keep: 'Leave it as it is',
  'pass-on': 'Pass it on to a colleague',
  hide: 'Hide it from the team',
  erase: 'Erase it',
};

const are = (count: number): string => (count === 1 ? 'is' : 'are');
const stay = (count: number): string => (count === 1 ? 'stays' : 'stay');

const conversations = (count: number): string => counted(count, 'conversation');

/** `heir`: the name of who would gain sight, once it is chosen. */
export const mailAfterWords = (
  mail: MailAfter,
  counts: LeavingPreview,
  name: string,
  heir: string | undefined,
): string => {
  const { conversations: all, privateConversations: closed, sharedConversations: shared } = counts;
  switch (mail) {
    case 'keep':
      return `Whoever can read their ${conversations(all)} now still can.${closed === 0 ? '' : ` ${conversations(closed)} ${are(closed)} private and ${stay(closed)} closed.`}`;
    case 'pass-on':
      return `${heir ?? 'The colleague you choose'} will be able to read ${conversations(all - closed)}, and nobody else gains sight.${closed === 0 ? '' : ` ${conversations(closed)} ${are(closed)} private and ${are(closed)} passed on to nobody.`}`;
    case 'hide':
      return `The team no longer reads ${conversations(all - shared)} that only ${name} holds; people who were on them do.${shared === 0 ? '' : ` ${conversations(shared)} that colleagues’ mailboxes hold too ${stay(shared)} as ${shared === 1 ? 'it is' : 'they are'}.`}`;
    case 'erase':
      return eraseWords(counts);
  }
};

const eraseWords = ({ erasedMessages, sharedMessages, onHoldMessages }: LeavingPreview): string => {
  const goes = `${counted(erasedMessages, 'message')} ${erasedMessages === 1 ? 'goes' : 'go'} from the candidates’ records for good, for the whole team.`;
  const shared =
    sharedMessages === 0
      ? ''
      : ` ${counted(sharedMessages, 'message')} that colleagues’ mailboxes hold too ${stay(sharedMessages)}.`;
  const held =
    onHoldMessages === 0
      ? ''
      : ` ${counted(onHoldMessages, 'message')} ${stay(onHoldMessages)} under a legal hold.`;
  return `${goes}${shared}${held} This cannot be undone.`;
};

/** What the button says it will do. */
export const endWords = (mail: MailAfter, counts: LeavingPreview, heir: string | undefined): string => {
  switch (mail) {
    case 'keep':
      return 'End access';
    case 'pass-on':
      return heir === undefined
        ? 'End access, and pass mail on'
        : `End access, and let ${heir} read ${conversations(counts.conversations - counts.privateConversations)}`;
    case 'hide':
      return `End access, and hide ${conversations(counts.conversations - counts.sharedConversations)}`;
    case 'erase':
      return `End access, and erase ${counted(counts.erasedMessages, 'message')}`;
  }
};
