/*
 * Whether a message may be kept at all, and by which rule. Default deny: what no rule keeps is dropped, and nothing of it
 * is stored. Works on headers and on where the mailbox holds the message; never on a body.
 */
import type { Address } from './address.ts';
import type { CopyPlace, MessageHeaders } from './message.ts';
import type { NormalisedMessageId } from './message-id.ts';

export type KeepRule = 'ancestry' | 'candidate-address' | 'label' | 'logged' | 'asked';

export type InterestContext = {
  /** Rules the company switched on. `logged` and `asked` are a person's own act and always on. */
  readonly rulesOn: ReadonlySet<'ancestry' | 'candidate-address' | 'label'>;
  readonly ownDomains: ReadonlySet<string>;
  /** Folded addresses and domains ("@example.com") on the company's or the person's block list. */
  readonly blocked: ReadonlySet<string>;
  /** Epoch ms of the oldest message the mailbox's import window lets in; absent means everything. Not for a person's own act. */
  readonly windowFrom?: number;
  /** Folded addresses that stand on a candidate's record. */
  readonly candidateAddresses: ReadonlySet<string>;
  /** Folded addresses of colleagues. */
  readonly colleagueAddresses: ReadonlySet<string>;
  /** Folded addresses of shared boxes and lists of the company. */
  readonly sharedAddresses: ReadonlySet<string>;
  /** Message-IDs that Candor minted or already keeps. */
  readonly keptIds: ReadonlySet<NormalisedMessageId>;
  /** `drop`: automatic mail is kept out; `mark`: kept where another rule keeps it, and marked. Bulk is always dropped. */
  readonly automaticMail: 'drop' | 'mark';
  /** What a person did by hand for this thread or candidate just now. */
  readonly act?: 'logged' | 'asked';
};

/** The fact a rule stood on. */
export type KeepEvidence =
  | { readonly rule: 'ancestry'; readonly ancestor: NormalisedMessageId }
  | { readonly rule: 'candidate-address'; readonly addresses: readonly Address[] }
  | { readonly rule: 'label' }
  | { readonly rule: 'logged' }
  | { readonly rule: 'asked' };

export type DropReason =
  | { readonly rule: 'draft' }
  | { readonly rule: 'spam' }
  | { readonly rule: 'trash' }
  | { readonly rule: 'own-domains-only' }
  | { readonly rule: 'blocked'; readonly entry: string }
  | { readonly rule: 'outside-window'; readonly windowFrom: number }
  | { readonly rule: 'automatic'; readonly kind: NonNullable<MessageHeaders['automatic']> }
  | { readonly rule: 'no-participants' }
  | { readonly rule: 'no-rule' };

export type HoldReason =
  | { readonly rule: 'colleague-is-candidate'; readonly address: Address }
  | { readonly rule: 'shared-address'; readonly address: Address };

/** `keep` gives every rule that applies, in the order of KeepRule. `hold` stores nothing until the person answers. */
export type InterestDecision =
  | { readonly decision: 'keep'; readonly because: readonly [KeepEvidence, ...KeepEvidence[]]; readonly isAutomatic: boolean }
  | { readonly decision: 'hold'; readonly because: HoldReason }
  | { readonly decision: 'drop'; readonly because: DropReason };

export type InterestSubject = { readonly headers: MessageHeaders; readonly place: CopyPlace };
