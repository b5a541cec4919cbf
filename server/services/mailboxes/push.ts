/*
 * Keeps the subscription of each connected mailbox alive, where its provider has such. Nothing here touches polling: a
 * mailbox whose subscription fails is looked at by the clock as before.
 */
import { z } from 'zod';
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import { failureReason } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { MailboxSecret } from '../../providers/consent.ts';
import type { Provider, ProviderKind, Push, Subscription } from '../../providers/provider.ts';
import type { Services } from '../services.ts';
import { type OpenMailbox, withMailbox } from './mailbox-access.ts';

type MailboxAt = { readonly companyId: CompanyId; readonly mailboxId: MailboxId };

/** Mailboxes whose push is to be seen to, by the timetable; not of a company that has its mailboxes looked at only so often. */
export const enqueueWatches = async (services: Services): Promise<void> => {
  const due = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.mailbox')
      .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox.company_id')
      .leftJoin('candor.mailbox_push', 'candor.mailbox_push.mailbox_id', 'candor.mailbox.id')
      .select(['candor.mailbox.id', 'candor.mailbox.company_id'])
      .where('candor.mailbox.state', '=', 'connected')
      .where('look_every_minutes', 'is', null)
      .where('candor.mailbox.access_level', '=', 'full')
      .where((where) =>
        where.or([
          where('candor.mailbox_push.mailbox_id', 'is', null),
          where('candor.mailbox_push.renew_at', '<=', services.clock.now()),
        ]),
      )
      .execute(),
  );
  for (const mailbox of due)
    await services.enqueue({ kind: 'mailbox.watch', companyId: mailbox.company_id, mailboxId: mailbox.id });
};

/** Begins or prolongs the mailbox's subscription when that is due. Throws as the provider's `renew`. */
export const keepPush = (services: Services, at: MailboxAt, signal: AbortSignal): Promise<void> =>
  withMailbox(
    services,
    at,
    'background',
    async (provider, mailbox) => {
      const known = await services.db.transaction({ kind: 'company', companyId: at.companyId }, (tx) =>
        readPush(services, tx, at),
      );
      if (known !== undefined && known.renewAt > services.clock.now()) return;
      const { push } = provider;
      if (push?.by !== 'subscription') {
        await writePush(services, mailbox, provider, push?.by ?? 'nothing', {
          renewAt: services.clock.now() + askAnewMs,
        });
        return;
      }
      const held = await renewOrWait(services, mailbox, provider, push, known?.held, signal);
      const isWanted = await writePush(services, mailbox, provider, 'subscription', {
        held,
        renewAt: held.renewAt,
      });
      // Turned off meanwhile: what was begun for it is not left behind.
      if (!isWanted) await endQuietly(services, mailbox.mailboxId, push, held);
    },
    signal,
  );

/** The subscription the mailbox held, which is then forgotten here. In a transaction of the person's own, or the company's. */
export const takePush = async (
  services: Services,
  tx: Tx,
  at: MailboxAt,
): Promise<Subscription | undefined> => {
  const known = await readPush(services, tx, at);
  await forgetPush(tx, at.mailboxId);
  return known?.held;
};

/** The next look of the timetable begins anew. */
export const forgetPush = async (tx: Tx, mailboxId: MailboxId): Promise<void> => {
  await tx.deleteFrom('candor.mailbox_push').where('mailbox_id', '=', mailboxId).execute();
};

/** Ends at the provider what `takePush` gave. That it may fail is no reason to keep the mailbox on. */
export const endPush = async (
  services: Services,
  mailbox: { readonly mailboxId: MailboxId; readonly kind: ProviderKind; readonly secret: MailboxSecret },
  held: Subscription,
): Promise<void> => {
  const push = services.providers[mailbox.kind]?.open({
    mailboxKey: mailbox.mailboxId,
    secret: mailbox.secret,
    priority: 'person',
    // Ending asks for no label.
    labelName: '',
  }).push;
  if (push?.by === 'subscription') await endQuietly(services, mailbox.mailboxId, push, held);
};

/** How long until a mailbox that only a poll tells of is asked again: the server may have been set up for more since. */
const askAnewMs = 3_600_000;
/** How long until a subscription that failed is tried again. */
const tryAgainMs = 10 * 60_000;
const endWithinMs = 20_000;

/** What is kept sealed of a subscription. */
const Held = z.object({ name: z.string().min(1), proof: z.string().min(1).optional() });

type SubscriptionPush = Extract<Push, { by: 'subscription' }>;

const renewOrWait = async (
  services: Services,
  mailbox: OpenMailbox,
  provider: Provider,
  push: SubscriptionPush,
  held: Subscription | undefined,
  signal: AbortSignal,
): Promise<Subscription> => {
  try {
    return await push.renew(held, signal);
  } catch (thrown) {
    const reason = failureReason(thrown);
    // A wait brings its own time, and a mailbox that lets nobody in begins anew when it is reconnected.
    if (reason !== undefined && reason !== 'provider-busy' && reason !== 'mailbox-disconnected')
      await writePush(services, mailbox, provider, 'subscription', {
        ...(held === undefined ? {} : { held }),
        renewAt: services.clock.now() + tryAgainMs,
      });
    throw thrown;
  }
};

const endQuietly = async (
  services: Services,
  mailboxId: MailboxId,
  push: SubscriptionPush,
  held: Subscription,
): Promise<void> => {
  try {
    await push.end(held, AbortSignal.timeout(endWithinMs));
  } catch (thrown) {
    // It ends by itself in a few days, and what it tells until then names no mailbox of ours any more.
    services.log.warn('a subscription could not be ended at the provider', { mailboxId, error: thrown });
  }
};

const readPush = async (
  services: Services,
  tx: Tx,
  at: MailboxAt,
): Promise<{ readonly renewAt: number; readonly held: Subscription | undefined } | undefined> => {
  const row = await tx
    .selectFrom('candor.mailbox_push')
    .select(['held_sealed', 'expires_at', 'renew_at'])
    .where('mailbox_id', '=', at.mailboxId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.held_sealed === null) return { renewAt: row.renew_at, held: undefined };
  const text = await services.sealing.openText(tx, at.companyId, heldPlace(at.mailboxId), row.held_sealed);
  const { name, proof } = Held.parse(JSON.parse(text));
  return {
    renewAt: row.renew_at,
    held: {
      name,
      ...(proof === undefined ? {} : { proof }),
      renewAt: row.renew_at,
      expiresAt: row.expires_at ?? row.renew_at,
    },
  };
};

/** Gives back whether the mailbox is still connected; nothing is written for one that is not. */
const writePush = (
  services: Services,
  mailbox: OpenMailbox,
  provider: Provider,
  pushedBy: 'subscription' | 'connection' | 'nothing',
  facts: { readonly held?: Subscription; readonly renewAt: number },
): Promise<boolean> =>
  services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    const { mailboxId, companyId } = mailbox;
    const connected = await tx
      .selectFrom('candor.mailbox')
      .select('id')
      .where('id', '=', mailboxId)
      .where('state', '=', 'connected')
      .forShare()
      .executeTakeFirst();
    if (connected === undefined) return false;
    const { held } = facts;
    const row = {
      pushed_by: pushedBy,
      renew_at: facts.renewAt,
      expires_at: held?.expiresAt ?? null,
      name_hash: held === undefined ? null : pushNameHash(services, held.name),
      proof_hash: held?.proof === undefined ? null : pushProofHash(services, held.proof),
      held_sealed:
        held === undefined
          ? null
          : await services.sealing.sealText(
              tx,
              companyId,
              undefined,
              heldPlace(mailboxId),
              JSON.stringify(Held.parse(held)),
            ),
    };
    await tx
      .insertInto('candor.mailbox_push')
      .values({
        mailbox_id: mailboxId,
        company_id: companyId,
        person_id: mailbox.personId,
        provider: provider.kind,
        ...row,
      })
      .onConflict((conflict) => conflict.column('mailbox_id').doUpdateSet(row))
      .execute();
    return true;
  });

export const pushNameHash = (services: Services, name: string): Buffer =>
  services.sealing.serverHash('push name', name);
export const pushProofHash = (services: Services, proof: string): Buffer =>
  services.sealing.serverHash('push proof', proof);

const heldPlace = (mailboxId: MailboxId) => ({
  table: 'mailbox_push',
  row: mailboxId,
  column: 'held_sealed',
});
