/* Brings in what changed in one mailbox: pages of the provider's delta, each committed together with the cursor past it. */
import { sql } from 'kysely';
import type { FailureReason } from '../../../lib/contract/failure.ts';
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import { failureReason } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { confirmLeft } from './confirm-left.ts';
import { type OpenMailbox, withMailbox } from './mailbox-access.ts';
import { readLimits } from './mailboxes.ts';
import { requireConnected } from './stop-at-once.ts';
import { takePage } from './take-page.ts';

/** Mailboxes of every company that are to be looked at by now, by the timetable and as often as their company wants. */
export const enqueuePulls = async (services: Services): Promise<void> => {
  const due = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.mailbox')
      .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox.company_id')
      .select(['candor.mailbox.id', 'candor.mailbox.company_id'])
      .where('state', '=', 'connected')
      .where('access_level', '=', 'full')
      .where((where) =>
        where.or([
          where('look_every_minutes', 'is', null),
          where('last_pulled_at', 'is', null),
          where(sql`last_pulled_at + look_every_minutes * ${minuteMs}::bigint`, '<=', services.clock.now()),
        ]),
      )
      .execute(),
  );
  for (const mailbox of due) {
    await services.enqueue({ kind: 'mailbox.pull', companyId: mailbox.company_id, mailboxId: mailbox.id });
  }
};

const minuteMs = 60_000;

type MailboxAt = { readonly companyId: CompanyId; readonly mailboxId: MailboxId };

/** Throws: mailbox-disconnected, provider-busy, provider-refused; what was committed before stays. */
export const pullMailbox = async (services: Services, at: MailboxAt, signal: AbortSignal): Promise<void> => {
  try {
    await pull(services, at, signal);
  } catch (thrown) {
    const reason = failureReason(thrown);
    // A mailbox that does not let us in is noted where that is found out; a wait is no trouble.
    if (reason !== undefined && reason !== 'mailbox-disconnected' && reason !== 'provider-busy')
      await noteTrouble(services, at, reason);
    throw thrown;
  }
};

const pull = (services: Services, at: MailboxAt, signal: AbortSignal): Promise<void> =>
  withMailbox(
    services,
    at,
    'background',
    async (provider, mailbox) => {
      const company = { kind: 'company', companyId: at.companyId } as const;
      const { cursor, limits } = await services.db.transaction(company, async (tx) => ({
        cursor: await readCursor(tx, at.mailboxId),
        limits: await readLimits(tx),
      }));
      if (cursor === undefined) {
        // Nothing before this moment is looked at: old mail comes by a person's own act only.
        const from = await provider.start(signal);
        await services.db.transaction(company, async (tx) => {
          await requireConnected(tx, mailbox.mailboxId);
          await writeCursor(services, tx, mailbox, from);
        });
        return;
      }
      let from = cursor;
      let more = true;
      while (more) {
        signal.throwIfAborted();
        const window = mailbox.windowFrom === null ? {} : { from: mailbox.windowFrom };
        const delta = await provider.pull(from, window, signal);
        await takePage(services, provider, mailbox, delta, {
          limitBytes: limits.messageBytes,
          commitCursor: (tx) => writeCursor(services, tx, mailbox, delta.next, delta.shutFolderCount),
          signal,
        });
        from = delta.next;
        more = delta.more;
      }
      await confirmLeft(services, provider, mailbox, signal);
    },
    signal,
  );

const readCursor = async (tx: Tx, mailboxId: MailboxId): Promise<string | undefined> =>
  (
    await tx
      .selectFrom('candor.mailbox_cursor')
      .select('cursor')
      .where('mailbox_id', '=', mailboxId)
      .executeTakeFirst()
  )?.cursor;

const writeCursor = async (
  services: Services,
  tx: Tx,
  mailbox: OpenMailbox,
  cursor: string,
  shutFolderCount = 0,
): Promise<void> => {
  const now = services.clock.now();
  await tx
    .insertInto('candor.mailbox_cursor')
    .values({
      mailbox_id: mailbox.mailboxId,
      company_id: mailbox.companyId,
      person_id: mailbox.personId,
      cursor,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('mailbox_id').doUpdateSet({ cursor, updated_at: now }))
    .execute();
  await tx
    .updateTable('candor.mailbox')
    .set({
      last_pulled_at: now,
      last_failure_reason: null,
      last_failure_at: null,
      shut_folder_count: shutFolderCount,
    })
    .where('id', '=', mailbox.mailboxId)
    .execute();
};

/** Shown to the mailbox's owner until a look succeeds. */
const noteTrouble = (services: Services, at: MailboxAt, reason: FailureReason): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, async (tx) => {
    await tx
      .updateTable('candor.mailbox')
      .set({ last_failure_reason: reason, last_failure_at: services.clock.now() })
      .where('id', '=', at.mailboxId)
      .execute();
  });
