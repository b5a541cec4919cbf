/* Brings in what changed in one mailbox: pages of the provider's delta, each committed together with the cursor past it. */
import type { CompanyId, MailboxId } from '../../lib/contract/ids.ts';
import { Failure } from '../base/failure.ts';
import type { Tx } from '../db/schema.ts';
import type { CopyHeaders, CopyRef, Delta, Provider } from '../providers/provider.ts';
import { type DecidedCopy, decideCopies, fetchKept } from './decide-copies.ts';
import { copyHash, ingestCopy, type KeptCopy } from './ingest.ts';
import { type OpenMailbox, withMailbox } from './mailbox-access.ts';
import { readLimits } from './mailboxes.ts';
import type { Services } from './services.ts';

/** Mailboxes of every company that are to be looked at, by the timetable. */
export const enqueuePulls = async (services: Services): Promise<void> => {
  const due = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx.selectFrom('candor.mailbox').select(['id', 'company_id']).where('state', '=', 'connected').execute(),
  );
  for (const mailbox of due) {
    await services.enqueue({ kind: 'mailbox.pull', companyId: mailbox.company_id, mailboxId: mailbox.id });
  }
};

/** Throws: mailbox-disconnected, provider-busy, provider-refused; what was committed before stays. */
export const pullMailbox = (
  services: Services,
  at: { readonly companyId: CompanyId; readonly mailboxId: MailboxId },
  signal: AbortSignal,
): Promise<void> =>
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
        await services.db.transaction(company, (tx) => writeCursor(services, tx, mailbox, from));
        return;
      }
      let from = cursor;
      let more = true;
      while (more) {
        signal.throwIfAborted();
        const window = mailbox.windowFrom === null ? {} : { from: mailbox.windowFrom };
        const delta = await provider.pull(from, window, signal);
        await takePage(services, provider, mailbox, delta, limits.messageBytes, signal);
        from = delta.next;
        more = delta.more;
      }
    },
    signal,
  );

const takePage = async (
  services: Services,
  provider: Provider,
  mailbox: OpenMailbox,
  delta: Delta,
  limitBytes: number,
  signal: AbortSignal,
): Promise<void> => {
  const copies: CopyHeaders[] = [];
  for (const ref of delta.upserts) {
    const copy = await readCopy(provider, ref, signal);
    if (copy !== undefined) copies.push(copy);
  }
  const decided = await decideCopies(services, mailbox, copies);
  const kept = await fetchKept(provider, decided, limitBytes, signal);
  await services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    for (const copy of inOrder(kept)) await ingestCopy(services, tx, mailbox, copy);
    await recordUnkept(services, tx, mailbox, decided);
    await writeCursor(services, tx, mailbox, delta.next);
  });
  services.log.info('a page of a mailbox was taken', {
    mailboxId: mailbox.mailboxId,
    keptCount: kept.length,
    droppedCount: decided.length - kept.length,
    hasMore: delta.more,
    isReset: delta.reset,
  });
};

/** Undefined when the message was deleted since the provider listed it. */
const readCopy = async (
  provider: Provider,
  ref: CopyRef,
  signal: AbortSignal,
): Promise<CopyHeaders | undefined> => {
  try {
    return await provider.readHeaders(ref.providerMessageId, signal);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.reason === 'not-found') return undefined;
    throw thrown;
  }
};

const inOrder = (kept: readonly KeptCopy[]): readonly KeptCopy[] =>
  [...kept].sort((a, b) => a.headers.sentAt - b.headers.sentAt);

/** Of what is not kept only a keyed hash, the rule and the time remain. */
const recordUnkept = async (
  services: Services,
  tx: Tx,
  mailbox: OpenMailbox,
  decided: readonly DecidedCopy[],
): Promise<void> => {
  const rows = decided.flatMap(({ copy, decision }) =>
    decision.decision === 'keep'
      ? []
      : [
          {
            company_id: mailbox.companyId,
            mailbox_id: mailbox.mailboxId,
            person_id: mailbox.personId,
            copy_hash: copyHash(services, mailbox, copy.providerMessageId),
            decision: decision.decision,
            rule: decision.because.rule,
            decided_at: services.clock.now(),
          },
        ],
  );
  if (rows.length === 0) return;
  // What was kept before stays kept: a later look at the same copy does not take it away.
  await tx
    .insertInto('candor.decision')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['mailbox_id', 'copy_hash']).doNothing())
    .execute();
};

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
    .set({ last_pulled_at: now, last_failure_reason: null, last_failure_at: null })
    .where('id', '=', mailbox.mailboxId)
    .execute();
};
