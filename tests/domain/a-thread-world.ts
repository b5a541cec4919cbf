/* Threads and companies as the rule for readers sees them, with only the facts that matter. */
import type { Grant, ReadableMessage, Stance, ThreadWorld, Viewer } from '../../lib/domain/readable.ts';

export const now = Date.UTC(2026, 4, 3);
export const team = { by: 'hiring-team', jobTitle: 'Backend' } as const;
/** The company address of a person; people are called by one name that is also their id. */
export const addressOf = (name: string): string => `${name}@acme.test`;
/** With a company address and one at home. */
export const viewer = (name: string): Viewer => ({
  personId: name,
  addresses: new Set([addressOf(name), `${name}@home.test`]),
});
export const heldBy = (...owners: string[]): ReadableMessage => ({
  ownerIds: new Set(owners),
  withheldBy: new Set(),
  participants: [],
});
export const withPeople = (message: ReadableMessage, participants: ReadableMessage['participants']) => ({
  ...message,
  participants,
});

/** Record access by default, nobody chose a stance, nobody has access to a candidate, no override. */
export const aWorld = (facts: Partial<ThreadWorld> = {}): ThreadWorld => ({
  now,
  defaultVisibility: 'record-access',
  stances: new Map(),
  grants: [],
  candidateAccess: new Map(),
  isOverrideAllowed: false,
  overrides: new Map(),
  ...facts,
});
export const grant = (facts: Partial<Grant> = {}): Grant => ({
  ownerId: 'ana',
  granteeId: 'vera',
  grantedAt: now - 10,
  ...facts,
});
export const veraOnTeam = new Map([['vera', team]]);
export const stances = (chosen: Record<string, Stance>) => new Map(Object.entries(chosen));
