/* An import as the work on it sees it, and how that work is committed: only while its person has not said otherwise. */
import type { CandidateId, CompanyId, ImportId, MailboxId, PersonId } from '../../../lib/contract/ids.ts';
import { type ImportState, LeftCounts } from '../../../lib/contract/import.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { Position } from './position.ts';

export type ImportWork = {
  readonly importId: ImportId;
  readonly companyId: CompanyId;
  readonly mailboxId: MailboxId;
  readonly personId: PersonId;
  readonly reason: 'window' | 'new-address' | 'asked';
  /** Whose mail alone is looked for; absent means every candidate's, and what is labelled. */
  readonly candidateId: CandidateId | undefined;
  /** Epoch ms; null means everything. */
  readonly windowFrom: number | null;
  /** Epoch ms from which the ordinary looks keep mail by themselves. */
  readonly syncFrom: number;
  readonly state: ImportState;
  readonly position: Position;
};

/** The import of the mailbox that is to go on next: what is to be taken back first, then the oldest. */
export const readNextImport = async (tx: Tx, mailboxId: MailboxId): Promise<ImportWork | undefined> => {
  const row = await tx
    .selectFrom('candor.mailbox_import')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .where('state', 'in', ['cancelling', 'estimating', 'running'])
    .orderBy((order) => order('state', '=', 'cancelling'), 'desc')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    importId: row.id,
    companyId: row.company_id,
    mailboxId: row.mailbox_id,
    personId: row.person_id,
    reason: row.reason,
    candidateId: row.candidate_id ?? undefined,
    windowFrom: row.window_from,
    syncFrom: row.sync_from,
    state: row.state,
    position: Position.parse(row.position ?? { at: 'addresses' }),
  };
};

/** The person paused or took back the import meanwhile: what was about to be committed is not. */
export class ImportStopped extends Error {
  constructor() {
    super('The import is to stop here.');
    this.name = 'ImportStopped';
  }
}

/** What one step adds to the counts, committed together with the rows it brought. */
export type Step = {
  readonly position?: Position;
  readonly lookedThreads?: number;
  readonly lookedMessages?: number;
  readonly left?: LeftCounts;
};

/** A longer silence was a pause of the server, or of the provider, and says nothing of how fast the work goes. */
const longestStepMs = 120_000;

/** Runs as the company, first in the transaction of the step. Throws ImportStopped, which undoes the step. */
export const commitStep = async (services: Services, tx: Tx, work: ImportWork, step: Step): Promise<void> => {
  const row = await tx
    .selectFrom('candor.mailbox_import')
    .select(['state', 'left_counts', 'updated_at'])
    .where('id', '=', work.importId)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state !== work.state) throw new ImportStopped();
  const now = services.clock.now();
  const left = { ...LeftCounts.parse(row.left_counts) };
  for (const [rule, count] of Object.entries(step.left ?? {})) left[rule] = (left[rule] ?? 0) + count;
  await tx
    .updateTable('candor.mailbox_import')
    .set((set) => ({
      looked_threads: set('looked_threads', '+', step.lookedThreads ?? 0),
      looked_messages: set('looked_messages', '+', step.lookedMessages ?? 0),
      left_counts: JSON.stringify(left),
      running_ms: set('running_ms', '+', Math.max(0, Math.min(now - row.updated_at, longestStepMs))),
      updated_at: now,
      ...(step.position === undefined ? {} : { position: JSON.stringify(step.position) }),
    }))
    .where('id', '=', work.importId)
    .execute();
};

/** An end, or the next state. Does nothing when the person decided otherwise meanwhile. */
export const moveOn = async (
  services: Services,
  tx: Tx,
  work: Pick<ImportWork, 'importId' | 'state'>,
  to: ImportState,
  failedFor?: string,
): Promise<void> => {
  const now = services.clock.now();
  const hasEnded = to === 'done' || to === 'cancelled';
  await tx
    .updateTable('candor.mailbox_import')
    .set({
      state: to,
      updated_at: now,
      failure_reason: failedFor ?? null,
      ended_at: hasEnded ? now : null,
    })
    .where('id', '=', work.importId)
    .where('state', '=', work.state)
    .execute();
  if (hasEnded) await tx.deleteFrom('candor.import_thread').where('import_id', '=', work.importId).execute();
};
