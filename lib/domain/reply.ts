/* What makes a message the answer to another one, for every mail program: its subject and the ids it names. */
import { type Address, foldAddress } from './address.ts';
import type { MessageHeaders, Participant } from './message.ts';

/** With one "Re:" before it, whatever marks of an answer it has already. Mail programs keep a thread together by it. */
export const replySubject = (subject: string): string =>
  /^\s*re\s*:/i.test(subject) ? subject.trim() : `Re: ${subject.trim()}`.trim();

/** So many ids every program keeps; of a longer chain the first and the last ones, which root and parents stand in. */
const mostReferences = 20;

/**
 * The ids a reply names in References, oldest first: those of the message it answers, and that message's own.
 * Source: RFC 5322 sec. 3.6.4
 */
export const replyReferences = <Id extends string>(answered: {
  readonly messageId?: Id | undefined;
  readonly inReplyTo: readonly Id[];
  readonly references: readonly Id[];
}): readonly Id[] => {
  const { messageId, inReplyTo, references } = answered;
  const before = references.length > 0 ? references : inReplyTo.slice(0, 1);
  const all = [...new Set([...before, ...(messageId === undefined ? [] : [messageId])])];
  return all.length <= mostReferences ? all : [...all.slice(0, 1), ...all.slice(1 - mostReferences)];
};

/** Whom a reply to the message goes to, unless its writer says otherwise: who sent it, or whom they wrote to themselves. */
export const replyRecipients = (
  { participants }: Pick<MessageHeaders, 'participants'>,
  isOwn: (address: Address) => boolean,
): readonly Participant[] => {
  const senders = participants.filter(({ role, address }) => role === 'from' && !isOwn(address));
  return senders.length > 0
    ? senders
    : participants.filter(({ role, address }) => role === 'to' && !isOwn(address));
};

/** People on the messages that a reply may go to: each address once, none of one's own, nobody who was on Bcc. */
export const possibleRecipients = (
  messages: readonly Pick<MessageHeaders, 'participants'>[],
  isOwn: (address: Address) => boolean,
): readonly Participant[] => {
  const people = new Map<string, Participant>();
  for (const participant of messages.flatMap(({ participants }) => participants)) {
    if (participant.role === 'bcc' || isOwn(participant.address)) continue;
    const folded = foldAddress(participant.address);
    if (people.get(folded)?.name === undefined) people.set(folded, participant);
  }
  return [...people.values()];
};
