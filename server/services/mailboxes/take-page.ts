/*
 * One page of a mailbox's delta: read, decided, fetched, and stored together with the cursor past it. A message that can not
 * be read or stored never holds the cursor for long: it is noted as unreadable and, once it has had its time, passed. When
 * nothing can be read or stored, it is not the message that is at fault, and the cursor stays.
 */
import { Failure, failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyRef, Delta, Provider } from '../../providers/provider.ts';
import { copyHash } from '../ingest/copy-hash.ts';
import { type DecidedCopy, decideCopies, fetchOne } from '../ingest/decide-copies.ts';
import { noteBack, noteGone } from '../ingest/gone-copies.ts';
import { ingestPage } from '../ingest/ingest.ts';
import type { KeptCopy } from '../ingest/kept-copy.ts';
import { keepOnRecord } from '../ingest/still-on-record.ts';
import { noteLost, noteTold } from '../ingest/unconfirmed-copies.ts';
import { sealWaitingRef } from '../ingest/waiting-ref.ts';
import type { Services } from '../services.ts';
import type { OpenMailbox } from './mailbox-access.ts';
import { patiently } from './patience.ts';
import { readRestOfThreads } from './rest-of-threads.ts';
import { sideBySide } from './side-by-side.ts';
import { requireConnected } from './stop-at-once.ts';

export type PageWork = {
  readonly limitBytes: number;
  readonly commitCursor: (tx: Tx) => Promise<void>;
  readonly signal: AbortSignal;
};

/** Throws: mailbox-disconnected, provider-busy, provider-refused; whatever kept a message from being stored, while it has time. */
export const takePage = async (
  services: Services,
  provider: Provider,
  mailbox: OpenMailbox,
  delta: Delta,
  work: PageWork,
): Promise<void> => {
  const { signal } = work;
  const read = await eachAlone(delta.upserts, provider, signal, (ref) =>
    patiently(services, signal, () => provider.readHeaders(ref.providerMessageId, signal)),
  );
  const told = await decideCopies(services, mailbox, read.done);
  const whole = delta.reset ? told : told.filter(isLabelledAlone);
  const rest = await readRestOfThreads(services, provider, mailbox, whole, signal);
  const decided = rest.length === 0 ? told : await decideCopies(services, mailbox, [...read.done, ...rest]);
  const fetched = await eachAlone(decided, provider, signal, (one) =>
    patiently(services, signal, () => fetchOne(provider, one, work.limitBytes, signal)),
  );
  const kept = fetched.done.flatMap((copy) => copy ?? []).sort(byDate);
  const page = {
    decided,
    kept,
    delta,
    troubles: [...read.troubles, ...fetched.troubles],
  };
  const held = await storeWhole(services, mailbox, page, work).catch((thrown: unknown) => {
    // Turned off meanwhile: no message is at fault.
    if (failureReason(thrown) === 'mailbox-disconnected') throw thrown;
    return storeOneByOne(services, mailbox, page, work, thrown);
  });
  services.log.info('a page of a mailbox was taken', {
    mailboxId: mailbox.mailboxId,
    keptCount: kept.length,
    droppedCount: decided.filter(({ decision }) => decision.decision !== 'keep').length,
    failedCount: page.troubles.length,
    hasMore: delta.more,
    isReset: delta.reset,
  });
  if (held !== undefined) throw held.thrown;
};

/** The label means the thread, and may stand on one message of it: what lies beside it came before and was dropped. */
const isLabelledAlone = ({ decision }: DecidedCopy): boolean =>
  decision.decision === 'keep' && decision.because.every(({ rule }) => rule === 'label');

type Trouble = { readonly ref: CopyRef; readonly thrown: unknown };
type Page = {
  readonly decided: readonly DecidedCopy[];
  readonly kept: readonly KeptCopy[];
  readonly delta: Delta;
  readonly troubles: readonly Trouble[];
};

/** Messages asked for at once. Source: Gmail and Graph count more calls of one mailbox than these as too many. */
export const readAtOnce = 4;

/** Runs for each; one that the provider refuses is set apart, provided that it answers otherwise. One that is gone is left out. */
const eachAlone = async <One extends CopyRef | DecidedCopy, Done>(
  all: readonly One[],
  provider: Provider,
  signal: AbortSignal,
  run: (one: One) => Promise<Done>,
): Promise<{ readonly done: readonly Done[]; readonly troubles: readonly Trouble[] }> => {
  const troubles: Trouble[] = [];
  const done = await sideBySide(all, readAtOnce, async (one): Promise<readonly Done[]> => {
    try {
      return [await run(one)];
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      if (thrown.reason === 'not-found') return [];
      if (thrown.reason !== 'provider-refused') throw thrown;
      await provider.profile(signal);
      troubles.push({ ref: 'copy' in one ? one.copy : one, thrown });
      return [];
    }
  });
  return { done: done.flat(), troubles };
};

/** All or nothing, as a rule. Gives back the trouble that holds the cursor, or undefined when the page is through. */
const storeWhole = (
  services: Services,
  mailbox: OpenMailbox,
  page: Page,
  work: PageWork,
): Promise<Trouble | undefined> =>
  services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    await requireConnected(tx, mailbox.mailboxId);
    if (page.delta.lost) await noteLost(tx, mailbox);
    await ingestPage(services, tx, mailbox, page.kept);
    await recordUnkept(services, tx, mailbox, page.decided);
    if (page.delta.reset) await noteTold(tx, mailbox.mailboxId, idsOf(page.delta.upserts));
    await noteMoves(services, tx, mailbox, page);
    const held = await recordTroubles(services, tx, mailbox, page.troubles);
    if (held === undefined) await work.commitCursor(tx);
    return held;
  });

/** A message that can not be stored is found by storing each alone. */
const storeOneByOne = async (
  services: Services,
  mailbox: OpenMailbox,
  page: Page,
  work: PageWork,
  thrown: unknown,
): Promise<Trouble | undefined> => {
  services.log.error('a page could not be stored whole', { mailboxId: mailbox.mailboxId, error: thrown });
  const stored: KeptCopy[] = [];
  const troubles: Trouble[] = [];
  for (const copy of page.kept) {
    work.signal.throwIfAborted();
    try {
      await services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
        await requireConnected(tx, mailbox.mailboxId);
        await ingestPage(services, tx, mailbox, [copy]);
      });
      stored.push(copy);
    } catch (error) {
      troubles.push({ ref: copy.copy, thrown: error });
    }
  }
  return storeWhole(
    services,
    mailbox,
    { ...page, kept: stored, troubles: [...page.troubles, ...troubles] },
    work,
  );
};

const byDate = (a: KeptCopy, b: KeptCopy): number => a.headers.sentAt - b.headers.sentAt;

/** Of what is not kept only a keyed hash, the rule and the time remain. */
const recordUnkept = async (
  services: Services,
  tx: Tx,
  mailbox: OpenMailbox,
  decided: readonly DecidedCopy[],
): Promise<void> => {
  const left = await keepOnRecord(
    services,
    tx,
    mailbox,
    decided.filter(({ decision }) => decision.decision !== 'keep'),
  );
  const unkept = left.flatMap(({ copy, decision }) =>
    decision.decision === 'keep' ? [] : [{ copy, decision: decision.decision, rule: decision.because.rule }],
  );
  await recordDecisions(
    services,
    tx,
    mailbox,
    unkept.map(({ copy, decision, rule }) => ({ ref: copy, decision, rule })),
  );
  // What was kept before stays kept, but no longer by a label that was taken off.
  await tx
    .updateTable('candor.message_copy')
    .set({ is_labelled: false })
    .where('mailbox_id', '=', mailbox.mailboxId)
    .where(
      'provider_message_id',
      '=',
      anyOf(unkept.filter(({ copy }) => !copy.place.isLabelled).map(({ copy }) => copy.providerMessageId)),
    )
    .where('is_labelled', '=', true)
    .execute();
};

/** What left the mailbox for good or for its trash, and what is there again that no rule would keep by itself. */
const noteMoves = async (services: Services, tx: Tx, mailbox: OpenMailbox, page: Page): Promise<void> => {
  const isTrash = ({ copy }: DecidedCopy): boolean => copy.place.isTrash;
  const copiesOf = (decided: readonly DecidedCopy[]) => decided.map(({ copy }) => copy);
  await noteBack(services, tx, mailbox, idsOf(copiesOf(page.decided.filter((each) => !isTrash(each)))));
  await noteGone(services, tx, mailbox, [
    ...page.delta.deletions,
    ...idsOf(copiesOf(page.decided.filter(isTrash))),
  ]);
};

const idsOf = (refs: readonly CopyRef[]): readonly string[] =>
  refs.map(({ providerMessageId }) => providerMessageId);

/** How long a message that fails alone is tried again, before the mailbox goes on without it. */
const patienceMs = 15 * 60_000;

/** Gives back a trouble that still has time, or undefined when all of them may be passed. */
const recordTroubles = async (
  services: Services,
  tx: Tx,
  mailbox: OpenMailbox,
  troubles: readonly Trouble[],
): Promise<Trouble | undefined> => {
  await recordDecisions(
    services,
    tx,
    mailbox,
    troubles.map(({ ref, thrown }) => ({
      ref,
      decision: 'unreadable',
      rule: thrown instanceof Failure ? thrown.reason : 'fault',
    })),
  );
  const fresh = await tx
    .selectFrom('candor.decision')
    .select('copy_hash')
    .where('mailbox_id', '=', mailbox.mailboxId)
    .where('decision', '=', 'unreadable')
    .where('decided_at', '>', services.clock.now() - patienceMs)
    .execute();
  return troubles.find(({ ref }) => {
    const hash = copyHash(services, mailbox, ref.providerMessageId);
    return fresh.some((row) => row.copy_hash.equals(hash));
  });
};

/** A decision that something is kept stands; the first time a message was unreadable is the one that counts. */
export const recordDecisions = async (
  services: Services,
  tx: Tx,
  mailbox: OpenMailbox,
  decisions: readonly {
    readonly ref: CopyRef;
    readonly decision: 'hold' | 'drop' | 'unreadable';
    readonly rule: string;
  }[],
): Promise<void> => {
  if (decisions.length === 0) return;
  await tx
    .insertInto('candor.decision')
    .values(
      await Promise.all(
        decisions.map(async ({ ref, decision, rule }) => {
          const hash = copyHash(services, mailbox, ref.providerMessageId);
          return {
            company_id: mailbox.companyId,
            mailbox_id: mailbox.mailboxId,
            person_id: mailbox.personId,
            copy_hash: hash,
            decision,
            rule,
            ref_sealed:
              decision !== 'drop'
                ? await sealWaitingRef(services, tx, { ...mailbox, copyHash: hash }, ref)
                : null,
            decided_at: services.clock.now(),
          };
        }),
      ),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['mailbox_id', 'copy_hash'])
        .doUpdateSet((set) => ({
          decision: set.ref('excluded.decision'),
          rule: set.ref('excluded.rule'),
          ref_sealed: set.ref('excluded.ref_sealed'),
          decided_at: set.ref('excluded.decided_at'),
        }))
        .where('candor.decision.decision', '<>', 'keep')
        // What its person said no to is not asked about again.
        .where('candor.decision.rule', '<>', 'dismissed')
        .whereRef('candor.decision.decision', '<>', 'excluded.decision'),
    )
    .execute();
};
