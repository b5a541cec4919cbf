/*
 * The port to a mailbox at a provider: a few verbs. What a provider lacks is data (`can`), not an exception.
 * Ids are the provider's own and mean something inside one mailbox only.
 */
import type { AccessLevel } from '../../lib/domain/access-level.ts';
import type { Address } from '../../lib/domain/address.ts';
import type { CopyPlace } from '../../lib/domain/message.ts';
import type { NormalisedMessageId } from '../../lib/domain/message-id.ts';
import type { Consent, MailboxSecret, PasswordSecret, ServerAt } from './consent.ts';

export type ProviderKind = 'gmail' | 'graph' | 'imap';

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

/**
 * Rows and `next` must commit in one transaction. Where a cursor is lost, whole or in part, what is there in the window is told
 * of anew, and nothing tells what went. So whoever holds copies asks after those that were not told of since the page that
 * is `lost`, once one without `more` is reached.
 */
export type Delta = {
  readonly upserts: readonly CopyRef[];
  /** Ids of messages that are in the mailbox no more. */
  readonly deletions: readonly string[];
  readonly next: string;
  readonly more: boolean;
  /** A window is being told of anew. */
  readonly reset: boolean;
  /** This page is the first of it: from here on, what was told of before is not known to be there. */
  readonly lost: boolean;
  /** Folders that the mailbox's person may list and not read: nothing is told of what is in them. */
  readonly shutFolderCount?: number;
};

/** What is looked for: mail with one of some addresses in any role (at most `mostSought`), or mail under the candidate label. */
export type Sought =
  | { readonly by: 'addresses'; readonly addresses: readonly Address[] }
  | { readonly by: 'label' };

/** Addresses in one search; every provider takes as many. */
export const mostSought = 20;

export type Mailer = { readonly address: Address; readonly name?: string };

/** One message to be sent, with all that makes its source: the same draft gives the same bytes. */
export type Draft = {
  /** Minted before anything leaves, and what an earlier attempt is looked for by. */
  readonly messageId: NormalisedMessageId;
  /** Epoch ms; mail is dated in whole seconds. */
  readonly date: number;
  readonly from: Mailer;
  readonly to: readonly Mailer[];
  readonly cc: readonly Mailer[];
  readonly subject: string;
  readonly text: string;
  /** Ids without their brackets, otherwise as their messages spell them: some programs compare letter by letter. */
  readonly inReplyTo?: string;
  /** Oldest first. */
  readonly references: readonly string[];
  /** The thread it goes on with in the mailbox it is sent from, where there is one. */
  readonly providerThreadId?: string;
};

/** How an attempt to send knows of those before it. */
export type Attempt = {
  /** There was one, and what came of it is not known; `handle` is what it kept last. */
  readonly earlier?: { readonly handle?: string };
  /** Commits what a later attempt is told; a provider keeps it before the step that it tells of. */
  readonly keep: (handle: string) => Promise<void>;
};

export type Sent = {
  /** What it went by: the draft's own id, or the one that the provider gave it instead. */
  readonly messageId: NormalisedMessageId;
  /** Recipients the server took no mail for, where it took it for others. */
  readonly refused: readonly Address[];
};

/** What a mailbox can do, where providers differ. */
export type Can = { readonly label: boolean };

/**
 * How a mailbox tells of changes by itself. Whatever it tells is a hint that a pull is worth it, and hints get lost: polling
 * goes on all the same.
 */
export type Push =
  | {
      readonly by: 'connection';
      /** Stays connected and calls back at each hint, until the signal aborts; ends before, if the server never tells. Throws: mailbox-disconnected. */
      readonly listen: (onChange: () => void, signal: AbortSignal) => Promise<void>;
    }
  | {
      readonly by: 'subscription';
      /** Begins one, or prolongs the one that is held; one that is gone at the provider is begun anew. Throws as `pull`. */
      readonly renew: (held: Subscription | undefined, signal: AbortSignal) => Promise<Subscription>;
      /** One that is gone already is no failure. */
      readonly end: (held: Subscription, signal: AbortSignal) => Promise<void>;
    };

/** A subscription at the provider. */
export type Subscription = {
  /** What a notification names the mailbox by: Graph's subscription id, Gmail's address. */
  readonly name: string;
  /** A secret that every notification must carry; absent where the notification is signed instead. */
  readonly proof?: string;
  /** Epoch ms. */
  readonly renewAt: number;
  readonly expiresAt: number;
};

export type Provider = {
  readonly kind: ProviderKind;
  readonly can: (signal: AbortSignal) => Promise<Can>;
  /** Undefined where nothing tells: then there is only polling. */
  readonly push: Push | undefined;
  /** The address the provider vouches for. */
  readonly profile: (signal: AbortSignal) => Promise<{ readonly address: Address }>;
  /** A cursor for "from now on". */
  readonly start: (signal: AbortSignal) => Promise<string>;
  /** Throws: mailbox-disconnected, provider-busy, provider-refused. A cursor that cannot be parsed is a bad-input. */
  readonly pull: (cursor: string, window: { readonly from?: number }, signal: AbortSignal) => Promise<Delta>;
  /** Headers of every message of one thread, oldest first. Throws: not-found besides. */
  readonly readThread: (providerThreadId: string, signal: AbortSignal) => Promise<readonly CopyHeaders[]>;
  readonly readHeaders: (providerMessageId: string, signal: AbortSignal) => Promise<CopyHeaders>;
  /**
   * Throws: too-large when the message is over `maxBytes`. `sizeBytes`: as its headers told; where they were not read it is
   * asked for first, so that what is too large is never downloaded.
   */
  readonly fetch: (
    providerMessageId: string,
    maxBytes: number,
    signal: AbortSignal,
    sizeBytes?: number,
  ) => Promise<RawMessage>;
  /** Messages that match, newest first, one page at a time. A page token is the provider's own. */
  readonly search: (
    sought: Sought,
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
  /**
   * Moves one message to the mailbox's own trash, where the provider keeps it for its time; never further. One that lies there
   * stays. Throws: not-found, no-trash; provider-refused where no way there touches this message alone.
   */
  readonly remove: (providerMessageId: string, signal: AbortSignal) => Promise<void>;
  /**
   * Sends once, over all attempts with one draft; afterwards the message lies in the mailbox's Sent folder. With `earlier` it
   * is looked for before anything leaves.
   * Throws, having sent nothing: provider-busy, mailbox-disconnected, recipient-refused, too-large, cannot-send. Throws
   * outcome-unknown where it may have been sent and nobody can tell; and provider-refused, after which another attempt may
   * be made with `earlier`, once what the provider took has had time to show.
   */
  readonly send: (draft: Draft, attempt: Attempt, signal: AbortSignal) => Promise<Sent>;
};

/** Whose time a call to a provider takes: a person waits for it, or nobody does. */
export type Priority = 'person' | 'background';

/** Stores a secret that the provider gave in the place of `before`, unless that was replaced by another meanwhile. */
export type KeepSecret = (next: MailboxSecret, before: MailboxSecret) => Promise<void>;

/** What a mailbox spent of what its provider lets us do in it, in the window that ends now. */
export type Spending = {
  readonly spentUnits: number;
  readonly limitUnits: number;
  /** Left alone by background work. */
  readonly reservedUnits: number;
  readonly windowMs: number;
};

export type MailboxOpener = {
  /**
   * `mailboxKey`: what the mailbox's tokens and quota are shared by. `labelName`: the label `isLabelled` is told by.
   * `access`: what its person granted, which is everything unless told otherwise.
   * `keepSecret`: called where the provider gives a new secret with the use of the old one.
   */
  readonly open: (mailbox: {
    readonly mailboxKey: string;
    readonly secret: MailboxSecret;
    readonly priority: Priority;
    readonly labelName: string;
    readonly access?: AccessLevel;
    readonly keepSecret?: KeepSecret;
  }) => Provider;
  /** By this process. Undefined where the provider counts nothing, or the mailbox was not opened yet. */
  readonly spending: (mailboxKey: string) => Spending | undefined;
  /** Drops what is held in memory for the mailbox, and hangs up, after its secret changed or went. */
  readonly forget: (mailboxKey: string) => void;
  /** Hangs up everywhere, when the server stops. */
  readonly close: () => void;
};

/** Mailboxes that are opened by the person's consent at the provider. */
export type ConsentAccounts = MailboxOpener & { readonly consent: Consent };

/** Mailboxes that are opened by server, name and password. */
export type PasswordAccounts = MailboxOpener & {
  /** Logs in to each server and hangs up. Throws: mailbox-disconnected, provider-refused, with a cause that says which server and why. */
  readonly tryOut: (secret: PasswordSecret, signal: AbortSignal) => Promise<void>;
};

/** The kinds that are set up on this server. */
export type Providers = {
  readonly gmail?: ConsentAccounts;
  readonly graph?: ConsentAccounts;
  readonly imap?: PasswordAccounts;
};

/** What serves an address, as far as it can be found out without a password. */
export type Detected =
  | { readonly kind: 'gmail' | 'graph' }
  /** What is known of the servers; what is not stays for the person to enter. */
  | { readonly kind: 'imap'; readonly imap?: ServerAt; readonly smtp?: ServerAt }
  | { readonly kind: 'unknown' };

/** Never throws but what the signal says: what cannot be found out is unknown. */
export type Detect = (address: Address, signal: AbortSignal) => Promise<Detected>;
