/*
 * Whether a message may be kept at all, and by which rule. Default deny: what no rule keeps is dropped, and nothing of it
 * is stored. Works on headers and on where the mailbox holds the message; never on a body.
 */
import { type Address, blockEntryFor, foldAddress, isOwnDomain } from './address.ts';
import { keepsAlone, type Matching, type MatchRule, rulesThatKeep } from './matching.ts';
import type { CopyPlace, MessageHeaders } from './message.ts';
import type { NormalisedMessageId } from './message-id.ts';

export type KeepRule = MatchRule | 'logged' | 'asked';

export type InterestContext = {
  /** The company's rules. `logged` and `asked` are a person's own act and always count. */
  readonly matching: Matching;
  readonly ownDomains: ReadonlySet<string>;
  /** Folded addresses and domains ("@example.com") on the company's or the person's block list. */
  readonly blocked: ReadonlySet<string>;
  /** Epoch ms of the oldest message the mailbox's import window lets in; absent means everything. Not for a person's own act. */
  readonly windowFrom?: number;
  /** Folded addresses that stand on a candidate's record. */
  readonly candidateAddresses: ReadonlySet<string>;
  /** Those of them that are verified and whose candidate agreed to be found by them. */
  readonly verifiedAddresses: ReadonlySet<string>;
  /** Folded addresses of colleagues. */
  readonly colleagueAddresses: ReadonlySet<string>;
  /** Folded addresses of people who were erased because they asked for it and whom nobody took on again. */
  readonly erasedAddresses?: ReadonlySet<string>;
  /** Folded addresses of shared boxes and lists of the company. */
  readonly sharedAddresses: ReadonlySet<string>;
  /** Message-IDs that Candor minted or already keeps. */
  readonly keptIds: ReadonlySet<NormalisedMessageId>;
  /** Message-IDs of what was sent through Candor. */
  readonly sentIds?: ReadonlySet<NormalisedMessageId>;
  /** `drop`: automatic mail is kept out; `mark`: kept where another rule keeps it, and marked. Bulk is always dropped. */
  readonly automaticMail: 'drop' | 'mark';
  /** What a person did by hand for this thread or candidate just now. */
  readonly act?: 'logged' | 'asked';
};

/** The fact a rule stood on. */
export type KeepEvidence =
  | { readonly rule: 'ancestry'; readonly ancestor: NormalisedMessageId }
  | { readonly rule: 'candidate-address' | 'verified-address'; readonly addresses: readonly Address[] }
  | { readonly rule: 'label' }
  | { readonly rule: 'logged' }
  | { readonly rule: 'asked' };

export type DropReason =
  | { readonly rule: 'draft' }
  | { readonly rule: 'spam' }
  | { readonly rule: 'trash' }
  | { readonly rule: 'own-domains-only' }
  | { readonly rule: 'blocked'; readonly entry: string }
  | { readonly rule: Removal }
  | { readonly rule: 'person-erased' }
  | { readonly rule: 'outside-window'; readonly windowFrom: number }
  | { readonly rule: 'automatic'; readonly kind: NonNullable<MessageHeaders['automatic']> }
  | { readonly rule: 'no-participants' }
  | { readonly rule: 'no-rule' };

/**
 * `removed`: the mailbox's person took it off the record by hand. `left-out`: they left it, or what it answers, out before old mail
 * was looked for. With its candidate it was erased for the whole company:
 * `retired`, because the company's time for them was over; `erased`, because somebody asked for that.
 */
export type Removal = 'removed' | 'left-out' | Erased;
export type Erased = 'retired' | 'erased';

export type HoldReason =
  | { readonly rule: 'colleague-is-candidate'; readonly address: Address }
  | { readonly rule: 'shared-address'; readonly address: Address };

/** `keep` gives every rule it is kept by, in the order of KeepRule. `hold` stores nothing until the person answers. */
export type InterestDecision =
  | {
      readonly decision: 'keep';
      readonly because: readonly [KeepEvidence, ...KeepEvidence[]];
      readonly isAutomatic: boolean;
    }
  | { readonly decision: 'hold'; readonly because: HoldReason }
  | { readonly decision: 'drop'; readonly because: DropReason };

export type InterestSubject = {
  readonly headers: MessageHeaders;
  readonly place: CopyPlace;
  /** Why it was taken off the record before. */
  readonly removal?: Removal | undefined;
};

/**
 * Keep, hold or drop, with the reason. In this order:
 * 1. Never: drafts, spam, trash, nobody readable on it, everybody at the company's own domains, somebody on a block list.
 *    Nothing overrides these, not even a person's own act. Nor is mail kept of somebody who was erased because they asked for
 *    it, unless a candidate is on it. What was taken off the record stays out until the person logs it.
 *    Mail older than the import window is dropped too, unless a person asked for it by hand: `logged`, `asked`, or the label
 *    on the thread where the label alone keeps mail.
 * 2. Hold, where a rule would keep it: the only candidate on it is a colleague, and nothing else ties it to a candidate; or a
 *    shared box is among the recipients. A colleague on Cc of a candidate's mail is no reason to ask. `logged` is an answer
 *    already and is never held. What no rule would keep is not asked about: that would be to keep its trace.
 * 3. Automatic mail is dropped, bulk always and the rest by policy, unless the act of a person brings it.
 * 4. Keep by every rule of every alternative that holds, and by the act. 5. Otherwise drop.
 */
export const decideInterest = (subject: InterestSubject, context: InterestContext): InterestDecision => {
  const never = neverBecause(subject, context);
  if (never !== undefined) return { decision: 'drop', because: never };
  const evidence = keepEvidence(subject, context);
  const hold = holdBecause(subject, context, evidence);
  if (hold !== undefined) return { decision: 'hold', because: hold };
  const { automatic } = subject.headers;
  if (
    automatic !== undefined &&
    context.act === undefined &&
    (automatic === 'bulk' || context.automaticMail === 'drop')
  )
    return { decision: 'drop', because: { rule: 'automatic', kind: automatic } };
  const [first, ...more] = evidence;
  if (first === undefined) return { decision: 'drop', because: { rule: 'no-rule' } };
  return { decision: 'keep', because: [first, ...more], isAutomatic: automatic !== undefined };
};

const neverBecause = (subject: InterestSubject, context: InterestContext): DropReason | undefined => {
  const { place, headers } = subject;
  if (place.isDraft) return { rule: 'draft' };
  if (place.isSpam) return { rule: 'spam' };
  if (place.isTrash) return { rule: 'trash' };
  const addresses = headers.participants.map((participant) => participant.address);
  if (addresses.length === 0) return { rule: 'no-participants' };
  if (addresses.every((address) => isOwnDomain(address, context.ownDomains)))
    return { rule: 'own-domains-only' };
  for (const address of addresses) {
    const entry = blockEntryFor(foldAddress(address), context.blocked);
    if (entry !== undefined) return { rule: 'blocked', entry };
  }
  if (isOfErased(headers, context)) return { rule: 'person-erased' };
  if (subject.removal !== undefined && context.act !== 'logged') return { rule: subject.removal };
  const isByHand = context.act !== undefined || (place.isLabelled && keepsAlone(context.matching, 'label'));
  const windowFrom = context.windowFrom ?? Number.NEGATIVE_INFINITY;
  if (headers.sentAt < windowFrom && !isByHand) return { rule: 'outside-window', windowFrom };
  return undefined;
};

/** With a candidate on it, it is that candidate's mail too. */
const isOfErased = (headers: MessageHeaders, context: InterestContext): boolean =>
  headers.participants.some(({ address }) => context.erasedAddresses?.has(foldAddress(address)) === true) &&
  addressesOn(headers, context.candidateAddresses, context).length === 0;

const keepEvidence = (subject: InterestSubject, context: InterestContext): readonly KeepEvidence[] => {
  const facts = evidenceOf(subject, context);
  const keeping: ReadonlySet<string> = new Set(rulesThatKeep(context.matching, new Set(facts.keys())));
  const evidence = [...facts.values()].filter(({ rule }) => keeping.has(rule));
  return context.act === undefined ? evidence : [...evidence, { rule: context.act }];
};

/** Each rule that holds for the message, whether or not the company goes by it. */
const evidenceOf = (
  { headers, place }: InterestSubject,
  context: InterestContext,
): ReadonlyMap<MatchRule, KeepEvidence> => {
  const facts = new Map<MatchRule, KeepEvidence>();
  const ancestor = keptAncestor(headers, context.keptIds) ?? ownSentId(headers, context.sentIds);
  if (ancestor !== undefined) facts.set('ancestry', { rule: 'ancestry', ancestor });
  for (const [rule, known] of [
    ['candidate-address', context.candidateAddresses],
    ['verified-address', context.verifiedAddresses],
  ] as const) {
    const addresses = addressesOn(headers, known, context);
    if (addresses.length > 0) facts.set(rule, { rule, addresses });
  }
  if (place.isLabelled) facts.set('label', { rule: 'label' });
  return facts;
};

/** The nearest kept ancestor. A message is not its own ancestor, whatever its References say. */
const keptAncestor = (
  { messageId, inReplyTo, references }: MessageHeaders,
  keptIds: ReadonlySet<NormalisedMessageId>,
): NormalisedMessageId | undefined =>
  [...inReplyTo, ...references.toReversed()].find((id) => id !== messageId && keptIds.has(id));

/** Addresses on the message that are among the known ones, each once. A colleague's never counts as a match. */
const addressesOn = (
  { participants }: MessageHeaders,
  known: ReadonlySet<string>,
  context: InterestContext,
): readonly Address[] => {
  const found = new Map<string, Address>();
  for (const { address } of participants) {
    const folded = foldAddress(address);
    if (known.has(folded) && !isColleague(address, context) && !found.has(folded)) found.set(folded, address);
  }
  return [...found.values()];
};

/** What a person sent through Candor is the first of its line, whoever it went to. */
const ownSentId = (
  { messageId }: MessageHeaders,
  sentIds: ReadonlySet<NormalisedMessageId | undefined> | undefined,
): NormalisedMessageId | undefined => (sentIds?.has(messageId) === true ? messageId : undefined);

/** An address at the company's own domains is a colleague's, whether or not they ever signed in. */
const isColleague = (address: Address, context: InterestContext): boolean =>
  context.colleagueAddresses.has(foldAddress(address)) || isOwnDomain(address, context.ownDomains);

const holdBecause = (
  subject: InterestSubject,
  context: InterestContext,
  evidence: readonly KeepEvidence[],
): HoldReason | undefined => {
  if (context.act === 'logged') return undefined;
  const colleague = colleagueInsteadOfCandidate(subject, context, evidence);
  if (colleague !== undefined) return { rule: 'colleague-is-candidate', address: colleague };
  const shared = subject.headers.participants.find(
    ({ role, address }) => role !== 'from' && context.sharedAddresses.has(foldAddress(address)),
  );
  return shared !== undefined && evidence.length > 0
    ? { rule: 'shared-address', address: shared.address }
    : undefined;
};

/** The colleague whose own address on a candidate's record is all that would tie this message to a candidate. */
const colleagueInsteadOfCandidate = (
  subject: InterestSubject,
  context: InterestContext,
  evidence: readonly KeepEvidence[],
): Address | undefined => {
  const { headers } = subject;
  const hasOtherTie =
    evidence.some(({ rule }) => rule !== 'asked') ||
    addressesOn(headers, context.candidateAddresses, context).length > 0;
  if (hasOtherTie) return undefined;
  const holding = [...evidenceOf(subject, context).keys()];
  const wouldKeep = (folded: string): boolean => {
    const asCandidate: MatchRule[] = context.verifiedAddresses.has(folded)
      ? ['candidate-address', 'verified-address']
      : ['candidate-address'];
    return (
      context.act === 'asked' ||
      rulesThatKeep(context.matching, new Set([...holding, ...asCandidate])).length > 0
    );
  };
  return headers.participants.find(({ address }) => {
    const folded = foldAddress(address);
    return context.candidateAddresses.has(folded) && isColleague(address, context) && wouldKeep(folded);
  })?.address;
};
