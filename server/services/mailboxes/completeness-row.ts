/* How complete the record of each mailbox is, as its person is told. */
import { sql } from 'kysely';
import type { FailureReason } from '../../../lib/contract/failure.ts';
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { MailboxCompleteness } from '../../../lib/contract/mailbox.ts';
import { type CheckKind, type Count, decideCompleteness } from '../../../lib/domain/completeness.ts';
import { anyOf } from '../../db/any-of.ts';
import type { MailboxCheckTable, MailboxTable } from '../../db/mailbox-tables.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';

type MailboxAt = Pick<MailboxTable, 'state'> & { readonly id: MailboxId };

/** By mailbox. `tx` runs as their person. */
export const readCompleteness = async (
  tx: Tx,
  mailboxes: readonly MailboxAt[],
): Promise<ReadonlyMap<MailboxId, MailboxCompleteness>> => {
  const ids = mailboxes.map(({ id }) => id);
  const rows = await tx
    .selectFrom('candor.mailbox_check')
    .selectAll()
    .where('mailbox_id', '=', anyOf(ids))
    .execute();
  const importing = await isImporting(tx, ids);
  return new Map(
    mailboxes.map(({ id, state }) => {
      const row = rows.find((each) => each.mailbox_id === id);
      const told = decideCompleteness({
        mailbox: state,
        isImporting: importing.has(id),
        hasFailed: row?.failure_reason != null,
        count: row === undefined ? undefined : toCount(row),
      });
      const underWay = state === 'connected' ? row?.asked_for : null;
      return [id, { ...toContract(told), ...(underWay == null ? {} : { underWay }) }];
    }),
  );
};

/** Those of the mailboxes that an import has yet to bring old mail from. */
export const isImporting = async (
  tx: Tx,
  mailboxIds: readonly MailboxId[],
): Promise<ReadonlySet<MailboxId>> => {
  const rows = await tx
    .selectFrom('candor.mailbox_import')
    .select('mailbox_id')
    .where('mailbox_id', '=', anyOf(mailboxIds))
    .where('state', 'in', ['estimating', 'running', 'paused', 'cancelling'])
    .execute();
  return new Set(rows.map((row) => row.mailbox_id));
};

/** Runs as the company. */
export const noteCount = (
  services: Services,
  tx: Tx,
  mailboxId: MailboxId,
  asked: CheckKind,
  count: Omit<Count, 'countedAt'>,
): Promise<void> =>
  noteEnd(services, tx, mailboxId, asked, {
    failure_reason: null,
    counted_at: services.clock.now(),
    stored_count: count.storedCount,
    missing_count: count.missingCount,
    missing_since: count.missingSince ?? null,
    is_whole: count.isWhole,
  });

/** Runs as the company. */
export const noteFailed = (
  services: Services,
  tx: Tx,
  mailboxId: MailboxId,
  asked: CheckKind,
  reason: FailureReason | 'bug',
): Promise<void> => noteEnd(services, tx, mailboxId, asked, { failure_reason: reason });

const noteEnd = async (
  services: Services,
  tx: Tx,
  mailboxId: MailboxId,
  asked: CheckKind,
  facts: Partial<Omit<MailboxCheckTable, 'mailbox_id' | 'company_id' | 'person_id'>>,
): Promise<void> => {
  const mailbox = await tx
    .selectFrom('candor.mailbox')
    .select(['company_id', 'person_id'])
    .where('id', '=', mailboxId)
    .executeTakeFirst();
  if (mailbox === undefined) return;
  const row = { ended_at: services.clock.now(), ...facts };
  await tx
    .insertInto('candor.mailbox_check')
    .values({ mailbox_id: mailboxId, ...mailbox, ...row })
    .onConflict((conflict) =>
      conflict.column('mailbox_id').doUpdateSet({
        ...row,
        // What was asked for while a count went on is still to be done.
        asked_for:
          asked === 'mend' ? null : sql<CheckKind | null>`nullif(candor.mailbox_check.asked_for, 'count')`,
      }),
    )
    .execute();
};

const toCount = (row: MailboxCheckTable): Count | undefined =>
  row.counted_at === null || row.stored_count === null || row.missing_count === null
    ? undefined
    : {
        storedCount: row.stored_count,
        missingCount: row.missing_count,
        missingSince: row.missing_since ?? undefined,
        isWhole: row.is_whole === true,
        countedAt: row.counted_at,
      };

const toContract = (told: ReturnType<typeof decideCompleteness>): MailboxCompleteness => {
  if (told.state === 'untold') return told;
  const { missingSince, countedAt, ...counts } = told;
  return {
    ...counts,
    countedAt: new Date(countedAt).toISOString(),
    ...(missingSince === undefined ? {} : { missingSince: new Date(missingSince).toISOString() }),
  };
};
