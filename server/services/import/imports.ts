/* A person's own imports: choose how far back, begin, pause, go on, take back; and "Sync e-mails" for one candidate. */
import { ImportId, type MailboxId } from '../../../lib/contract/ids.ts';
import type {
  ImportChoice,
  ImportRow,
  ImportState,
  ImportSteer,
  MailboxImports,
  SyncCandidate,
} from '../../../lib/contract/import.ts';
import {
  bringsOldMail,
  decideWindow,
  type ImportWindow,
  isWithin,
  type OldMailWindow,
  wholeSecond,
} from '../../../lib/domain/import-window.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { noteRemovals } from '../ingest/removals.ts';
import type { Services } from '../services.ts';
import { readImport, readMailboxImports } from './import-rows.ts';

/**
 * How far back the mailbox may reach. A window of old mail is counted first and waits for `start`. Only by the mailbox's own
 * person. Throws: not-found; mailbox-disconnected; send-only; policy-forbids for one wider than the company allows; already-done while
 * another import of old mail is under way.
 */
export const chooseImport = async (
  services: Services,
  actor: Actor,
  choice: ImportChoice,
): Promise<MailboxImports> => {
  const imports = await setChoice(services, actor, choice);
  // Nothing of it is imported before the person says so, which comes after this answer.
  if (choice.leaveOut !== undefined)
    await services.db.transaction(
      { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
      (tx) =>
        noteRemovals(
          services,
          tx,
          actor,
          (choice.leaveOut ?? []).map((hash) => Buffer.from(hash, 'hex')),
          'left-out',
        ),
    );
  return imports;
};

const setChoice = (
  services: Services,
  actor: Actor,
  { mailboxId, window }: ImportChoice,
): Promise<MailboxImports> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const mailbox = await requireOwnMailbox(tx, actor, mailboxId);
    const now = services.clock.now();
    const open = await tx
      .selectFrom('candor.mailbox_import')
      .select(['id', 'state'])
      .where('mailbox_id', '=', mailboxId)
      .where('reason', '=', 'window')
      .where('state', 'not in', ['done', 'cancelled'])
      .executeTakeFirst();
    // A count that was not begun with brought nothing: the new choice takes its place.
    if (open !== undefined && open.state !== 'estimating' && open.state !== 'estimated')
      throw new Failure('already-done', 'an import of old mail is under way');
    if (open !== undefined) await setState(services, tx, open.id, [open.state], 'cancelled');

    if (!bringsOldMail(window))
      await setWindow(tx, mailboxId, window, window === 'none' ? mailbox.created_at : now);
    else {
      const { import_max: companyMaximum } = await tx
        .selectFrom('candor.policy')
        .select('import_max')
        .executeTakeFirstOrThrow();
      const decision = decideWindow(window, companyMaximum, now);
      if (!decision.allowed) throw new Failure('policy-forbids', decision.because);
      await beginImport(services, tx, actor, mailboxId, {
        reason: 'window',
        import_window: window,
        window_from: decision.from ?? null,
        window_before: mailbox.import_window,
        // From there on the ordinary looks keep mail already; without a window that is all of it.
        sync_from: mailbox.window_from ?? 0,
      });
    }
    return requireImports(tx, mailboxId);
  });

/** Throws: not-found; already-done when the import is past that; policy-forbids when the company narrowed its maximum meanwhile. */
export const steerImport = (
  services: Services,
  actor: Actor,
  { importId, how }: ImportSteer,
): Promise<MailboxImports> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .selectFrom('candor.mailbox_import')
      .selectAll()
      .where('id', '=', importId)
      .where('person_id', '=', actor.personId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new Failure('not-found', 'no such import of this person');
    if (how === 'start' && row.import_window !== null) {
      await requireWithin(tx, row.import_window);
      await tx
        .updateTable('candor.mailbox')
        .set({ import_window: row.import_window, window_from: row.window_from })
        .where('id', '=', row.mailbox_id)
        .execute();
    }
    if (how === 'cancel' && row.window_before !== null && hasBegun(row.state))
      await restoreWindow(tx, row.mailbox_id, row);
    await setState(services, tx, importId, from[how], nextState(how, row));
    await services.enqueue({ kind: 'mailbox.import', companyId: actor.companyId, mailboxId: row.mailbox_id });
    return requireImports(tx, row.mailbox_id);
  });

/**
 * "Sync e-mails": all mail between the candidate's addresses and this mailbox, however old, by its person's own click. One that
 * is under way already is given back. Throws: not-found for a mailbox or candidate that is not theirs to open; mailbox-disconnected; send-only.
 */
export const syncCandidate = (
  services: Services,
  actor: Actor,
  { mailboxId, candidateId }: SyncCandidate,
): Promise<ImportRow> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    await requireOwnMailbox(tx, actor, mailboxId);
    const candidate = await tx
      .selectFrom('candor.candidate')
      .select('id')
      .where('id', '=', candidateId)
      .executeTakeFirst();
    if (candidate === undefined) throw new Failure('not-found', 'no such candidate for this person');
    const underWay = await tx
      .selectFrom('candor.mailbox_import')
      .select('id')
      .where('mailbox_id', '=', mailboxId)
      .where('candidate_id', '=', candidateId)
      .where('reason', '=', 'asked')
      .where('state', 'in', ['estimating', 'running'])
      .executeTakeFirst();
    const importId =
      underWay?.id ??
      (await beginImport(services, tx, actor, mailboxId, {
        reason: 'asked',
        candidate_id: candidateId,
        window_from: null,
        sync_from: services.clock.now(),
      }));
    const row = await readImport(tx, importId);
    if (row === undefined) throw new Error('An import that was begun is not there.');
    return row;
  });

type Begun = {
  readonly reason: 'window' | 'asked';
  readonly candidate_id?: SyncCandidate['candidateId'];
  readonly import_window?: OldMailWindow;
  readonly window_from: number | null;
  readonly window_before?: ImportWindow;
  readonly sync_from: number;
};

const beginImport = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  mailboxId: MailboxId,
  facts: Begun,
): Promise<ImportId> => {
  const importId = ImportId.parse(crypto.randomUUID());
  const now = services.clock.now();
  await tx
    .insertInto('candor.mailbox_import')
    .values({
      id: importId,
      company_id: actor.companyId,
      mailbox_id: mailboxId,
      person_id: actor.personId,
      state: 'estimating',
      created_at: now,
      updated_at: now,
      ...facts,
    })
    .execute();
  await services.enqueue({ kind: 'mailbox.import', companyId: actor.companyId, mailboxId });
  return importId;
};

/** States each turn can be taken in. */
const from: Readonly<Record<ImportSteer['how'], readonly ImportState[]>> = {
  start: ['estimated'],
  pause: ['running'],
  resume: ['paused', 'failed'],
  cancel: ['estimating', 'estimated', 'running', 'paused', 'failed', 'done'],
};

const nextState = (
  how: ImportSteer['how'],
  { state, estimated_ms: estimatedMs }: { readonly state: ImportState; readonly estimated_ms: number | null },
): ImportState => {
  if (how === 'pause') return 'paused';
  // What brought nothing yet is over at once.
  if (how === 'cancel') return hasBegun(state) ? 'cancelling' : 'cancelled';
  return estimatedMs === null ? 'estimating' : 'running';
};

const hasBegun = (state: ImportState): boolean => state !== 'estimating' && state !== 'estimated';

const setState = async (
  services: Services,
  tx: Tx,
  importId: ImportId,
  from: readonly ImportState[],
  to: ImportState,
): Promise<void> => {
  const now = services.clock.now();
  const row = await tx
    .updateTable('candor.mailbox_import')
    .set({ state: to, updated_at: now, failure_reason: null, ended_at: to === 'cancelled' ? now : null })
    .where('id', '=', importId)
    .where('state', 'in', [...from])
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) throw new Failure('already-done', 'the import is past that');
};

/** Throws: not-found; mailbox-disconnected; send-only. */
export const requireOwnMailbox = async (tx: Tx, actor: Actor, mailboxId: MailboxId) => {
  const mailbox = await tx
    .selectFrom('candor.mailbox')
    .select(['state', 'access_level', 'import_window', 'window_from', 'created_at'])
    .where('id', '=', mailboxId)
    .where('person_id', '=', actor.personId)
    .forUpdate()
    .executeTakeFirst();
  if (mailbox === undefined) throw new Failure('not-found', 'no such mailbox of this person');
  if (mailbox.state !== 'connected') throw new Failure('mailbox-disconnected', `mailbox is ${mailbox.state}`);
  if (mailbox.access_level !== 'full') throw new Failure('send-only', 'the mailbox may not be read');
  return mailbox;
};

/** Ends what was let in before; what was kept stays. */
const setWindow = async (tx: Tx, mailboxId: MailboxId, window: ImportWindow, from: number): Promise<void> => {
  await tx
    .updateTable('candor.mailbox')
    .set({ import_window: window, window_from: wholeSecond(from) })
    .where('id', '=', mailboxId)
    .execute();
};

/** As before the import, unless its person chose another window since. */
const restoreWindow = async (
  tx: Tx,
  mailboxId: MailboxId,
  row: {
    readonly import_window: OldMailWindow | null;
    readonly window_before: ImportWindow | null;
    readonly window_from: number | null;
    readonly sync_from: number;
  },
): Promise<void> => {
  await tx
    .updateTable('candor.mailbox')
    .set({ import_window: row.window_before ?? 'none', window_from: row.sync_from })
    .where('id', '=', mailboxId)
    .where('import_window', '=', row.import_window)
    .where('window_from', row.window_from === null ? 'is' : '=', row.window_from)
    .execute();
};

const requireWithin = async (tx: Tx, window: OldMailWindow): Promise<void> => {
  const { import_max: companyMaximum } = await tx
    .selectFrom('candor.policy')
    .select('import_max')
    .executeTakeFirstOrThrow();
  if (!isWithin(window, companyMaximum)) throw new Failure('policy-forbids', 'wider than the company allows');
};

const requireImports = async (tx: Tx, mailboxId: MailboxId): Promise<MailboxImports> => {
  const imports = (await readMailboxImports(tx, [mailboxId])).get(mailboxId);
  if (imports === undefined) throw new Failure('not-found', 'no such mailbox');
  return imports;
};
