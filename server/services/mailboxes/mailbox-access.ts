/* Opens a mailbox at its provider for one piece of work, and records it when the mailbox does not let us in any more. */
import { isDeepStrictEqual } from 'node:util';
import type { CompanyId, MailboxId, PersonId } from '../../../lib/contract/ids.ts';
import { Failure } from '../../base/failure.ts';
import { MailboxSecret } from '../../providers/consent.ts';
import type { Priority, Provider } from '../../providers/provider.ts';
import type { Services } from '../services.ts';
import { onlySending } from './only-sending.ts';
import { stopping, watchState } from './stop-at-once.ts';

export type OpenMailbox = {
  readonly companyId: CompanyId;
  readonly mailboxId: MailboxId;
  readonly personId: PersonId;
  readonly labelName: string;
  /** Epoch ms from which old mail may be kept; null means everything. */
  readonly windowFrom: number | null;
};

/**
 * Throws: mailbox-disconnected (which is recorded, so that its owner is told), also when the person pauses the mailbox or
 * turns it off meanwhile; send-only for whatever reads a mailbox that may not be read; and what the work throws.
 */
export const withMailbox = async <T>(
  services: Services,
  at: { readonly companyId: CompanyId; readonly mailboxId: MailboxId },
  priority: Priority,
  work: (provider: Provider, mailbox: OpenMailbox) => Promise<T>,
  signal: AbortSignal,
): Promise<T> => {
  const { mailbox, kind, access, secret } = await readMailbox(services, at);
  const configured = services.providers[kind];
  if (configured === undefined)
    throw new Failure('mailbox-disconnected', `provider ${kind} is not set up on this server`);
  const provider = configured.open({
    mailboxKey: at.mailboxId,
    priority,
    labelName: mailbox.labelName,
    access,
    secret,
    keepSecret: (next, before) => keepSecret(services, at, next, before),
  });
  const watch = watchState(services, mailbox);
  try {
    return await work(stopping(access === 'full' ? provider : onlySending(provider), watch.off), mailbox);
  } catch (thrown) {
    watch.off.throwIfAborted();
    if (thrown instanceof Failure && thrown.reason === 'mailbox-disconnected') {
      configured.forget(at.mailboxId);
      await markNeedsReconnect(services, mailbox);
    }
    signal.throwIfAborted();
    throw thrown;
  } finally {
    await watch.end();
  }
};

const readMailbox = (
  services: Services,
  at: { readonly companyId: CompanyId; readonly mailboxId: MailboxId },
) =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, async (tx) => {
    const row = await tx
      .selectFrom('candor.mailbox')
      .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox.company_id')
      .leftJoin('candor.mailbox_secret', 'candor.mailbox_secret.mailbox_id', 'candor.mailbox.id')
      .select([
        'candor.mailbox.person_id',
        'candor.mailbox.provider',
        'candor.mailbox.state',
        'candor.mailbox.window_from',
        'candor.mailbox.access_level',
        'candor.policy.label_name',
        'candor.mailbox_secret.secret_sealed',
      ])
      .where('candor.mailbox.id', '=', at.mailboxId)
      .executeTakeFirst();
    if (row === undefined) throw new Failure('not-found', 'no such mailbox');
    if (row.state !== 'connected' || row.secret_sealed === null) {
      throw new Failure('mailbox-disconnected', `mailbox is ${row.state}`);
    }
    const sealed = await services.sealing.openText(
      tx,
      at.companyId,
      secretPlace(at.mailboxId),
      row.secret_sealed,
    );
    return {
      kind: row.provider,
      access: row.access_level,
      secret: MailboxSecret.parse(JSON.parse(sealed)),
      mailbox: { ...at, personId: row.person_id, labelName: row.label_name, windowFrom: row.window_from },
    };
  });

/** A mailbox that was connected anew or turned off meanwhile keeps what that left. */
const keepSecret = (
  services: Services,
  at: { readonly companyId: CompanyId; readonly mailboxId: MailboxId },
  next: MailboxSecret,
  before: MailboxSecret,
): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, async (tx) => {
    const row = await tx
      .selectFrom('candor.mailbox_secret')
      .select('secret_sealed')
      .where('mailbox_id', '=', at.mailboxId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return;
    const place = secretPlace(at.mailboxId);
    const held = await services.sealing.openText(tx, at.companyId, place, row.secret_sealed);
    if (!isDeepStrictEqual(MailboxSecret.parse(JSON.parse(held)), before)) return;
    await tx
      .updateTable('candor.mailbox_secret')
      .set({
        secret_sealed: await services.sealing.sealText(
          tx,
          at.companyId,
          undefined,
          place,
          JSON.stringify(next),
        ),
        updated_at: services.clock.now(),
      })
      .where('mailbox_id', '=', at.mailboxId)
      .execute();
  });

/** The owner's panel and app page show it at their next look; a mailbox that was turned off stays off. */
const markNeedsReconnect = (services: Services, mailbox: OpenMailbox): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    const now = services.clock.now();
    await tx
      .updateTable('candor.mailbox')
      .set({
        state: 'needs-reconnect',
        state_since: now,
        last_failure_reason: 'mailbox-disconnected',
        last_failure_at: now,
      })
      .where('id', '=', mailbox.mailboxId)
      .where('state', '=', 'connected')
      .execute();
    services.log.warn('mailbox needs to be reconnected', { mailboxId: mailbox.mailboxId });
  });

export const secretPlace = (mailboxId: MailboxId) => ({
  table: 'mailbox_secret',
  row: mailboxId,
  column: 'secret_sealed',
});
