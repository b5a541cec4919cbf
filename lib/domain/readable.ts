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
  | { readonly refusal: 'owner-only' }
  | { readonly refusal: 'no-candidate-access' };

/** `because` holds every right that applies, strongest first (copy, participant, grant, team, override). */
export type ReadableDecision<P extends string = string> =
  | { readonly readable: true; readonly because: readonly [Right<P>, ...Right<P>[]] }
  | { readonly readable: false; readonly because: Refusal<P> };
