/*
 * Questions: mail that a rule would keep and a guard holds. Nothing of it is stored but the provider's ids, sealed; what it
 * says is read from the person's own mailbox when they look, and forgotten. What no longer needs an answer is decided anew.
 */
import type { Held, HeldThread } from '../../../lib/contract/guard.ts';
import type { MailboxId } from '../../../lib/contract/ids.ts';
import { explainHold } from '../../../lib/domain/explain-keeping.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Provider } from '../../providers/provider.ts';
import { type Actor, idsOf } from '../actor.ts';
import { type DecidedCopy, decideCopies } from '../ingest/decide-copies.ts';
import { type OpenMailbox, withMailbox } from '../mailboxes/mailbox-access.ts';
import { readLimits } from '../mailboxes/mailboxes.ts';
import { takePage } from '../mailboxes/take-page.ts';
import { findByAddress, readCards } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { readUnreadable } from './unreadable.ts';
import { readWaiting, type WaitingRef } from './waiting.ts';

const mostThreads = 50;

/** What waits for the person's answer, in all their mailboxes. */
export const readHeld = async (services: Services, actor: Actor, signal: AbortSignal): Promise<Held> => {
  const waiting = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    readWaiting(services, tx, actor, 'hold'),
  );
  const threads: HeldThread[] = [];
  const unread: Held['unread'][number][] = [];
  for (const { mailboxId, address, refs } of waiting) {
    try {
      const copies = await withMailbox(
        services,
        { companyId: actor.companyId, mailboxId },
        'person',
        (provider, mailbox) => askMailbox(services, provider, mailbox, refs, signal),
        signal,
      );
      threads.push(...(await toThreads(services, actor, { mailboxId, address }, copies)));
    } catch (thrown) {
      const reason = failureReason(thrown);
      if (reason === undefined) throw thrown;
      unread.push({ address, messageCount: refs.length, reason });
    }
  }
  return {
    threads: threads.sort((a, b) => b.sentAt.localeCompare(a.sentAt)).slice(0, mostThreads),
    unread,
    unreadable: await readUnreadable(services, actor),
  };
};

/**
 * "Don't keep it": the messages that wait in this thread are dropped. A later one of it is asked about again. Throws not-found
 * when none of it waits.
 */
export const dismissHeld = async (
  services: Services,
  actor: Actor,
  thread: { readonly mailboxId: MailboxId; readonly providerThreadId: string },
  signal: AbortSignal,
): Promise<Held> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const waiting = await readWaiting(services, tx, actor, 'hold');
    const refs = waiting.find(({ mailboxId }) => mailboxId === thread.mailboxId)?.refs ?? [];
    const ofThread = refs.filter(({ providerThreadId }) => providerThreadId === thread.providerThreadId);
    if (ofThread.length === 0) throw new Failure('not-found', 'nothing of the thread is held');
    for (const { copyHash } of ofThread) await settle(services, tx, thread.mailboxId, copyHash, 'dismissed');
  });
  return readHeld(services, actor, signal);
};

/** Those that are still held, as the mailbox tells them now. What is gone from it, or needs no answer any more, is settled. */
const askMailbox = async (
  services: Services,
  provider: Provider,
  mailbox: OpenMailbox,
  refs: readonly WaitingRef[],
  signal: AbortSignal,
): Promise<readonly DecidedCopy[]> => {
  const copies = [];
  const company = { kind: 'company', companyId: mailbox.companyId } as const;
  for (const ref of refs) {
    try {
      copies.push(await provider.readHeaders(ref.providerMessageId, signal));
    } catch (thrown) {
      if (failureReason(thrown) !== 'not-found') throw thrown;
      await services.db.transaction(company, (tx) =>
        settle(services, tx, mailbox.mailboxId, ref.copyHash, 'gone'),
      );
    }
  }
  const decided = await decideCopies(services, mailbox, copies);
  const settled = decided.filter(({ decision }) => decision.decision !== 'hold');
  if (settled.length > 0) {
    const limits = await services.db.transaction(company, readLimits);
    await takePage(
      services,
      provider,
      mailbox,
      {
        upserts: settled.map(({ copy }) => copy),
        deletions: [],
        next: '',
        more: false,
        reset: false,
        lost: false,
      },
      { limitBytes: limits.messageBytes, commitCursor: async () => {}, signal },
    );
  }
  return decided.filter(({ decision }) => decision.decision === 'hold');
};

const toThreads = (
  services: Services,
  actor: Actor,
  { mailboxId, address }: { readonly mailboxId: MailboxId; readonly address: string },
  held: readonly DecidedCopy[],
): Promise<readonly HeldThread[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const byThread = Map.groupBy(held, ({ copy }) => copy.providerThreadId);
    const threads: HeldThread[] = [];
    for (const [providerThreadId, copies] of byThread) {
      const newest = copies.reduce((a, b) => (b.headers.sentAt > a.headers.sentAt ? b : a));
      if (newest.decision.decision !== 'hold') continue;
      const found = await findByAddress(
        services,
        tx,
        actor.companyId,
        copies.flatMap(({ headers }) => headers.participants.map((each) => each.address)),
      );
      const from = newest.headers.participants.find(({ role }) => role === 'from');
      threads.push({
        mailboxId,
        ref: { mailboxAddress: address, providerThreadId },
        subject: newest.headers.subject,
        from: from?.name ?? from?.address ?? 'unknown sender',
        sentAt: new Date(newest.headers.sentAt).toISOString(),
        messageCount: copies.length,
        because: explainHold(newest.decision.because),
        candidates: await readCards(services, tx, actor, [...new Set([...found.values()].flat())]),
      });
    }
    return threads;
  });

const settle = async (
  services: Services,
  tx: Tx,
  mailboxId: MailboxId,
  copyHash: Buffer,
  rule: 'dismissed' | 'gone',
): Promise<void> => {
  await tx
    .updateTable('candor.decision')
    .set({ decision: 'drop', rule, ref_sealed: null, decided_at: services.clock.now() })
    .where('mailbox_id', '=', mailboxId)
    .where('copy_hash', '=', copyHash)
    .where('decision', '=', 'hold')
    .execute();
};
