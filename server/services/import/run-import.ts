/*
 * Imports of one mailbox, one after another, search first: known addresses, then the label. The mailbox is never copied. Each
 * thread commits with what was counted of it and each page with where to go on, so a run cut off anywhere goes on from there.
 */
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import { failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { CopyRef, Provider } from '../../providers/provider.ts';
import { type OpenMailbox, withMailbox } from '../mailboxes/mailbox-access.ts';
import { readLimits } from '../mailboxes/mailboxes.ts';
import type { Services } from '../services.ts';
import { estimateImport } from './estimate.ts';
import { commitStep, ImportStopped, type ImportWork, moveOn, readNextImport } from './import-work.ts';
import { searchFrom } from './sought.ts';
import { takeBackSome } from './take-back.ts';
import { takeThread, threadHash } from './take-thread.ts';

type MailboxAt = { readonly companyId: CompanyId; readonly mailboxId: MailboxId };

/** After so long the rest is a job of its own, so that no job is taken for dead and a stopping server waits for little. */
const longestRunMs = 5 * 60_000;

/** Mailboxes with an import to go on with, by the timetable: one that was cut off, or that waited for its mailbox. */
export const enqueueImports = async (services: Services): Promise<void> => {
  const open = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.mailbox_import')
      .innerJoin('candor.mailbox', 'candor.mailbox.id', 'candor.mailbox_import.mailbox_id')
      .select(['candor.mailbox_import.mailbox_id', 'candor.mailbox_import.company_id'])
      .distinct()
      .where((where) =>
        where.or([
          where('candor.mailbox_import.state', '=', 'cancelling'),
          where.and([
            where('candor.mailbox_import.state', 'in', ['estimating', 'running']),
            where('candor.mailbox.state', '=', 'connected'),
            where('candor.mailbox.access_level', '=', 'full'),
          ]),
        ]),
      )
      .execute(),
  );
  for (const { mailbox_id: mailboxId, company_id: companyId } of open)
    await services.enqueue({ kind: 'mailbox.import', companyId, mailboxId });
};

/** Throws: mailbox-disconnected, provider-busy; the import then stands where it was. Other failures are its end until its person tries again. */
export const runImports = async (services: Services, at: MailboxAt, signal: AbortSignal): Promise<void> => {
  const until = services.clock.now() + longestRunMs;
  while (services.clock.now() < until) {
    signal.throwIfAborted();
    const work = await services.db.transaction({ kind: 'company', companyId: at.companyId }, (tx) =>
      readNextImport(tx, at.mailboxId),
    );
    if (work === undefined) return;
    await runNoted(services, work, until, signal);
  }
  await services.enqueue({ kind: 'mailbox.import', ...at });
};

const runNoted = async (
  services: Services,
  work: ImportWork,
  until: number,
  signal: AbortSignal,
): Promise<void> => {
  try {
    if (work.state === 'cancelling') await takeBack(services, work, signal);
    else
      await withMailbox(
        services,
        work,
        'background',
        (provider, mailbox) => goOn(services, provider, mailbox, work, until, signal),
        signal,
      );
  } catch (thrown) {
    if (thrown instanceof ImportStopped) return;
    const reason = failureReason(thrown);
    if (signal.aborted || reason === 'provider-busy' || reason === 'mailbox-disconnected') throw thrown;
    await services.db.transaction({ kind: 'company', companyId: work.companyId }, (tx) =>
      moveOn(services, tx, work, 'failed', reason ?? 'bug'),
    );
    services.log.error('an import ended early', {
      mailboxId: work.mailboxId,
      reason: reason ?? 'bug',
      error: thrown,
    });
  }
};

const goOn = async (
  services: Services,
  provider: Provider,
  mailbox: OpenMailbox,
  work: ImportWork,
  until: number,
  signal: AbortSignal,
): Promise<void> => {
  const company = { kind: 'company', companyId: work.companyId } as const;
  if (work.state === 'estimating') {
    const estimate = await estimateImport(services, provider, work, signal);
    await services.db.transaction(company, async (tx) => {
      await commitStep(services, tx, work, {});
      await tx
        .updateTable('candor.mailbox_import')
        .set({
          found_messages: estimate.foundMessages,
          found_threads: estimate.foundThreads,
          estimated_bytes: estimate.sizeBytes,
          estimated_ms: estimate.durationMs,
          // The pace is that of the import, not of the count.
          running_ms: 0,
        })
        .where('id', '=', work.importId)
        .execute();
      // Old mail waits for its person's word; what is looked for one candidate alone was asked for already.
      await moveOn(services, tx, work, work.reason === 'window' ? 'estimated' : 'running');
    });
    return;
  }
  const { messageBytes: limitBytes } = await services.db.transaction(company, (tx) => readLimits(tx));
  let { position } = work;
  while (position.at !== 'end') {
    const { found, next } = await searchFrom(services, provider, work, position, signal);
    for (const [providerThreadId, refs] of await threadsToLookAt(services, work, found)) {
      signal.throwIfAborted();
      if (services.clock.now() >= until) return;
      await takeThread({ services, provider, mailbox, work, limitBytes, signal }, providerThreadId, refs);
    }
    await services.db.transaction(company, (tx) => commitStep(services, tx, work, { position: next }));
    position = next;
  }
  await services.db.transaction(company, (tx) => moveOn(services, tx, work, 'done'));
  services.log.info('an import is done', { mailboxId: work.mailboxId, reason: work.reason });
};

/** By thread, in the order found, without those this import is through with. */
const threadsToLookAt = async (
  services: Services,
  work: ImportWork,
  found: readonly CopyRef[],
): Promise<ReadonlyMap<string, readonly CopyRef[]>> => {
  const threads = new Map<string, CopyRef[]>();
  for (const ref of found)
    threads.set(ref.providerThreadId, [...(threads.get(ref.providerThreadId) ?? []), ref]);
  const hashes = new Map([...threads.keys()].map((id) => [id, threadHash({ services, work }, id)]));
  const done = await services.db.transaction({ kind: 'company', companyId: work.companyId }, (tx) =>
    tx
      .selectFrom('candor.import_thread')
      .select('thread_hash')
      .where('import_id', '=', work.importId)
      .where('thread_hash', '=', anyOf([...hashes.values()]))
      .execute(),
  );
  const isDone = new Set(done.map((row) => row.thread_hash.toString('hex')));
  return new Map([...threads].filter(([id]) => !isDone.has(hashes.get(id)?.toString('hex') ?? '')));
};

const takeBack = async (services: Services, work: ImportWork, signal: AbortSignal): Promise<void> => {
  const company = { kind: 'company', companyId: work.companyId, actorId: work.personId } as const;
  while (await services.db.transaction(company, (tx) => takeBackSome(services, tx, work)))
    signal.throwIfAborted();
  await services.db.transaction(company, (tx) => moveOn(services, tx, work, 'cancelled'));
  services.log.info('an import was taken back', { mailboxId: work.mailboxId, reason: work.reason });
};
