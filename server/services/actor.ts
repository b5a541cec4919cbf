import type { CompanyId, PersonId } from '../../lib/contract/ids.ts';
import type { Role } from '../../lib/contract/person.ts';

/** The colleague on whose behalf code runs. Made by the edge from a live session. */
export type Actor = {
  readonly personId: PersonId;
  readonly companyId: CompanyId;
  readonly name: string;
  readonly address: string;
  readonly role: Role;
};

/** Whose row-level security a transaction runs under. */
export const idsOf = (actor: Actor) => ({ companyId: actor.companyId, personId: actor.personId });
