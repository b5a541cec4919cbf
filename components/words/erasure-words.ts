/* What erasing a candidate takes, what it leaves, and who asked for it, as people say it. */
import type { AskedBy, ErasureCounts, ErasureRow, LegalHold } from '../../lib/contract/erasure.ts';
import { calledName, capitalised, counted, listed } from './people-words.ts';
import { dayWords } from './when.ts';

export const askedByWords: Readonly<Record<AskedBy, string>> = {
  candidate: 'The candidate',
  representative: 'Somebody on the candidate’s behalf',
  authority: 'An authority',
  company: 'Our company itself',
};

/** Whole clauses, each one line of a list; what there is none of is left out. */
export const goesWords = (counts: ErasureCounts): readonly string[] => [
  counts.messages === 0
    ? 'No message: no conversation is filed on them alone.'
    : `${counted(counts.messages, 'message')} in ${counted(counts.conversations, 'conversation')} filed on nobody else${counts.attachments === 0 ? '' : `, with ${counted(counts.attachments, 'attachment')}`}.`,
  ...(counts.drafts === 0 ? [] : [`${counted(counts.drafts, 'draft')} to them.`]),
  `Their record, with ${listed([
    counted(counts.addresses, 'address', 'addresses'),
    ...(counts.jobs === 0 ? [] : [counted(counts.jobs, 'job')]),
  ])}.`,
];

export const staysWords = ({ sharedConversations }: ErasureCounts): readonly string[] => [
  'The mail in your colleagues’ own mailboxes: Candor deletes nothing there.',
  ...(sharedConversations === 0
    ? []
    : [
        `${counted(sharedConversations, 'conversation')} that ${sharedConversations === 1 ? 'is' : 'are'} filed on somebody else too.`,
      ]),
  'In the audit, that it was done: ids, times and counts.',
];

/** "12 messages erased on 3 May by Ana. The candidate asked for it." */
export const erasureWords = ({ at, because, askedBy, by, counts }: ErasureRow, now: number): string => {
  const who = by === undefined ? '' : ` by ${calledName(by)}`;
  const what = `${capitalised(counts.messages === 0 ? 'a record without messages' : counted(counts.messages, 'message'))} erased on ${dayWords(at, now)}`;
  if (because === 'retired') return `${what}: the company’s time for the candidate was over.`;
  return `${what}${who}. ${askedByWords[askedBy ?? 'company']} asked for it.`;
};

/** "Legal hold since 3 May, set by Ana: “Claim of 3 May”. Nothing of theirs can be erased, removed or deleted." */
export const holdWords = ({ at, by, reason }: LegalHold, now: number): string =>
  `Legal hold since ${dayWords(at, now)}, set by ${by === undefined ? 'a former colleague' : calledName(by)}: “${reason}”. Mail with them can’t be erased, removed or deleted.`;
