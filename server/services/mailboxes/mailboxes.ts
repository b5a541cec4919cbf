/* A person's own mailboxes: connect, list, turn off. Only the person whose mailbox it is can connect it. */
import { createHash } from 'node:crypto';
import { FailureReason } from '../../../lib/contract/failure.ts';
import { MailboxId } from '../../../lib/contract/ids.ts';
import type { MailboxRow } from '../../../lib/contract/mailbox.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { ConsentSecrets, MailboxSecret } from '../../providers/consent.ts';
import type { ProviderKind } from '../../providers/provider.ts';
import { type Actor, idsOf } from '../actor.ts';
import { readMailboxImports } from '../import/import-rows.ts';
import type { Services } from '../services.ts';
import { secretPlace } from './mailbox-access.ts';

/** Kinds that are connected by the person's consent at the provider. */
type ConsentKind = Exclude<ProviderKind, 'imap'>;

/** How long a person may take on the provider's consent page. */
const consentMs = 15 * 60 * 1000;

export const listMailboxes = (services: Services, actor: Actor): Promise<MailboxRow[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) => readMailboxes(tx, actor));

/** The actor's mailbox with this address, whatever its state. */
export const findMailbox = async (tx: Tx, actor: Actor, address: string) => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select(['id as mailboxId', 'address', 'state', 'window_from as windowFrom'])
    .where('person_id', '=', actor.personId)
    .where('address', '=', foldAddress(address as Address))
    .executeTakeFirst();
  return row;
};

/** Like findMailbox. Throws: mailbox-disconnected when it is not there or not connected. */
export const requireMailbox = async (tx: Tx, actor: Actor, address: string) => {
  const mailbox = await findMailbox(tx, actor, address);
  if (mailbox === undefined || mailbox.state !== 'connected') {
    throw new Failure(
      'mailbox-disconnected',
      mailbox === undefined ? 'no such mailbox' : `mailbox is ${mailbox.state}`,
    );
  }
  return mailbox;
};

/** How much of one message the company lets in. */
export const readLimits = async (tx: Tx): Promise<{ readonly messageBytes: number }> => {
  const policy = await tx.selectFrom('candor.policy').select('message_limit_bytes').executeTakeFirstOrThrow();
  return { messageBytes: policy.message_limit_bytes };
};

/** The address of the provider's consent page for this person. Throws: policy-forbids when the provider is not set up. */
export const startConnect = async (
  services: Services,
  actor: Actor,
  kind: ConsentKind,
): Promise<{ url: string }> => {
  const { url, secrets } = await requireProvider(services, kind).consent.start(
    actor.address,
    AbortSignal.timeout(20_000),
  );
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const hash = stateHash(secrets.state);
    await tx
      .insertInto('candor.consent')
      .values({
        state_hash: hash,
        company_id: actor.companyId,
        person_id: actor.personId,
        provider: kind,
        secret_sealed: await services.sealing.sealText(
          tx,
          actor.companyId,
          undefined,
          consentPlace(hash),
          JSON.stringify(secrets),
        ),
        expires_at: services.clock.now() + consentMs,
      })
      .execute();
  });
  return { url };
};

/**
 * What the provider sent the person back with. The mailbox is connected only if the provider vouches for an address that is
 * the actor's own, and only for the person who asked. Throws: policy-forbids, bad-input, already-done, provider-refused.
 */
export const finishConnect = async (
  services: Services,
  actor: Actor,
  kind: ConsentKind,
  callbackUrl: string,
): Promise<{ mailboxId: MailboxId; address: string }> => {
  const { consent, forget } = requireProvider(services, kind);
  const secrets = await takeConsent(services, actor, new URL(callbackUrl).searchParams.get('state') ?? '');
  const { address, secret } = await consent.finish(callbackUrl, secrets, AbortSignal.timeout(20_000));
  const folded = foldAddress(address);
  if (folded !== foldAddress(actor.address as Address)) {
    await consent.revoke(secret, AbortSignal.timeout(20_000));
    throw new Failure('policy-forbids', 'the provider vouches for an address that is not the person’s own');
  }
  const mailboxId = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    storeConnected(services, tx, actor, kind, folded, secret),
  );
  forget(mailboxId);
  await services.enqueue({ kind: 'mailbox.pull', companyId: actor.companyId, mailboxId });
  services.log.info('mailbox connected', { mailboxId, personId: actor.personId });
  return { mailboxId, address: folded };
};

/** Turns the mailbox off here and gives the consent back to the provider. What was kept stays. */
export const disconnectMailbox = async (
  services: Services,
  actor: Actor,
  mailboxId: MailboxId,
): Promise<MailboxRow[]> => {
  const person = { kind: 'person', ...idsOf(actor) } as const;
  const held = await services.db.transaction(person, async (tx) => {
    const row = await tx
      .selectFrom('candor.mailbox')
      .leftJoin('candor.mailbox_secret', 'candor.mailbox_secret.mailbox_id', 'candor.mailbox.id')
      .select(['candor.mailbox.provider', 'candor.mailbox_secret.secret_sealed'])
      .where('candor.mailbox.id', '=', mailboxId)
      .where('candor.mailbox.person_id', '=', actor.personId)
      .executeTakeFirst();
    if (row === undefined) throw new Failure('not-found', 'no such mailbox of this person');
    const secret =
      row.secret_sealed === null
        ? undefined
        : MailboxSecret.parse(
            JSON.parse(
              await services.sealing.openText(tx, actor.companyId, secretPlace(mailboxId), row.secret_sealed),
            ),
          );
    await tx.deleteFrom('candor.mailbox_secret').where('mailbox_id', '=', mailboxId).execute();
    await tx.deleteFrom('candor.mailbox_cursor').where('mailbox_id', '=', mailboxId).execute();
    await tx
      .updateTable('candor.mailbox')
      .set({ state: 'off', state_since: services.clock.now(), is_primary: false })
      .where('id', '=', mailboxId)
      .execute();
    return { kind: row.provider, secret };
  });
  services.providers[held.kind]?.forget(mailboxId);
  const consenting = held.kind === 'imap' ? undefined : services.providers[held.kind];
  if (held.secret !== undefined && 'refreshToken' in held.secret && consenting !== undefined) {
    try {
      await consenting.consent.revoke(held.secret, AbortSignal.timeout(20_000));
    } catch (thrown) {
      // The secret is gone here whatever the provider answers, so nothing can be read with it any more.
      services.log.warn('provider did not take the consent back', { mailboxId, error: thrown });
    }
  }
  return listMailboxes(services, actor);
};

const readMailboxes = async (tx: Tx, actor: Actor): Promise<MailboxRow[]> => {
  const rows = await tx
    .selectFrom('candor.mailbox')
    .selectAll('candor.mailbox')
    .select((select) =>
      select
        .selectFrom('candor.message_copy')
        .select((count) => count.fn.countAll<number>().as('kept'))
        .whereRef('candor.message_copy.mailbox_id', '=', 'candor.mailbox.id')
        .as('kept'),
    )
    .where('person_id', '=', actor.personId)
    .orderBy('is_primary', 'desc')
    .orderBy('address')
    .execute();
  const imports = await readMailboxImports(
    tx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const failure = FailureReason.safeParse(row.last_failure_reason);
    return {
      mailboxId: row.id,
      address: row.address,
      provider: row.provider,
      state: row.state,
      isPrimary: row.is_primary,
      keptCount: row.kept ?? 0,
      imports: imports.get(row.id),
      ...(row.last_pulled_at === null ? {} : { lastPulledAt: new Date(row.last_pulled_at).toISOString() }),
      ...(failure.success && row.last_failure_at !== null
        ? { lastFailure: { reason: failure.data, at: new Date(row.last_failure_at).toISOString() } }
        : {}),
    };
  });
};

const storeConnected = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  kind: ProviderKind,
  address: string,
  secret: MailboxSecret,
): Promise<MailboxId> => {
  const now = services.clock.now();
  const known = await findMailbox(tx, actor, address);
  const hasPrimary = await tx
    .selectFrom('candor.mailbox')
    .select('id')
    .where('person_id', '=', actor.personId)
    .where('is_primary', '=', true)
    .executeTakeFirst();
  const mailboxId = known?.mailboxId ?? MailboxId.parse(crypto.randomUUID());
  const connected = {
    provider: kind,
    state: 'connected' as const,
    state_since: now,
    last_failure_reason: null,
    last_failure_at: null,
    is_primary: hasPrimary === undefined || hasPrimary.id === mailboxId,
  };
  if (known === undefined) {
    await tx
      .insertInto('candor.mailbox')
      .values({
        id: mailboxId,
        company_id: actor.companyId,
        person_id: actor.personId,
        address,
        // Old mail is not looked at unless the person asks for it. Mail is dated in whole seconds.
        window_from: Math.floor(now / 1_000) * 1_000,
        created_at: now,
        ...connected,
      })
      .execute();
  } else {
    await tx.updateTable('candor.mailbox').set(connected).where('id', '=', mailboxId).execute();
  }
  const sealed = await services.sealing.sealText(
    tx,
    actor.companyId,
    undefined,
    secretPlace(mailboxId),
    JSON.stringify(secret),
  );
  await tx
    .insertInto('candor.mailbox_secret')
    .values({
      mailbox_id: mailboxId,
      company_id: actor.companyId,
      person_id: actor.personId,
      secret_sealed: sealed,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.column('mailbox_id').doUpdateSet({ secret_sealed: sealed, updated_at: now }),
    )
    .execute();
  return mailboxId;
};

const takeConsent = async (services: Services, actor: Actor, state: string): Promise<ConsentSecrets> => {
  const hash = stateHash(state);
  return services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .deleteFrom('candor.consent')
      .where('state_hash', '=', hash)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined || row.expires_at < services.clock.now()) {
      throw new Failure('bad-input', 'no such consent under way for this person');
    }
    const text = await services.sealing.openText(tx, actor.companyId, consentPlace(hash), row.secret_sealed);
    return ConsentSecrets.parse(JSON.parse(text));
  });
};

const requireProvider = (services: Services, kind: ConsentKind) => {
  const configured = services.providers[kind];
  if (configured === undefined) throw new Failure('policy-forbids', `${kind} is not set up on this server`);
  return configured;
};

const stateHash = (state: string): Buffer => createHash('sha256').update(state).digest();
const consentPlace = (hash: Buffer) => ({
  table: 'consent',
  row: hash.toString('hex'),
  column: 'secret_sealed',
});
