/* Gathers what `decideClaim` needs to know before a person connects a mailbox, and turns its no into a refusal. */
import { sql } from 'kysely';
import { z } from 'zod';
import { AccessLevel, ConnectRefusal } from '../../../lib/contract/connecting.ts';
import type { CompanyId } from '../../../lib/contract/ids.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import {
  type ClaimDecision,
  type ConnectRules,
  decideClaim,
  type MailboxClaim,
} from '../../../lib/domain/mailbox-claim.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { ProviderKind } from '../../providers/provider.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';

/** Runs as the company. `folded`: the address. Throws: policy-forbids, with the refusal as its cause. */
export const requireClaim = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { provider, access }: Pick<MailboxClaim, 'provider' | 'access'>,
  folded: string,
): Promise<Extract<ClaimDecision, { may: true }>> => {
  const decision = decideClaim(
    { ...(await readClaimFacts(services, tx, actor, folded)), provider, access },
    await readConnectRules(tx, actor.companyId),
  );
  if (!decision.may) throw refused(decision.because);
  return decision;
};

export const refused = (refusal: ConnectRefusal): Failure =>
  new Failure('policy-forbids', `a mailbox may not be connected: ${refusal}`, { cause: { refusal } });

/** Why a mailbox was not connected, where it is that what was thrown says. */
export const refusalOf = (thrown: unknown): ConnectRefusal | undefined =>
  thrown instanceof Failure ? RefusalCause.safeParse(thrown.cause).data?.refusal : undefined;

const RefusalCause = z.object({ refusal: ConnectRefusal });

/** What is known of an address, whichever provider it will be. Runs as the company. */
export const readClaimFacts = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  folded: string,
): Promise<Omit<MailboxClaim, 'provider' | 'access'>> => {
  const { companyId, personId } = actor;
  const signsIn = await tx
    .selectFrom('candor.person')
    .select('id')
    .where('company_id', '=', companyId)
    .where('id', '<>', personId)
    .where(sql<boolean>`lower(address) = ${folded}`)
    .executeTakeFirst();
  const proven = await tx
    .selectFrom('candor.person_address')
    .select('person_id')
    .where('company_id', '=', companyId)
    .where('person_id', '<>', personId)
    .where('address_hash', '=', services.sealing.addressHash(companyId, folded))
    .executeTakeFirst();
  const mailbox = await tx
    .selectFrom('candor.mailbox')
    .select('id')
    .where('company_id', '=', companyId)
    .where('person_id', '<>', personId)
    .where('address', '=', folded)
    .executeTakeFirst();
  const shared = await tx
    .selectFrom('candor.shared_address')
    .select('address')
    .where('company_id', '=', companyId)
    .where('address', '=', folded)
    .executeTakeFirst();
  return {
    address: folded as Address,
    signInAddress: foldAddress(actor.address as Address),
    isColleagues: signsIn !== undefined || proven !== undefined,
    isColleaguesMailbox: mailbox !== undefined,
    isShared: shared !== undefined,
  };
};

export const readConnectRules = async (tx: Tx, companyId: CompanyId): Promise<ConnectRules> => {
  const policy = await tx
    .selectFrom('candor.policy')
    .selectAll()
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  return {
    isConnectingOn: policy.is_connecting_on,
    allowedProviders: new Set(policy.allowed_providers.filter(isKind)),
    allowedAccess: new Set(AccessLevel.array().parse(policy.allowed_access_levels)),
    isPasswordLoginAllowed: policy.is_password_login_allowed,
    forbiddenDomains: new Set(policy.forbidden_mailbox_domains),
    ownDomains: new Set(policy.own_domains),
  };
};

const isKind = (text: string): text is ProviderKind =>
  text === 'gmail' || text === 'graph' || text === 'imap';
