/* Acts are done once: the key their client made is recorded with what came of it, in the transaction that did it. */
import { sql } from 'kysely';
import type { ActionKey, MailboxId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { ThreadRef } from '../../../lib/contract/page.ts';
import type { ActionOutcome, ThreadAction } from '../../../lib/contract/thread-action.ts';
import { canUndo, undoUntil } from '../../../lib/domain/undo.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { findMailbox } from '../mailboxes/mailboxes.ts';
import type { Services } from '../services.ts';
import { UndoFacts } from './undo-facts.ts';

export type DoneAction = {
  readonly key: ActionKey;
  /** A reply is recorded where it waits to be sent. */
  readonly kind: Exclude<ThreadAction['kind'], 'reply'>;
  /** Absent for an act on many threads. */
  readonly ref: ThreadRef | undefined;
  readonly said: string;
  readonly threadId: ThreadId | undefined;
  readonly undo: UndoFacts | undefined;
};

/** What came of this key before, or undefined when the actor did nothing under it. */
const readOutcome = (services: Services, actor: Actor, key: ActionKey): Promise<ActionOutcome | undefined> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx.selectFrom('candor.action').selectAll().where('key', '=', key).executeTakeFirst();
    if (row === undefined) return undefined;
    const said = await services.sealing.openText(tx, actor.companyId, saidPlace(key), row.said_sealed);
    return toOutcome(key, said, row.undo_facts === null ? undefined : row.done_at);
  });

/**
 * Does an act once: answers what came of its key before, also when the same request came twice at the same time.
 * Throws: already-done when the key is another person's; whatever the act throws.
 */
export const doOnce = async (
  services: Services,
  actor: Actor,
  key: ActionKey,
  act: () => Promise<ActionOutcome>,
): Promise<ActionOutcome> => {
  const before = await readOutcome(services, actor, key);
  if (before !== undefined) return before;
  try {
    return await act();
  } catch (thrown) {
    const meanwhile =
      failureReason(thrown) === 'already-done' ? await readOutcome(services, actor, key) : undefined;
    if (meanwhile === undefined) throw thrown;
    return meanwhile;
  }
};

/** Records the act. `tx` is the transaction that does it. A second one with the same key fails there, and nothing is done twice. */
export const recordAction = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  done: DoneAction,
): Promise<ActionOutcome> => {
  const now = services.clock.now();
  const mailbox = done.ref === undefined ? undefined : await findMailbox(tx, actor, done.ref.mailboxAddress);
  const inserted = await tx
    .insertInto('candor.action')
    .values({
      key: done.key,
      company_id: actor.companyId,
      person_id: actor.personId,
      kind: done.kind,
      mailbox_id: mailbox?.mailboxId ?? null,
      provider_thread_id: done.ref?.providerThreadId ?? null,
      thread_id: done.threadId ?? null,
      said_sealed: await services.sealing.sealText(
        tx,
        actor.companyId,
        undefined,
        saidPlace(done.key),
        done.said,
      ),
      undo_facts: done.undo === undefined ? null : JSON.stringify(done.undo),
      done_at: now,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key')
    .executeTakeFirst();
  if (inserted === undefined) throw new Failure('already-done', 'an act with this key is on record');
  return toOutcome(done.key, done.said, done.undo === undefined ? undefined : now);
};

/** The act to be undone. Throws: not-found; already-done when it was undone, a later one took its place, or its ten minutes are over. */
export const takeForUndo = async (services: Services, tx: Tx, actor: Actor, key: ActionKey) => {
  const row = await tx
    .selectFrom('candor.action')
    .selectAll()
    .where('key', '=', key)
    .where('person_id', '=', actor.personId)
    .executeTakeFirst();
  if (row === undefined || row.undo_facts === null)
    throw new Failure('not-found', 'no such act of this person');
  if (row.undone_at !== null) throw new Failure('already-done', 'the act was undone before');
  if (!canUndo(row.done_at, services.clock.now()))
    throw new Failure('already-done', 'the time to undo is over');
  if (await isSuperseded(tx, actor, row)) throw new Failure('already-done', 'a later act took its place');
  return {
    undo: UndoFacts.parse(row.undo_facts),
    said: await services.sealing.openText(tx, actor.companyId, saidPlace(key), row.said_sealed),
    providerThreadId: row.provider_thread_id,
    mailboxId: row.mailbox_id,
  };
};

/**
 * A stance, a label or where a thread is filed is a state: once a later act set it anew, going back before an earlier one
 * would undo the later one too, and could open a thread that was made private since.
 */
const isSuperseded = async (
  tx: Tx,
  actor: Actor,
  act: {
    readonly kind: DoneAction['kind'];
    readonly done_at: number;
    readonly thread_id: ThreadId | null;
    readonly mailbox_id: MailboxId | null;
    readonly provider_thread_id: string | null;
    readonly undo_facts: unknown;
  },
): Promise<boolean> => {
  if (!setsState(act.kind)) return false;
  const later = await tx
    .selectFrom('candor.action')
    .select('key')
    .where('person_id', '=', actor.personId)
    .where('kind', '=', act.kind)
    .where('undone_at', 'is', null)
    .where('done_at', '>', act.done_at)
    .where((where) =>
      act.kind !== 'label'
        ? where('thread_id', '=', act.thread_id)
        : where.and([
            where('mailbox_id', '=', act.mailbox_id),
            where('provider_thread_id', '=', act.provider_thread_id),
          ]),
    )
    .$if(act.kind === 'grant', (query) =>
      query.where(sql`undo_facts ->> 'granteeId'`, '=', granteeOf(act.undo_facts)),
    )
    .limit(1)
    .executeTakeFirst();
  return later !== undefined;
};

const setsState = (kind: DoneAction['kind']): boolean =>
  kind === 'stance' || kind === 'grant' || kind === 'label' || kind === 'move' || kind === 'split';

/** What is granted is a state for each colleague. */
const granteeOf = (undoFacts: unknown): PersonId | undefined => {
  const facts = UndoFacts.parse(undoFacts);
  return facts.kind === 'grant' ? facts.granteeId : undefined;
};

export const markUndone = async (services: Services, tx: Tx, key: ActionKey): Promise<void> => {
  const row = await tx
    .updateTable('candor.action')
    .set({ undone_at: services.clock.now() })
    .where('key', '=', key)
    .where('undone_at', 'is', null)
    .returning('key')
    .executeTakeFirst();
  if (row === undefined) throw new Failure('already-done', 'the act was undone before');
};

/** Acts of the actor on the open thread that can still be undone, newest first. */
export const readUndoable = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  mailboxId: MailboxId,
  providerThreadId: string,
) => {
  const rows = await tx
    .selectFrom('candor.action')
    .select(['key', 'kind', 'thread_id', 'said_sealed', 'done_at', 'undo_facts'])
    .where('person_id', '=', actor.personId)
    .where('mailbox_id', '=', mailboxId)
    .where('provider_thread_id', '=', providerThreadId)
    .where('undone_at', 'is', null)
    .where('undo_facts', 'is not', null)
    .orderBy('done_at', 'desc')
    .limit(20)
    .execute();
  const undoable = [];
  const states = new Set<string>();
  for (const row of rows) {
    if (row.kind === 'undo' || row.kind === 'keep' || !canUndo(row.done_at, services.clock.now())) continue;
    // As isSuperseded: of the acts that set one state, the newest.
    const state =
      row.kind === 'label'
        ? row.kind
        : `${row.kind} ${row.thread_id} ${row.kind === 'grant' ? granteeOf(row.undo_facts) : ''}`;
    if (states.has(state)) continue;
    if (setsState(row.kind)) states.add(state);
    undoable.push({
      key: row.key,
      kind: row.kind,
      said: await services.sealing.openText(tx, actor.companyId, saidPlace(row.key), row.said_sealed),
      undoUntil: new Date(undoUntil(row.done_at)).toISOString(),
    });
  }
  return undoable;
};

const toOutcome = (key: ActionKey, said: string, doneAt: number | undefined): ActionOutcome =>
  doneAt === undefined ? { key, said } : { key, said, undoUntil: new Date(undoUntil(doneAt)).toISOString() };

const saidPlace = (key: ActionKey) => ({ table: 'action', row: key, column: 'said_sealed' });
