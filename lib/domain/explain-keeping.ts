/* Why mail is kept or not, held, and filed where it is, in words: whole sentences, but for why it is filed. Days are given in UTC. */
import type { DropReason, HoldReason, KeepEvidence, KeepRule } from './interest.ts';
import { keepsAlone, type Matching, matchClause } from './matching.ts';
import type { AutomaticKind } from './message.ts';
import { formatDay, listNames } from './wording.ts';

/** Why a message is kept, as one whole sentence. */
export const explainKeep = (evidence: KeepEvidence): string => {
  if (evidence.rule !== 'candidate-address' && evidence.rule !== 'verified-address')
    return explainKeptBy(evidence.rule);
  const { addresses, rule } = evidence;
  const where = addresses.length === 1 ? 'is on a candidate’s record' : 'are on candidates’ records';
  const how = rule === 'verified-address' ? ', verified and with consent' : '';
  return `${listNames(addresses)} ${where}${how}.`;
};

/** The same where only the rule was recorded. */
export const explainKeptBy = (rule: KeepRule): string => wordsForKeepRule[rule];

/** Why a message waits for an answer, in whole sentences. */
export const explainHold = (reason: HoldReason): string => {
  switch (reason.rule) {
    case 'colleague-is-candidate':
      return `${reason.address} is a colleague’s address and is on a candidate’s record. Nothing is kept until you say so.`;
    case 'shared-address':
      return `${reason.address} is a shared address, so others read it too. Nothing is kept until you say so.`;
  }
};

/** Why a message is not kept and what would change that, in whole sentences. */
export const explainDrop = (
  reason: DropReason,
  { labelName, matching }: { readonly labelName: string; readonly matching: Matching },
): string => {
  const byHand = keepsAlone(matching, 'label')
    ? `Log the thread, or label it “${labelName}”, to keep it.`
    : 'Log the thread to keep it.';
  switch (reason.rule) {
    case 'draft':
      return 'This is a draft, and drafts are never kept. Candor looks again once it is sent.';
    case 'spam':
      return 'This message is in spam, where nothing is kept. Move it out of spam and Candor looks again.';
    case 'trash':
      return 'This message is in the trash, where nothing is kept. Take it out of the trash and Candor looks again.';
    case 'no-participants':
      return 'Candor could not read who sent this message or who it went to, so it is not kept. It stays in your mailbox.';
    case 'own-domains-only':
      return 'Everybody on this message is at your company, so it is never kept. That changes when somebody outside joins the thread.';
    case 'blocked':
      return `The block list has ${reason.entry}, so nothing with it is kept. Taking it off the list would change that.`;
    case 'removed':
      return 'You removed this message from Candor, so it is not kept. Log the thread to keep it again.';
    case 'left-out':
      return 'You left this conversation out when you looked at what would be kept of your old mail, so neither it nor new mail of it is kept. Log the thread to keep it.';
    case 'retired':
      return 'Candor erased this message when your company’s time for keeping mail with this candidate was over. Log the thread to keep it again.';
    case 'erased':
      return 'Candor erased this message when your company was asked to erase the candidate it was with. Log the thread to keep it again.';
    case 'person-erased':
      return 'Your company was asked to erase somebody on this message, so nothing with them is kept. Create them as a candidate anew, or add their address to one, to keep mail with them from now on. What was erased stays erased.';
    case 'outside-window':
      return `This message is older than ${formatDay(reason.windowFrom)}, where the import of this mailbox begins. ${byHand}`;
    case 'automatic':
      return `This is ${wordsForAutomatic[reason.kind]}, which is kept out of threads. Log the thread to keep it all the same.`;
    case 'no-rule':
      return keepsAlone(matching, 'candidate-address')
        ? `Nobody on this message is on a candidate’s record. Add one of the addresses to a candidate. ${byHand}`
        : `Your company keeps ${matchClause(matching) === undefined ? 'no mail by itself' : `mail only ${matchClause(matching)}`}. ${byHand}`;
  }
};

/** Why a thread is filed on a candidate: begins in lower case, no full stop. */
export const explainFiling = (filing: Filing): string => {
  if (filing.because === 'candidate-address')
    return filing.address === undefined
      ? 'an address on it is on the record'
      : `${filing.address} is on the record`;
  if (filing.because === 'asked') return 'it came with “Sync e-mails”';
  return `${wordsForFiling[filing.because]} by ${filing.by ?? 'a former colleague'} on ${formatDay(filing.at)}`;
};

export type Filing =
  | { readonly because: 'candidate-address'; readonly address?: string | undefined }
  | { readonly because: 'asked' }
  | {
      readonly because: 'logged' | 'label' | 'moved';
      readonly by: string | undefined;
      /** Epoch ms. */
      readonly at: number;
    };

const wordsForKeepRule: Readonly<Record<KeepRule, string>> = {
  ancestry: 'It answers a message that Candor sent or already keeps.',
  'candidate-address': 'An address on it is on a candidate’s record.',
  'verified-address': 'A verified address on it is on a candidate’s record, with the candidate’s consent.',
  label: 'The thread has the candidate label in the mailbox.',
  logged: 'The thread was logged by hand.',
  asked: 'It came with “Sync e-mails” for this candidate.',
};

const wordsForFiling = { logged: 'logged', label: 'labelled', moved: 'moved here' } as const;

const wordsForAutomatic: Readonly<Record<AutomaticKind, string>> = {
  'auto-reply': 'an automatic reply',
  'auto-generated': 'an automatic message',
  bounce: 'a notice about a message that could not be delivered',
  bulk: 'bulk mail',
};
