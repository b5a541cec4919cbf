/* Imports as their person sees them: counts, how far, how fast, how long still. */
import { FailureReason } from '../../../lib/contract/failure.ts';
import type { CandidateId, ImportId, MailboxId } from '../../../lib/contract/ids.ts';
import { type ImportRow, LeftCounts, type MailboxImports } from '../../../lib/contract/import.ts';
import { canUndo } from '../../../lib/domain/undo.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';

/** How each of the mailboxes stands towards its old mail. `tx` runs as their person. */
export const readMailboxImports = async (
  tx: Tx,
  mailboxIds: readonly MailboxId[],
): Promise<ReadonlyMap<MailboxId, MailboxImports>> => {
  const { import_max: companyMaximum } = await tx
    .selectFrom('candor.policy')
    .select('import_max')
    .executeTakeFirstOrThrow();
  const mailboxes = await tx
    .selectFrom('candor.mailbox')
    .select(['id', 'import_window'])
    .where('id', '=', anyOf(mailboxIds))
    .execute();
  const latest = await readRows(tx, (query) =>
    query
      .distinctOn('candor.mailbox_import.mailbox_id')
      .where('candor.mailbox_import.mailbox_id', '=', anyOf(mailboxIds))
      .where('reason', '=', 'window')
      .orderBy('candor.mailbox_import.mailbox_id')
      .orderBy('candor.mailbox_import.created_at', 'desc'),
  );
  const searches = await readRows(tx, (query) =>
    query
      .where('candor.mailbox_import.mailbox_id', '=', anyOf(mailboxIds))
      .where('reason', '<>', 'window')
      .where('candor.mailbox_import.state', 'not in', ['done', 'cancelled'])
      .orderBy('candor.mailbox_import.created_at'),
  );
  return new Map(
    mailboxes.map(({ id, import_window: window }) => {
      const own = latest.find(({ mailboxId }) => mailboxId === id);
      return [
        id,
        {
          window,
          companyMaximum,
          ...(own === undefined ? {} : { latest: own }),
          searches: searches.filter(({ mailboxId }) => mailboxId === id),
        },
      ];
    }),
  );
};

export const readImport = async (tx: Tx, importId: ImportId): Promise<ImportRow | undefined> =>
  (await readRows(tx, (query) => query.where('candor.mailbox_import.id', '=', importId)))[0];

/**
 * What the panel tells beside a thread: the mailbox's import of old mail under way, and the newest search for each candidate,
 * once it is done as long as any act can be undone.
 */
export const readImportsBeside = async (
  tx: Tx,
  mailboxId: MailboxId,
  candidateIds: readonly CandidateId[],
  now: number,
): Promise<ImportRow[]> => {
  const underWay = await readRows(tx, (query) =>
    query
      .where('candor.mailbox_import.mailbox_id', '=', mailboxId)
      .where('reason', '=', 'window')
      .where('candor.mailbox_import.state', 'in', ['running', 'paused', 'failed', 'cancelling']),
  );
  const searches = await readRows(tx, (query) =>
    query
      .distinctOn('candidate_id')
      .where('candor.mailbox_import.mailbox_id', '=', mailboxId)
      .where('reason', '=', 'asked')
      .where('candidate_id', '=', anyOf(candidateIds))
      .orderBy('candidate_id')
      .orderBy('candor.mailbox_import.created_at', 'desc'),
  );
  const isTold = ({ state, endedAt }: ImportRow): boolean =>
    state !== 'cancelled' && (endedAt === undefined || canUndo(Date.parse(endedAt), now));
  return [...underWay, ...searches.filter(isTold)];
};

const selectRows = (tx: Tx) =>
  tx
    .selectFrom('candor.mailbox_import')
    .selectAll('candor.mailbox_import')
    .select((select) => [
      select
        .selectFrom('candor.message_copy')
        .select(({ fn }) => fn.countAll<number>().as('kept'))
        .whereRef('candor.message_copy.import_id', '=', 'candor.mailbox_import.id')
        .as('kept_messages'),
      select
        .selectFrom('candor.message_copy')
        .innerJoin('candor.thread', 'candor.thread.id', 'candor.message_copy.thread_id')
        .select(({ fn }) => fn.count<number>('candor.thread.root_id').distinct().as('threads'))
        .whereRef('candor.message_copy.import_id', '=', 'candor.mailbox_import.id')
        .as('kept_threads'),
    ]);

const readRows = async (
  tx: Tx,
  narrow: (query: ReturnType<typeof selectRows>) => ReturnType<typeof selectRows>,
): Promise<ImportRow[]> => (await narrow(selectRows(tx)).execute()).map(toImportRow);

type Row = Awaited<ReturnType<ReturnType<typeof selectRows>['execute']>>[number];

const toImportRow = (row: Row): ImportRow => {
  const failure = FailureReason.safeParse(row.failure_reason);
  return {
    importId: row.id,
    mailboxId: row.mailbox_id,
    reason: row.reason,
    ...(row.candidate_id === null ? {} : { candidateId: row.candidate_id }),
    ...(row.import_window === null ? {} : { window: row.import_window }),
    state: row.state,
    foundMessages: row.found_messages,
    foundThreads: row.found_threads,
    ...(row.estimated_bytes === null || row.estimated_ms === null
      ? {}
      : { estimate: { sizeBytes: row.estimated_bytes, durationMs: row.estimated_ms } }),
    lookedThreads: row.looked_threads,
    keptMessages: row.kept_messages ?? 0,
    keptThreads: row.kept_threads ?? 0,
    leftCounts: LeftCounts.parse(row.left_counts),
    ...paceOf(row),
    ...(row.state !== 'failed' ? {} : { failedFor: failure.success ? failure.data : ('bug' as const) }),
    createdAt: new Date(row.created_at).toISOString(),
    ...(row.ended_at === null ? {} : { endedAt: new Date(row.ended_at).toISOString() }),
  };
};

/** Fewer say nothing of the pace yet. */
const threadsToTellPace = 3;

/** Mail that came since it was counted can lead to more threads: a hundred in a hundred is for the end alone. */
const paceOf = (row: Row): Pick<ImportRow, 'percent' | 'messagesPerMinute' | 'leftMs'> => {
  if (row.state === 'done') return { percent: 100 };
  const share = row.found_threads === 0 ? 0 : row.looked_threads / row.found_threads;
  const percent = Math.min(99, Math.floor(share * 100));
  if (row.looked_threads < threadsToTellPace || row.running_ms === 0) return { percent };
  const msPerThread = row.running_ms / row.looked_threads;
  return {
    percent,
    messagesPerMinute: Math.max(1, Math.round((row.looked_messages / row.running_ms) * 60_000)),
    leftMs: Math.round(msPerThread * Math.max(0, row.found_threads - row.looked_threads)),
  };
};
