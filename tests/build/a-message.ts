/* Messages with only the facts that matter; everything else is plain and harmless. */
import { type Address, parseAddress } from '../../lib/domain/address.ts';
import type { CopyPlace, MessageHeaders, Participant, ParticipantRole } from '../../lib/domain/message.ts';
import { type NormalisedMessageId, normaliseMessageId } from '../../lib/domain/message-id.ts';

/** Throws when the text is no address: a test that means one should hear of it. */
export const anAddress = (text: string): Address => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`Not an address: ${text}`);
  return address;
};

/** Throws when the text is no Message-ID. */
export const aMessageId = (text: string): NormalisedMessageId => {
  const id = normaliseMessageId(text);
  if (id === undefined) throw new Error(`Not a Message-ID: ${text}`);
  return id;
};

export const aParticipant = (role: ParticipantRole, address: string, name?: string): Participant =>
  name === undefined ? { role, address: anAddress(address) } : { role, address: anAddress(address), name };

export type MessageFacts = {
  readonly id?: string;
  readonly inReplyTo?: readonly string[];
  readonly references?: readonly string[];
  readonly from?: string;
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly subject?: string;
  readonly sentAt?: number;
  readonly automatic?: MessageHeaders['automatic'];
};

/** Without facts: a message from ana@acme.test to jane@example.test on 3 May 2026 that answers nothing. */
export const aMessage = (facts: MessageFacts = {}): MessageHeaders => ({
  messageId: aMessageId(facts.id ?? 'first@acme.test'),
  inReplyTo: (facts.inReplyTo ?? []).map(aMessageId),
  references: (facts.references ?? []).map(aMessageId),
  participants: [
    aParticipant('from', facts.from ?? 'ana@acme.test'),
    ...(facts.to ?? ['jane@example.test']).map((address) => aParticipant('to', address)),
    ...(facts.cc ?? []).map((address) => aParticipant('cc', address)),
    ...(facts.bcc ?? []).map((address) => aParticipant('bcc', address)),
  ],
  subject: facts.subject ?? 'Hello',
  sentAt: facts.sentAt ?? Date.UTC(2026, 4, 3),
  ...(facts.automatic === undefined ? {} : { automatic: facts.automatic }),
});

/** Without facts: an ordinary received message, not labelled. */
export const aPlace = (facts: Partial<CopyPlace> = {}): CopyPlace => ({
  isDraft: false,
  isSpam: false,
  isTrash: false,
  isLabelled: false,
  ...facts,
});
