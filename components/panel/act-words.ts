import type { Stance } from '../../lib/contract/thread.ts';
import type { ThreadAction } from '../../lib/contract/thread-action.ts';

/** While the server works on it. */
export const sendingWords = (action: ThreadAction): string =>
  pick(action, {
    log: 'Logging to the ATS…',
    labelOn: 'Putting the label on…',
    labelOff: 'Taking the label off…',
    stance: {
      private: 'Making this thread private…',
      shared: 'Opening this thread to the team…',
      default: 'Setting this thread back to the company default…',
    },
    grantOn: 'Letting a colleague read this thread…',
    grantOff: 'Stopping a colleague from reading this thread…',
    remove: 'Removing from Candor…',
    move: 'Moving this thread…',
    split: 'Splitting this thread…',
    keep: 'Keeping what was deleted…',
    reply: 'Handing your reply over…',
    undo: 'Undoing…',
  });

/** While it has not left this browser. Says what holds until then, where that could harm. */
export const waitingWords = (action: ThreadAction, isOffline: boolean): string =>
  `${pick(action, {
    log: 'This will be logged',
    labelOn: 'The label goes on',
    labelOff: 'The label comes off',
    stance: {
      private: 'Not private yet: your team can read this as before. It becomes private',
      shared: 'This opens to the team',
      default: 'This goes back to the company default',
    },
    grantOn: 'Your colleague cannot read this yet: they can',
    grantOff: 'Your colleague can read this as before: that stops',
    remove: 'Still in Candor: this is removed',
    move: 'Still filed as before: this moves',
    split: 'Still one thread: this is split',
    keep: 'What was deleted still goes: it is kept',
    reply: 'Your reply is kept here and goes out',
    undo: 'This will be undone',
  })} ${isOffline ? 'as soon as you are back online.' : 'as soon as the server answers.'}`;

/** What was asked for, to head its refusal. */
export const refusedTitle = (action: ThreadAction): string =>
  pick(action, {
    log: 'This thread was not logged.',
    labelOn: 'The label was not put on.',
    labelOff: 'The label was not taken off.',
    stance: {
      private: 'This thread was not made private.',
      shared: 'This thread was not opened to the team.',
      default: 'This thread was not set back to the company default.',
    },
    grantOn: 'Your colleague was not let in.',
    grantOff: 'Your colleague was not stopped from reading this.',
    remove: 'This thread was not removed from Candor.',
    move: 'This thread was not moved.',
    split: 'This thread was not split.',
    keep: 'What was deleted is not kept.',
    reply: 'Your reply was not taken.',
    undo: 'This was not undone.',
  });

type ActWords = {
  readonly log: string;
  readonly labelOn: string;
  readonly labelOff: string;
  readonly stance: Readonly<Record<Stance, string>>;
  readonly grantOn: string;
  readonly grantOff: string;
  readonly remove: string;
  readonly move: string;
  readonly split: string;
  readonly keep: string;
  readonly reply: string;
  readonly undo: string;
};

const pick = (action: ThreadAction, words: ActWords): string => {
  if (action.kind === 'label') return action.on ? words.labelOn : words.labelOff;
  if (action.kind === 'grant') return action.on ? words.grantOn : words.grantOff;
  if (action.kind === 'stance') return words.stance[action.stance];
  return words[action.kind];
};
