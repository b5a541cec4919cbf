/* Puts a mailbox on record as connected, with the secret that opens it: new, turned on again, or mended. */
import { sql } from 'kysely';
import { MailboxId } from '../../../lib/contract/ids.ts';
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import { wholeSecond } from '../../../lib/domain/import-window.ts';
import type { Tx } from '../../db/schema.ts';
import type { MailboxSecret } from '../../providers/consent.ts';
import type { ProviderKind } from '../../providers/provider.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';
import { refused, requireClaim } from './claim.ts';
import { secretPlace } from './mailbox-access.ts';
import { forgetPush } from './push.ts';
import { readServers, type Servers } from './servers.ts';

export type Connected = {
  readonly kind: ProviderKind;
  /** Folded. */
  readonly address: string;
  readonly secret: MailboxSecret;
  readonly servers?: Servers;
  readonly access: AccessLevel;
};

/** Runs as the company. Throws: policy-forbids, with the refusal as its cause. */
export const storeConnected = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { kind, address, secret, servers, access }: Connected,
): Promise<MailboxId> => {
  const { companyId, personId } = actor;
  // One after the other: of two who claim one address at the same time, the second then sees the first.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`connect:${companyId}`}, 0))`.execute(tx);
  const { provesAddress } = await requireClaim(services, tx, actor, { provider: kind, access }, address);
  const now = services.clock.now();
  const known = await tx
    .selectFrom('candor.mailbox')
    .selectAll()
    .where('person_id', '=', personId)
    .where('address', '=', address)
    .executeTakeFirst();
  if (known !== undefined && known.erase_asked_at !== null) throw refused('being-erased');
  // What was begun under the old consent is not counted on: push begins anew.
  if (known !== undefined) await forgetPush(tx, known.id);
  const primary = await tx
    .selectFrom('candor.mailbox')
    .select('id')
    .where('person_id', '=', personId)
    .where('is_primary', '=', true)
    .executeTakeFirst();
  const mailboxId = known?.id ?? MailboxId.parse(crypto.randomUUID());
  const connected = {
    provider: kind,
    state: 'connected' as const,
    state_since: now,
    last_failure_reason: null,
    last_failure_at: null,
    is_primary: primary === undefined || primary.id === mailboxId,
    servers: servers === undefined ? null : JSON.stringify(servers),
    access_level: access,
  };
  if (known === undefined) {
    await tx
      .insertInto('candor.mailbox')
      .values({
        id: mailboxId,
        company_id: companyId,
        person_id: personId,
        address,
        // Old mail is not looked at unless the person asks for it. Mail is dated in whole seconds.
        window_from: wholeSecond(now),
        created_at: now,
        ...connected,
      })
      .execute();
  } else {
    const isOtherAccess = known.access_level !== access;
    // While nothing might be read of it, mail came that its person did not mean Candor to read.
    const windowFrom = isOtherAccess && access === 'full' ? { window_from: wholeSecond(now) } : {};
    await tx
      .updateTable('candor.mailbox')
      .set({ ...connected, ...windowFrom })
      .where('id', '=', mailboxId)
      .execute();
    // Where to go on from means nothing on another server.
    if (isOtherAccess || known.provider !== kind || !isSameServer(readServers(known.servers), servers))
      await tx.deleteFrom('candor.mailbox_cursor').where('mailbox_id', '=', mailboxId).execute();
  }
  await storeSecret(services, tx, actor, mailboxId, secret);
  if (provesAddress) await proveAddress(services, tx, actor, address);
  return mailboxId;
};

/** The first look, which notes where to go on from; none into a mailbox that is only sent from. */
export const pullSoon = async (
  services: Services,
  actor: Actor,
  mailboxId: MailboxId,
  access: AccessLevel,
): Promise<void> => {
  for (const kind of access === 'full' ? (['mailbox.pull', 'mailbox.watch'] as const) : [])
    await services.enqueue({ kind, companyId: actor.companyId, mailboxId });
  services.log.info('mailbox connected', { mailboxId, personId: actor.personId });
};

const isSameServer = (a: Servers | undefined, b: Servers | undefined): boolean =>
  a?.imap.host === b?.imap.host && a?.imap.port === b?.imap.port;

const storeSecret = async (
  services: Services,
  tx: Tx,
  { companyId, personId }: Actor,
  mailboxId: MailboxId,
  secret: MailboxSecret,
): Promise<void> => {
  const now = services.clock.now();
  const sealed = await services.sealing.sealText(
    tx,
    companyId,
    undefined,
    secretPlace(mailboxId),
    JSON.stringify(secret),
  );
  await tx
    .insertInto('candor.mailbox_secret')
    .values({
      mailbox_id: mailboxId,
      company_id: companyId,
      person_id: personId,
      secret_sealed: sealed,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.column('mailbox_id').doUpdateSet({ secret_sealed: sealed, updated_at: now }),
    )
    .execute();
};

/** The person may from now on read what they are on by this address. */
const proveAddress = async (
  services: Services,
  tx: Tx,
  { companyId, personId }: Actor,
  address: string,
): Promise<void> => {
  await tx
    .insertInto('candor.person_address')
    .values({
      company_id: companyId,
      person_id: personId,
      address,
      address_hash: services.sealing.addressHash(companyId, address),
    })
    .onConflict((conflict) => conflict.columns(['company_id', 'address_hash']).doNothing())
    .execute();
};
