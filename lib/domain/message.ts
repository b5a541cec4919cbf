import type { Address } from './address.ts';
import type { NormalisedMessageId } from './message-id.ts';

export type ParticipantRole = 'from' | 'to' | 'cc' | 'bcc';

/** One address with its role on one message. Sender and Reply-To are not participants: they give no right to read. */
export type Participant = {
  readonly address: Address;
  readonly name?: string;
  readonly role: ParticipantRole;
};

/** What the header block of a message says, whatever provider it came from. */
export type MessageHeaders = {
  /** Absent when the message has none that can be read. */
  readonly messageId?: NormalisedMessageId;
  readonly inReplyTo: readonly NormalisedMessageId[];
  /** In the order of the header: oldest ancestor first. */
  readonly references: readonly NormalisedMessageId[];
  readonly participants: readonly Participant[];
  readonly subject: string;
  /** Epoch ms; from Date, or from the provider where Date cannot be read. */
  readonly sentAt: number;
  readonly automatic?: AutomaticKind;
};

/** RFC 3834 and 3464 marks, and list or campaign bulk. A List-Id alone makes a message none of these. */
export type AutomaticKind = 'auto-reply' | 'auto-generated' | 'bounce' | 'bulk';

/** Where one mailbox holds the message, in words all providers share. */
export type CopyPlace = {
  readonly isDraft: boolean;
  readonly isSpam: boolean;
  readonly isTrash: boolean;
  /** The company's candidate label stands on the thread in this mailbox (label, category or keyword). */
  readonly isLabelled: boolean;
};
