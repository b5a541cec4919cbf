/*
 * Connects a mailbox by its person's consent at the provider. Only that person can: the provider must vouch for the address
 * they named, and they must come back with the session they set out with.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AccessLevel as AccessLevelShape, type ConnectStart } from '../../../lib/contract/connecting.ts';
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type ConsentSecret, ConsentSecrets } from '../../providers/consent.ts';
import type { ProviderKind } from '../../providers/provider.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { readConnectRules, refused, requireClaim } from './claim.ts';
import { giveConsentBack } from './give-back.ts';
import { pullSoon, storeConnected } from './store-mailbox.ts';

/** Kinds that are connected by the person's consent at the provider. */
export type ConsentKind = Exclude<ProviderKind, 'imap'>;

/** How long a person may take on the provider's consent page. */
const consentMs = 15 * 60 * 1000;
const providerMs = 20_000;

/** The address of the provider's consent page for this person. Throws: policy-forbids (what is refused is its cause). */
export const startConnect = async (
  services: Services,
  actor: Actor,
  { provider, address = actor.address, access: wanted }: ConnectStart,
): Promise<{ url: string }> => {
  const { consent } = requireProvider(services, provider);
  const folded = foldAddress(address as Address);
  const access = await services.db.transaction(
    { kind: 'company', companyId: actor.companyId },
    async (tx) => {
      const asked = wanted ?? (await usualAccess(tx, actor, folded));
      await requireClaim(services, tx, actor, { provider, access: asked }, folded);
      return asked;
    },
  );
  const { url, secrets } = await consent.start(folded, access, AbortSignal.timeout(providerMs));
  const underWay: UnderWay = { address: folded, access, secrets };
  const hash = stateHash(secrets.state);
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    await tx
      .insertInto('candor.consent')
      .values({
        state_hash: hash,
        company_id: actor.companyId,
        person_id: actor.personId,
        provider,
        secret_sealed: await services.sealing.sealText(
          tx,
          actor.companyId,
          undefined,
          consentPlace(hash),
          JSON.stringify(underWay),
        ),
        expires_at: services.clock.now() + consentMs,
      })
      .execute();
  });
  return { url };
};

/** What the mailbox had before, or else the most that the company allows. */
const usualAccess = async (tx: Tx, actor: Actor, folded: string): Promise<AccessLevel> => {
  const known = await tx
    .selectFrom('candor.mailbox')
    .select('access_level')
    .where('person_id', '=', actor.personId)
    .where('address', '=', folded)
    .executeTakeFirst();
  const { allowedAccess } = await readConnectRules(tx, actor.companyId);
  return known?.access_level ?? (allowedAccess.has('full') ? 'full' : 'send-only');
};

/**
 * What the provider sent the person back with. The mailbox is connected only if the provider vouches for the address the
 * person named, and only for the person who asked. Throws: policy-forbids (what is refused is its cause), bad-input,
 * mailbox-disconnected, provider-refused.
 */
export const finishConnect = async (
  services: Services,
  actor: Actor,
  kind: ConsentKind,
  callbackUrl: string,
): Promise<{ mailboxId: MailboxId; address: string }> => {
  const { consent, forget } = requireProvider(services, kind);
  const state = new URL(callbackUrl).searchParams.get('state') ?? '';
  const { address: wanted, access, secrets } = await takeConsent(services, actor, kind, state);
  const { address, secret } = await consent.finish(
    callbackUrl,
    secrets,
    access,
    AbortSignal.timeout(providerMs),
  );
  const folded = foldAddress(address);
  try {
    if (folded !== wanted) throw refused('other-address');
    const mailboxId = await services.db.transaction(
      { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
      (tx) => storeConnected(services, tx, actor, { kind, address: folded, secret, access }),
    );
    forget(mailboxId);
    await pullSoon(services, actor, mailboxId, access);
    return { mailboxId, address: folded };
  } catch (thrown) {
    if (thrown instanceof Failure) await giveBack(services, actor, kind, folded, secret);
    throw thrown;
  }
};

/** Providers end all consents of one account at once, so a mailbox that is connected here must not lose its own by this. */
const giveBack = async (
  services: Services,
  actor: Actor,
  kind: ConsentKind,
  address: string,
  secret: ConsentSecret,
): Promise<void> => {
  const connected = await services.db.transaction({ kind: 'company', companyId: actor.companyId }, (tx) =>
    tx
      .selectFrom('candor.mailbox')
      .select('id')
      .where('company_id', '=', actor.companyId)
      .where('provider', '=', kind)
      .where('address', '=', address)
      .where('state', '<>', 'off')
      .executeTakeFirst(),
  );
  if (connected === undefined) await giveConsentBack(services, requireProvider(services, kind), secret);
};

/** A consent on its way: the address the person named, what they want to grant, and what must be remembered until they come back. */
const UnderWay = z.object({ address: z.string(), access: AccessLevelShape, secrets: ConsentSecrets });
type UnderWay = z.infer<typeof UnderWay>;

const takeConsent = async (
  services: Services,
  actor: Actor,
  kind: ConsentKind,
  state: string,
): Promise<UnderWay> => {
  const hash = stateHash(state);
  return services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .deleteFrom('candor.consent')
      .where('state_hash', '=', hash)
      .where('provider', '=', kind)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined || row.expires_at < services.clock.now()) {
      throw new Failure('bad-input', 'no such consent under way for this person');
    }
    const text = await services.sealing.openText(tx, actor.companyId, consentPlace(hash), row.secret_sealed);
    return UnderWay.parse(JSON.parse(text));
  });
};

const requireProvider = (services: Services, kind: ConsentKind) => {
  const configured = services.providers[kind];
  if (configured === undefined) throw refused('not-set-up');
  return configured;
};

const stateHash = (state: string): Buffer => createHash('sha256').update(state).digest();
const consentPlace = (hash: Buffer) => ({
  table: 'consent',
  row: hash.toString('hex'),
  column: 'secret_sealed',
});
