/*
 * Who may read a message, and why. Pure: the server's tables, the explanation on the panel, the preview before a click
 * and the policy dry run all ask this one function. The same rule stands a second time as row-level security in
 * server/db/migrations; a property test holds the two together.
 */
import type { ParticipantRole } from './message.ts';

export type Stance = 'default' | 'private' | 'shared';
export type DefaultVisibility = 'record-access' | 'owner-only';

export type Viewer<P extends string = string> = {
  readonly personId: P;
  /** All addresses known to be this person's own, folded. */
  readonly addresses: ReadonlySet<string>;
};

/** Facts of one message. */
export type ReadableMessage<P extends string = string> = {
  /** People whose mailboxes hold a copy: the owners. */
  readonly ownerIds: ReadonlySet<P>;
  /** Owners who do not let what they share or grant open this message (see withheld.ts). Their own right stays. */
  readonly withheldBy: ReadonlySet<P>;
  /** Folded addresses with their roles. */
  readonly participants: readonly { readonly address: string; readonly role: ParticipantRole }[];
};

export type Grant<P extends string = string> = {
  readonly ownerId: P;
  readonly granteeId: P;
  /** Epoch ms. */
  readonly grantedAt: number;
  /** Epoch ms; absent means until revoked. */
  readonly endsAt?: number;
};

/** Facts of the thread the message is on, and of the company. */
export type ThreadWorld<P extends string = string> = {
  readonly now: number;
  readonly defaultVisibility: DefaultVisibility;
  /** Stances that were chosen; an owner without one holds `default`. */
  readonly stances: ReadonlyMap<P, Stance>;
  readonly grants: readonly Grant<P>[];
  /** Why each person may open the mail of a candidate this thread belongs to (see candidate-access.ts). */
  readonly candidateAccess: ReadonlyMap<P, CandidateAccessReason>;
  /** The company's switch, held by its owner. */
  readonly isOverrideAllowed: boolean;
  /** People who used the override on this thread: epoch ms of the last use. */
  readonly overrides: ReadonlyMap<P, number>;
};

/** How long one use of the override opens a thread. */
export const overrideMs = 24 * 3_600_000;

export type CandidateAccessReason =
  | { readonly by: 'hiring-team'; readonly jobTitle: string }
  | { readonly by: 'candidate-owner' }
  | { readonly by: 'role'; readonly role: 'recruiter' };

/** One right to read, with its evidence. */
export type Right<P extends string = string> =
  | { readonly right: 'copy' }
  | { readonly right: 'participant'; readonly role: ParticipantRole }
  | { readonly right: 'grant'; readonly ownerId: P; readonly grantedAt: number; readonly endsAt?: number }
  | { readonly right: 'team'; readonly access: CandidateAccessReason; readonly sharedBy: readonly P[] }
  | { readonly right: 'override'; readonly usedAt: number };

export type Refusal<P extends string = string> =
  | { readonly refusal: 'private'; readonly ownerIds: readonly P[] }
  | { readonly refusal: 'withheld'; readonly ownerIds: readonly P[] }
  | { readonly refusal: 'owner-only' }
  | { readonly refusal: 'no-candidate-access' };

/** `because` holds every right that applies, strongest first (copy, participant, grant, team, override). */
export type ReadableDecision<P extends string = string> =
  | { readonly readable: true; readonly because: readonly [Right<P>, ...Right<P>[]] }
  | { readonly readable: false; readonly because: Refusal<P> };

/** What one person reads of the messages of a thread. */
export type ReaderSummary<P extends string = string> = {
  readonly personId: P;
  /** Of the strongest rights message by message, the one that opens most of them; of as many, the stronger. */
  readonly right: Right<P>;
  readonly messageCount: number;
  /** The strongest right for each message they read, by its position in the messages given. */
  readonly rights: ReadonlyMap<number, Right<P>>;
};

/** What changes for one person. */
export type ReaderChange<P extends string = string> = {
  readonly personId: P;
  /** Messages they gain or lose sight of. */
  readonly messageCount: number;
  /** The right that opens what they gain, or opened what they lose. */
  readonly right: Right<P>;
  /** Messages they read before and after all the same, and the right that opens them after. */
  readonly keepsCount: number;
  readonly keepsBy?: Right<P>;
};

/** Whether the viewer may read the message, with every right that says so or the reason why none does. */
export const decideReadable = <P extends string>(
  viewer: Viewer<P>,
  message: ReadableMessage<P>,
  world: ThreadWorld<P>,
): ReadableDecision<P> => {
  const [first, ...more] = [
    ...copyRight(viewer, message),
    ...participantRight(viewer, message),
    ...grantRights(viewer, message, world),
    ...teamRight(viewer, message, world),
    ...overrideRight(viewer, world),
  ];
  if (first === undefined) return { readable: false, because: refusalFor(viewer, message, world) };
  return { readable: true, because: [first, ...more] };
};

/**
 * The right by which an opening is told to the owners of a message; undefined for who holds it too, and for who has it by Bcc
 * alone, which nobody is told of.
 */
export const rightOfReceipt = <P extends string>(
  rights: readonly Right<P>[],
): Exclude<Right<P>, { right: 'copy' }> | undefined => {
  let told: Exclude<Right<P>, { right: 'copy' }> | undefined;
  for (const each of rights) {
    if (each.right === 'copy') return undefined;
    told ??= 'role' in each && each.role === 'bcc' ? undefined : each;
  }
  return told;
};

/** Everybody of `people` who reads at least one of the messages, in the order of `people`. */
export const readersOf = <P extends string>(
  people: readonly Viewer<P>[],
  messages: readonly ReadableMessage<P>[],
  world: ThreadWorld<P>,
): readonly ReaderSummary<P>[] =>
  people.flatMap((person) => {
    const rights = new Map<number, Right<P>>();
    messages.forEach((message, position) => {
      const decision = decideReadable(person, message, world);
      if (decision.readable) rights.set(position, decision.because[0]);
    });
    const right = mostOpening([...rights.values()]);
    return right === undefined
      ? []
      : [{ personId: person.personId, right, messageCount: rights.size, rights }];
  });

/** Who gains and who loses sight of what, between two summaries of the same messages in the same order. */
export const compareReaders = <P extends string>(
  before: readonly ReaderSummary<P>[],
  after: readonly ReaderSummary<P>[],
): { readonly gains: readonly ReaderChange<P>[]; readonly loses: readonly ReaderChange<P>[] } => {
  const beforeOf = new Map(before.map((reader) => [reader.personId, reader.rights]));
  const afterOf = new Map(after.map((reader) => [reader.personId, reader.rights]));
  return {
    gains: after.flatMap(({ personId, rights }) => {
      const had = beforeOf.get(personId);
      return changeFor(personId, only(rights, had, false), only(rights, had, true));
    }),
    loses: before.flatMap(({ personId, rights }) => {
      const has = afterOf.get(personId);
      return changeFor(personId, only(rights, has, false), has === undefined ? [] : only(has, rights, true));
    }),
  };
};

const copyRight = <P extends string>(viewer: Viewer<P>, message: ReadableMessage<P>): readonly Right<P>[] =>
  message.ownerIds.has(viewer.personId) ? [{ right: 'copy' }] : [];

const rolesByStrength: readonly ParticipantRole[] = ['from', 'to', 'cc', 'bcc'];

const participantRight = <P extends string>(
  viewer: Viewer<P>,
  message: ReadableMessage<P>,
): readonly Right<P>[] => {
  const own = message.participants.filter(({ address }) => viewer.addresses.has(address));
  const role = rolesByStrength.find((candidate) => own.some((participant) => participant.role === candidate));
  return role === undefined ? [] : [{ right: 'participant', role }];
};

/** A grant opens only what its giver holds, and only until it ends. */
const grantRights = <P extends string>(
  viewer: Viewer<P>,
  message: ReadableMessage<P>,
  { grants, now }: ThreadWorld<P>,
): readonly Right<P>[] =>
  grants
    .filter(({ granteeId, ownerId }) => granteeId === viewer.personId && opens(ownerId, message))
    .filter(({ endsAt }) => endsAt === undefined || now < endsAt)
    .map(({ ownerId, grantedAt, endsAt }) => ({
      right: 'grant',
      ownerId,
      grantedAt,
      ...(endsAt === undefined ? {} : { endsAt }),
    }));

const teamRight = <P extends string>(
  viewer: Viewer<P>,
  message: ReadableMessage<P>,
  world: ThreadWorld<P>,
): readonly Right<P>[] => {
  const access = world.candidateAccess.get(viewer.personId);
  if (access === undefined || privateOwners(message, world).length > 0) return [];
  const sharedBy = sharers(message, world).filter((owner) => opens(owner, message));
  return sharedBy.length > 0 ? [{ right: 'team', access, sharedBy }] : [];
};

const overrideRight = <P extends string>(viewer: Viewer<P>, world: ThreadWorld<P>): readonly Right<P>[] => {
  const usedAt = world.overrides.get(viewer.personId) ?? Number.NEGATIVE_INFINITY;
  return world.isOverrideAllowed && world.now < usedAt + overrideMs ? [{ right: 'override', usedAt }] : [];
};

/** Owners by whose stance the message is the team's, whether or not they withhold it. Asked where nobody is private. */
const sharers = <P extends string>(message: ReadableMessage<P>, world: ThreadWorld<P>): readonly P[] =>
  [...message.ownerIds].filter(
    (owner) => world.stances.get(owner) === 'shared' || world.defaultVisibility === 'record-access',
  );

/** Whether what this owner shares or grants reaches the message: a mailbox of theirs holds it, and they do not withhold it. */
const opens = <P extends string>(owner: P, { ownerIds, withheldBy }: ReadableMessage<P>): boolean =>
  ownerIds.has(owner) && !withheldBy.has(owner);

const privateOwners = <P extends string>(message: ReadableMessage<P>, world: ThreadWorld<P>): readonly P[] =>
  [...message.ownerIds].filter((owner) => world.stances.get(owner) === 'private');

/** Who has no access to the candidate is not told that anybody holds the message private. */
const refusalFor = <P extends string>(
  viewer: Viewer<P>,
  message: ReadableMessage<P>,
  world: ThreadWorld<P>,
): Refusal<P> => {
  if (!world.candidateAccess.has(viewer.personId)) return { refusal: 'no-candidate-access' };
  const ownerIds = privateOwners(message, world);
  if (ownerIds.length > 0) return { refusal: 'private', ownerIds };
  // Whoever else shares it would have opened it.
  const withholding = sharers(message, world);
  return withholding.length > 0 ? { refusal: 'withheld', ownerIds: withholding } : { refusal: 'owner-only' };
};

const rightsByStrength: readonly Right['right'][] = ['copy', 'participant', 'grant', 'team', 'override'];

const mostOpening = <P extends string>(rights: readonly Right<P>[]): Right<P> | undefined => {
  const groups = rightsByStrength.map((kind) => rights.filter((right) => right.right === kind));
  return groups.reduce((most, group) => (group.length > most.length ? group : most), [])[0];
};

/** The rights over messages that stand in `other` too (`both`), or over those that do not. */
const only = <P extends string>(
  rights: ReadonlyMap<number, Right<P>>,
  other: ReadonlyMap<number, Right<P>> | undefined,
  both: boolean,
): readonly Right<P>[] =>
  [...rights].filter(([position]) => (other?.has(position) ?? false) === both).map(([, right]) => right);

const changeFor = <P extends string>(
  personId: P,
  changed: readonly Right<P>[],
  kept: readonly Right<P>[],
): readonly ReaderChange<P>[] => {
  const right = mostOpening(changed);
  const keepsBy = mostOpening(kept);
  if (right === undefined) return [];
  const change = { personId, messageCount: changed.length, right, keepsCount: kept.length };
  return [keepsBy === undefined ? change : { ...change, keepsBy }];
};
