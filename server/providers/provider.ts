/*
 * The port to a mailbox at a provider: a few verbs. What a provider lacks is data (`can`), not an exception.
 * Ids are the provider's own and mean something inside one mailbox only.
 */
import type { Address } from '../../lib/domain/address.ts';
import type { CopyPlace } from '../../lib/domain/message.ts';
import type { MailboxSecret } from './consent.ts';

export type ProviderKind = 'gmail';

/** One message as a mailbox holds it, without its content. */
export type CopyRef = { readonly providerMessageId: string; readonly providerThreadId: string };

/** A copy with the header block as bytes: all `interest` needs, nothing of the body. */
export type CopyHeaders = CopyRef & {
  readonly place: CopyPlace;
  /** Provider's folder or label names, for the copy row. */
  readonly labels: readonly string[];
  /** Raw RFC 5322 header block, names and values as the provider gives them, in order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** When the mailbox received it, epoch ms. */
  readonly receivedAt: number;
  readonly sizeBytes: number;
};

/** The whole message, byte-exact. */
export type RawMessage = CopyRef & { readonly raw: Uint8Array };

/** Rows and `next` must commit in one transaction. `reset`: the cursor was lost; `upserts` are a bounded re-list. */
export type Delta = {
  readonly upserts: readonly CopyRef[];
  readonly deletions: readonly CopyRef[];
  readonly next: string;
  readonly more: boolean;
  readonly reset: boolean;
};

export type Provider = {
  readonly kind: ProviderKind;
  /** The address the provider vouches for. */
  readonly profile: (signal: AbortSignal) => Promise<{ readonly address: Address }>;
  /** A cursor for "from now on". */
  readonly start: (signal: AbortSignal) => Promise<string>;
  /** Throws: mailbox-disconnected, provider-busy, provider-refused. A cursor that cannot be parsed is a bad-input. */
  readonly pull: (cursor: string, window: { readonly from?: number }, signal: AbortSignal) => Promise<Delta>;
  /** Headers of every message of one thread, oldest first. Throws: not-found besides. */
  readonly readThread: (providerThreadId: string, signal: AbortSignal) => Promise<readonly CopyHeaders[]>;
  readonly readHeaders: (providerMessageId: string, signal: AbortSignal) => Promise<CopyHeaders>;
  /** Throws: too-large when the message is over `maxBytes`. */
  readonly fetch: (providerMessageId: string, maxBytes: number, signal: AbortSignal) => Promise<RawMessage>;
  /** Messages from or to the address, newest first, one page at a time. */
  readonly search: (
    address: Address,
    window: { readonly from?: number },
    page: string | undefined,
    signal: AbortSignal,
  ) => Promise<{ readonly found: readonly CopyRef[]; readonly nextPage?: string }>;
  /** Puts the label on every message of the thread, or takes it off; makes the label when it is missing. Idempotent. */
  readonly label: (
    providerThreadId: string,
    labelName: string,
    on: boolean,
    signal: AbortSignal,
  ) => Promise<void>;
};

/** Whose time a call to a provider takes: a person waits for it, or nobody does. */
export type Priority = 'person' | 'background';

export type MailboxOpener = {
  /** `mailboxKey`: what the mailbox's tokens and quota are shared by. `labelName`: the label `isLabelled` is told by. */
  readonly open: (mailbox: {
    readonly mailboxKey: string;
    readonly secret: MailboxSecret;
    readonly priority: Priority;
    readonly labelName: string;
  }) => Provider;
  /** Drops what is held in memory for the mailbox, after its secret changed or went. */
  readonly forget: (mailboxKey: string) => void;
};
