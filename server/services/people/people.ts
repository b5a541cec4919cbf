/* Colleagues: the first one sets the company up, the others come by invitation. */
import { createHash, randomBytes } from 'node:crypto';
import { CompanyId, PersonId } from '../../../lib/contract/ids.ts';
import type { Colleague, Invite, Invited, Me } from '../../../lib/contract/person.ts';
import { type Address, domainOf, foldAddress, parseAddress } from '../../../lib/domain/address.ts';
import { presets } from '../../../lib/domain/visibility.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';

const invitationMs = 7 * 86_400_000;
const setupLinkMs = 24 * 3_600_000;

/** The accounts colleagues sign in with; given by the edge, because they are the sign-in library's. */
export type Accounts = {
  /** Throws: already-done when the address has one. */
  readonly createUser: (who: { name: string; address: string; password: string }) => Promise<string>;
  readonly removeUser: (userId: string) => Promise<void>;
};

/** Makes the account, and unmakes it when what should follow fails: an account without a colleague would block the address. */
const withAccount = async (
  accounts: Accounts,
  who: { name: string; address: string; password: string },
  follow: (authUserId: string) => Promise<void>,
): Promise<void> => {
  const authUserId = await accounts.createUser(who);
  try {
    await follow(authUserId);
  } catch (thrown) {
    await accounts.removeUser(authUserId);
    throw thrown;
  }
};

/** The colleague of a live session, or undefined when the account belongs to nobody active. */
export const readActor = (services: Pick<Services, 'db'>, authUserId: string): Promise<Actor | undefined> =>
  services.db.transaction({ kind: 'system' }, async (tx) => {
    const row = await tx
      .selectFrom('candor.person')
      .select(['id as personId', 'company_id as companyId', 'name', 'address', 'role'])
      .where('auth_user_id', '=', authUserId)
      .where('is_active', '=', true)
      .executeTakeFirst();
    return row;
  });

export const readMe = (services: Services, actor: Actor): Promise<Me> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .selectFrom('candor.company')
      .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.company.id')
      .select(['candor.company.name', 'label_name', 'default_visibility'])
      .where('candor.company.id', '=', actor.companyId)
      .executeTakeFirstOrThrow();
    return {
      personId: actor.personId,
      name: actor.name,
      address: actor.address,
      role: actor.role,
      company: {
        companyId: actor.companyId,
        name: row.name,
        labelName: row.label_name,
        defaultVisibility: row.default_visibility,
      },
    };
  });

/** Active ones, by name; the actor is none of them. */
export const readActiveColleagues = (services: Services, actor: Actor): Promise<readonly Colleague[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const rows = await tx
      .selectFrom('candor.person')
      .select(['id', 'name', 'address', 'role'])
      .where('is_active', '=', true)
      .where('id', '<>', actor.personId)
      .orderBy('name')
      .orderBy('id')
      .execute();
    return rows.map(({ id, ...person }) => ({ personId: id, isYou: false, ...person }));
  });

/** A link for the first start, or undefined when a company exists. The newest one counts. */
export const makeSetupLink = (services: Services): Promise<string | undefined> =>
  services.db.transaction({ kind: 'system' }, async (tx) => {
    if ((await tx.selectFrom('candor.company').select('id').executeTakeFirst()) !== undefined)
      return undefined;
    const token = newToken();
    const row = {
      token_hash: tokenHash(token),
      expires_at: services.clock.now() + setupLinkMs,
      used_at: null,
    };
    await tx
      .insertInto('candor.setup_link')
      .values(row)
      .onConflict((conflict) => conflict.column('only_one').doUpdateSet(row))
      .execute();
    return `${services.publicUrl}/setup?token=${token}`;
  });

/** Throws: not-found when the link is not, or no longer, the one to set up with. */
export const requireSetupLink = (services: Services, token: string): Promise<void> =>
  services.db.transaction({ kind: 'system' }, (tx) => checkSetupLink(services, tx, token));

/** Makes the company and its owner. Throws: not-found (link used or expired), bad-input, already-done. */
export const setUpCompany = async (
  services: Services,
  accounts: Accounts,
  given: { token: string; company: string; name: string; address: string; password: string },
): Promise<void> => {
  const address = requireAddress(given.address);
  await requireSetupLink(services, given.token);
  const { name, password } = given;
  await withAccount(accounts, { name, address: foldAddress(address), password }, (authUserId) =>
    services.db.transaction({ kind: 'system' }, async (tx) => {
      await takeSetupLink(services, tx, given.token);
      const now = services.clock.now();
      const companyId = CompanyId.parse(crypto.randomUUID());
      await tx
        .insertInto('candor.company')
        .values({ id: companyId, name: given.company, created_at: now })
        .execute();
      await tx
        .insertInto('candor.policy')
        .values({
          company_id: companyId,
          own_domains: [domainOf(address)],
          default_visibility: presets['private-first'].defaultVisibility,
          hidden_tier: presets['private-first'].hiddenTier,
          updated_at: now,
        })
        .execute();
      await addPerson(services, tx, { companyId, authUserId, name, address, role: 'owner' });
    }),
  );
};

/** Throws: policy-forbids for a role above the actor's own reach; bad-input. */
export const invite = async (services: Services, actor: Actor, given: Invite): Promise<Invited> => {
  if (given.role === 'owner') throw new Failure('policy-forbids', 'a company has one owner');
  const role = given.role;
  const address = requireAddress(given.address);
  const token = newToken();
  const expiresAt = services.clock.now() + invitationMs;
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .insertInto('candor.invitation')
      .values({
        company_id: actor.companyId,
        token_hash: tokenHash(token),
        name: given.name,
        address: foldAddress(address),
        role,
        invited_by: actor.personId,
        expires_at: expiresAt,
      })
      .execute(),
  );
  return {
    link: `${services.publicUrl}/invitation?token=${token}`,
    expiresAt: new Date(expiresAt).toISOString(),
  };
};

export type OpenInvitation = { company: string; invitedBy: string; name: string; address: string };

/** Throws: not-found when it is used, expired, or never was. */
export const requireInvitation = (services: Services, token: string): Promise<OpenInvitation> =>
  services.db.transaction({ kind: 'system' }, async (tx) => {
    const row = await readInvitation(services, tx, token);
    return {
      company: row.company,
      invitedBy: row.invitedBy ?? 'A colleague',
      name: row.name,
      address: row.address,
    };
  });

/** Throws: not-found, already-done. */
export const acceptInvitation = async (
  services: Services,
  accounts: Accounts,
  given: { token: string; name: string; password: string },
): Promise<{ address: string }> => {
  const { address } = await requireInvitation(services, given.token);
  const { name, password } = given;
  await withAccount(accounts, { name, address, password }, (authUserId) =>
    services.db.transaction({ kind: 'system' }, async (tx) => {
      const row = await readInvitation(services, tx, given.token);
      const taken = await tx
        .updateTable('candor.invitation')
        .set({ accepted_at: services.clock.now() })
        .where('id', '=', row.id)
        .where('accepted_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (taken === undefined) throw new Failure('not-found', 'no such open invitation');
      await addPerson(services, tx, {
        companyId: row.company_id,
        authUserId,
        name,
        address: row.address as Address,
        role: row.role,
      });
    }),
  );
  return { address };
};

const readInvitation = async (services: Services, tx: Tx, token: string) => {
  const row = await tx
    .selectFrom('candor.invitation')
    .innerJoin('candor.company', 'candor.company.id', 'candor.invitation.company_id')
    .leftJoin('candor.person', 'candor.person.id', 'candor.invitation.invited_by')
    .select([
      'candor.invitation.id',
      'candor.invitation.company_id',
      'candor.invitation.name',
      'candor.invitation.address',
      'candor.invitation.role',
      'candor.company.name as company',
      'candor.person.name as invitedBy',
    ])
    .where('token_hash', '=', tokenHash(token))
    .where('accepted_at', 'is', null)
    .where('expires_at', '>', services.clock.now())
    .executeTakeFirst();
  if (row === undefined) throw new Failure('not-found', 'no such open invitation');
  return row;
};

const addPerson = async (
  services: Services,
  tx: Tx,
  who: { companyId: CompanyId; authUserId: string; name: string; address: Address; role: Actor['role'] },
): Promise<void> => {
  const personId = PersonId.parse(crypto.randomUUID());
  const folded = foldAddress(who.address);
  await tx
    .insertInto('candor.person')
    .values({
      id: personId,
      company_id: who.companyId,
      auth_user_id: who.authUserId,
      name: who.name,
      address: folded,
      role: who.role,
      created_at: services.clock.now(),
    })
    .execute();
  await tx
    .insertInto('candor.person_address')
    .values({
      company_id: who.companyId,
      person_id: personId,
      address: folded,
      address_hash: services.sealing.addressHash(who.companyId, folded),
    })
    .execute();
};

/** The link works once, also for two who use it at the same time. */
const takeSetupLink = async (services: Services, tx: Tx, token: string): Promise<void> => {
  const now = services.clock.now();
  const taken = await tx
    .updateTable('candor.setup_link')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('only_one')
    .executeTakeFirst();
  if (taken === undefined) throw new Failure('not-found', 'no such open set-up link');
};

const checkSetupLink = async (services: Services, tx: Tx, token: string): Promise<void> => {
  const row = await tx
    .selectFrom('candor.setup_link')
    .select('only_one')
    .where('token_hash', '=', tokenHash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', services.clock.now())
    .executeTakeFirst();
  if (row === undefined) throw new Failure('not-found', 'no such open set-up link');
};

const requireAddress = (text: string): Address => {
  const address = parseAddress(text);
  if (address === undefined) throw new Failure('bad-input', 'the address can not be read');
  return address;
};

const newToken = (): string => randomBytes(32).toString('base64url');
const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();
