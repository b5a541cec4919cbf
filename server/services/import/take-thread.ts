/*
 * One thread that a search led to: its headers are read, `interest` decides in the order of the dates, so that what answers kept
 * mail is kept with it, and only what is kept is fetched whole. Rows, ledger and counts commit together.
 */
import type { LeftCounts } from '../../../lib/contract/import.ts';
import { foldAddress } from '../../../lib/domain/address.ts';
import { decideInterest } from '../../../lib/domain/interest.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { readHeaders } from '../../providers/mime.ts';
import type { CopyHeaders, CopyRef, Provider } from '../../providers/provider.ts';
import { type DecidedCopy, fetchOne, toSubject } from '../ingest/decide-copies.ts';
import { ingestPage } from '../ingest/ingest.ts';
import { readInterestContext } from '../ingest/interest-context.ts';
import type { KeptCopy } from '../ingest/kept-copy.ts';
import { readRemoved } from '../ingest/removals.ts';
import type { OpenMailbox } from '../mailboxes/mailbox-access.ts';
import { patiently } from '../mailboxes/patience.ts';
import { recordDecisions } from '../mailboxes/take-page.ts';
import { findByAddress } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { commitStep, type ImportWork } from './import-work.ts';

export type ThreadTaking = {
  readonly services: Services;
  readonly provider: Provider;
  readonly mailbox: OpenMailbox;
  readonly work: ImportWork;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
};

type Unread = { readonly ref: CopyRef; readonly thrown: Failure };

/**
 * `found`: what the search gave of the thread. Throws: mailbox-disconnected, provider-busy; provider-refused when the provider
 * answers nothing at all; ImportStopped.
 */
export const takeThread = async (
  taking: ThreadTaking,
  providerThreadId: string,
  found: readonly CopyRef[],
): Promise<void> => {
  const { provider, signal } = taking;
  const read = await aloneOrAtFault(taking, () => provider.readThread(providerThreadId, signal));
  if ('thrown' in read) {
    // Gone since the search: nothing of it is left to decide on.
    const isGone = read.thrown.reason === 'not-found';
    const unread = isGone ? [] : found.map((ref) => ({ ref, thrown: read.thrown }));
    return store(taking, providerThreadId, { decided: [], kept: [], unread });
  }
  const decided = await decide(taking, read.value);
  const kept: KeptCopy[] = [];
  const unread: Unread[] = [];
  for (const one of decided) {
    const fetched = await aloneOrAtFault(taking, () =>
      patiently(taking.services, signal, () => fetchOne(provider, one, taking.limitBytes, signal)),
    );
    if (!('thrown' in fetched)) kept.push(...(fetched.value === undefined ? [] : [fetched.value]));
    else if (fetched.thrown.reason !== 'not-found') unread.push({ ref: one.copy, thrown: fetched.thrown });
  }
  await store(taking, providerThreadId, { decided, kept, unread });
};

/** Names a thread of a mailbox to the import without telling anything of it. */
export const threadHash = ({ services, work }: Pick<ThreadTaking, 'services' | 'work'>, id: string): Buffer =>
  services.sealing.keyedHash('import-thread', work.companyId, `${work.mailboxId}|${id}`);

/** One that is gone or that the provider refuses is set apart, provided that it answers otherwise. */
const aloneOrAtFault = async <T>(
  { provider, signal }: ThreadTaking,
  run: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly thrown: Failure }> => {
  try {
    return { value: await run() };
  } catch (thrown) {
    const reason = failureReason(thrown);
    if (!(thrown instanceof Failure) || (reason !== 'not-found' && reason !== 'provider-refused'))
      throw thrown;
    if (reason === 'provider-refused') await provider.profile(signal);
    return { thrown };
  }
};

const decide = (
  { services, mailbox, work }: ThreadTaking,
  copies: readonly CopyHeaders[],
): Promise<readonly DecidedCopy[]> =>
  services.db.transaction({ kind: 'company', companyId: work.companyId }, async (tx) => {
    const read = copies
      .map((copy) => ({ copy, headers: readHeaders(copy.headers, copy.receivedAt) }))
      .sort((a, b) => a.headers.sentAt - b.headers.sentAt);
    const context = await readInterestContext(
      services,
      tx,
      { companyId: work.companyId, personId: mailbox.personId, windowFrom: work.windowFrom },
      read.map(({ headers }) => headers),
    );
    const isAskedFor = await readAskedFor(
      services,
      tx,
      work,
      read.map(({ headers }) => headers),
    );
    const removed = await readRemoved(services, tx, mailbox, read);
    const keptIds = new Set(context.keptIds);
    return read.map((each) => {
      const { copy, headers } = each;
      const act = isAskedFor(headers) ? ({ act: 'asked' } as const) : {};
      const decision = decideInterest(toSubject(each, removed.get(each)), { ...context, ...act, keptIds });
      if (decision.decision === 'keep' && headers.messageId !== undefined) keptIds.add(headers.messageId);
      return { copy, headers, decision };
    });
  });

/** Of a thread that was asked for, the mail with the candidate; the rest of it is for the other rules. */
const readAskedFor = async (
  services: Services,
  tx: Tx,
  work: ImportWork,
  messages: readonly MessageHeaders[],
): Promise<(headers: MessageHeaders) => boolean> => {
  if (work.reason !== 'asked') return () => false;
  const known = await findByAddress(
    services,
    tx,
    work.companyId,
    messages.flatMap(({ participants }) => participants.map(({ address }) => address)),
  );
  return ({ participants }) =>
    participants.some(({ address }) =>
      known.get(foldAddress(address))?.some((candidateId) => candidateId === work.candidateId),
    );
};

const store = async (
  taking: ThreadTaking,
  providerThreadId: string,
  thread: {
    readonly decided: readonly DecidedCopy[];
    readonly kept: readonly KeptCopy[];
    readonly unread: readonly Unread[];
  },
): Promise<void> => {
  const { services, mailbox, work } = taking;
  const left = thread.decided.flatMap(({ copy, decision }) =>
    decision.decision === 'keep'
      ? []
      : [{ ref: copy, decision: decision.decision, rule: decision.because.rule }],
  );
  const unread = thread.unread.map(({ ref, thrown }) => ({
    ref,
    decision: 'unreadable' as const,
    rule: thrown.reason,
  }));
  await services.db.transaction({ kind: 'company', companyId: work.companyId }, async (tx) => {
    await commitStep(services, tx, work, {
      lookedThreads: 1,
      lookedMessages: thread.decided.length,
      left: countRules([...left, ...unread.map((each) => ({ ...each, rule: 'unreadable' }))]),
    });
    await tx
      .insertInto('candor.import_thread')
      .values({
        import_id: work.importId,
        company_id: work.companyId,
        thread_hash: threadHash(taking, providerThreadId),
      })
      .execute();
    const ingested = await ingestPage(services, tx, mailbox, thread.kept);
    for (const { providerMessageId, newCopyId } of ingested)
      await tag(tx, work, providerMessageId, newCopyId);
    await recordDecisions(services, tx, mailbox, [...left, ...unread]);
  });
};

/** A copy that another import brought stands by both from now on: taking back either leaves it. */
const tag = async (
  tx: Tx,
  work: ImportWork,
  providerMessageId: string,
  newCopyId: string | undefined,
): Promise<void> => {
  if (newCopyId === undefined)
    await tx
      .updateTable('candor.message_copy')
      .set({ import_id: null })
      .where('mailbox_id', '=', work.mailboxId)
      .where('provider_message_id', '=', providerMessageId)
      .where('import_id', '<>', work.importId)
      .execute();
  else
    await tx
      .updateTable('candor.message_copy')
      .set({ import_id: work.importId })
      .where('id', '=', newCopyId)
      .execute();
};

const countRules = (left: readonly { readonly rule: string }[]): LeftCounts => {
  const counts: LeftCounts = {};
  for (const { rule } of left) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
};
