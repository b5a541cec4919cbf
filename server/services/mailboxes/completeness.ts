/*
 * Counts what one mailbox holds by policy and is not on record, or brings it in: what a search for known addresses and the
 * label leads to, without what the ledger knows. The threads found are looked at whole, as an import does, so that what only
 * answers a candidate is counted too. Of what is missing a number and a time are stored, no id.
 */
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import { type Count, isMissing } from '../../../lib/domain/completeness.ts';
import { failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyHeaders, CopyRef, Provider } from '../../providers/provider.ts';
import { searchAll } from '../import/sought.ts';
import { copyHash } from '../ingest/copy-hash.ts';
import { decideCopies } from '../ingest/decide-copies.ts';
import type { Services } from '../services.ts';
import { isImporting, noteCount, noteFailed } from './completeness-row.ts';
import { type OpenMailbox, withMailbox } from './mailbox-access.ts';
import { readLimits } from './mailboxes.ts';
import { patiently } from './patience.ts';
import { requireConnected } from './stop-at-once.ts';
import { recordDecisions, takePage } from './take-page.ts';

type MailboxAt = { readonly companyId: CompanyId; readonly mailboxId: MailboxId };

/** One walk through what is found takes no longer: a count ends there and says so, bringing in goes on in a job of its own. */
const longestWalkMs = 5 * 60_000;

/** Throws: mailbox-disconnected, provider-busy, and it is begun anew later; whatever else went wrong, once that is noted. */
export const checkMailbox = async (services: Services, at: MailboxAt, signal: AbortSignal): Promise<void> => {
  const company = { kind: 'company', companyId: at.companyId } as const;
  const asked = await services.db.transaction(company, async (tx) => ({
    isImporting: (await isImporting(tx, [at.mailboxId])).has(at.mailboxId),
    ...(await readAsked(tx, at.mailboxId)),
  }));
  // What an import has yet to bring is not missing. The timetable comes back to it.
  if (asked.isImporting) return;
  try {
    await withMailbox(
      services,
      at,
      'background',
      async (provider, mailbox) => {
        const walk: Walk = {
          services,
          provider,
          mailbox,
          until: services.clock.now() + longestWalkMs,
          signal,
        };
        if (asked.kind === 'mend' && !(await bringIn(walk))) {
          await services.enqueue({ kind: 'mailbox.check', ...at });
          return;
        }
        const missing = await countMissing(
          { ...walk, until: services.clock.now() + longestWalkMs },
          asked.lastPulledAt,
        );
        await services.db.transaction(company, async (tx) => {
          await requireConnected(tx, at.mailboxId);
          const storedCount = await countStored(tx, at.mailboxId);
          await noteCount(services, tx, at.mailboxId, asked.kind, { ...missing, storedCount });
        });
        services.log.info('what a mailbox lacks on record was counted', {
          mailboxId: at.mailboxId,
          count: missing.missingCount,
        });
      },
      signal,
    );
  } catch (thrown) {
    const reason = failureReason(thrown);
    if (!signal.aborted && reason !== 'provider-busy' && reason !== 'mailbox-disconnected')
      await services.db.transaction(company, (tx) =>
        noteFailed(services, tx, at.mailboxId, asked.kind, reason ?? 'bug'),
      );
    throw thrown;
  }
};

type Walk = {
  readonly services: Services;
  readonly provider: Provider;
  readonly mailbox: OpenMailbox;
  /** Epoch ms. */
  readonly until: number;
  readonly signal: AbortSignal;
};

/** False when the time was not enough; what came in so far stays, and is passed over the next time. */
const bringIn = async (walk: Walk): Promise<boolean> => {
  const { services, provider, mailbox, signal } = walk;
  const { messageBytes: limitBytes } = await services.db.transaction(
    { kind: 'company', companyId: mailbox.companyId },
    (tx) => readLimits(tx),
  );
  for await (const copies of unknownThreads(walk)) {
    const upserts = copies.map(({ providerMessageId, providerThreadId }) => ({
      providerMessageId,
      providerThreadId,
    }));
    const delta = { upserts, deletions: [], next: '', more: false, reset: false, lost: false };
    try {
      await takePage(services, provider, mailbox, delta, {
        limitBytes,
        commitCursor: async () => {},
        signal,
      });
    } catch (thrown) {
      // One that could not be read is noted as such by then, and told beside the others of its kind.
      if (failureReason(thrown) !== 'provider-refused') throw thrown;
    }
    if (services.clock.now() >= walk.until) return false;
  }
  return true;
};

/** What turns out not to be wanted is written down as every pull would: by its hash, the rule and the time. */
const countMissing = async (walk: Walk, lastPulledAt: number | undefined): Promise<Missing> => {
  const { services, mailbox } = walk;
  const times: number[] = [];
  let isWhole = true;
  for await (const copies of unknownThreads(walk)) {
    const decided = await decideCopies(services, mailbox, copies);
    const now = services.clock.now();
    const unwanted = decided.flatMap(({ copy, decision }) =>
      decision.decision === 'keep'
        ? []
        : [{ ref: copy, decision: decision.decision, rule: decision.because.rule }],
    );
    await services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
      await requireConnected(tx, mailbox.mailboxId);
      await recordDecisions(services, tx, mailbox, unwanted);
    });
    for (const { copy, decision } of decided)
      if (decision.decision === 'keep' && isMissing(copy.receivedAt, { lastPulledAt }, now))
        times.push(copy.receivedAt);
    if (now >= walk.until) {
      isWhole = false;
      break;
    }
  }
  const missingSince = times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
  return { missingCount: times.length, missingSince, isWhole };
};

type Missing = Pick<Count, 'missingCount' | 'missingSince' | 'isWhole'>;

/** Of each thread that the search leads to, the copies that are neither on record nor decided on. Each thread once. */
async function* unknownThreads(walk: Walk): AsyncGenerator<readonly CopyHeaders[], void> {
  const { services, provider, mailbox, signal } = walk;
  const seen = new Set<string>();
  const sought = {
    companyId: mailbox.companyId,
    candidateId: undefined,
    windowFrom: mailbox.windowFrom,
  };
  for await (const found of searchAll(services, provider, sought, signal)) {
    const unknown = await withoutKnown(services, mailbox, found);
    for (const threadId of new Set(unknown.map(({ providerThreadId }) => providerThreadId))) {
      if (seen.has(threadId)) continue;
      seen.add(threadId);
      signal.throwIfAborted();
      const copies = await withoutKnown(services, mailbox, await readThread(walk, threadId));
      if (copies.length > 0) yield copies;
    }
  }
}

/** Nothing when it is gone since the search. */
const readThread = async (
  { services, provider, signal }: Walk,
  threadId: string,
): Promise<readonly CopyHeaders[]> => {
  try {
    return await patiently(services, signal, () => provider.readThread(threadId, signal));
  } catch (thrown) {
    if (failureReason(thrown) !== 'not-found') throw thrown;
    return [];
  }
};

/** A decision to keep is none that counts here: what it kept may be lost. */
const withoutKnown = <Ref extends CopyRef>(
  services: Services,
  mailbox: OpenMailbox,
  refs: readonly Ref[],
): Promise<readonly Ref[]> =>
  services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    const hashOf = (ref: CopyRef) => copyHash(services, mailbox, ref.providerMessageId);
    const stored = await tx
      .selectFrom('candor.message_copy')
      .select('provider_message_id')
      .where('mailbox_id', '=', mailbox.mailboxId)
      .where('provider_message_id', '=', anyOf(refs.map(({ providerMessageId }) => providerMessageId)))
      .where('gone_at', 'is', null)
      .execute();
    const left = await tx
      .selectFrom('candor.decision')
      .select('copy_hash')
      .where('mailbox_id', '=', mailbox.mailboxId)
      .where('copy_hash', '=', anyOf(refs.map(hashOf)))
      .where('decision', '<>', 'keep')
      .execute();
    const storedIds = new Set(stored.map((row) => row.provider_message_id));
    const leftHashes = new Set(left.map((row) => row.copy_hash.toString('hex')));
    return refs.filter(
      (ref) => !storedIds.has(ref.providerMessageId) && !leftHashes.has(hashOf(ref).toString('hex')),
    );
  });

const readAsked = async (tx: Tx, mailboxId: MailboxId) => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .leftJoin('candor.mailbox_check', 'candor.mailbox_check.mailbox_id', 'candor.mailbox.id')
    .select(['candor.mailbox.last_pulled_at', 'candor.mailbox_check.asked_for'])
    .where('candor.mailbox.id', '=', mailboxId)
    .executeTakeFirst();
  return { kind: row?.asked_for ?? ('count' as const), lastPulledAt: row?.last_pulled_at ?? undefined };
};

const countStored = async (tx: Tx, mailboxId: MailboxId): Promise<number> => {
  const { stored } = await tx
    .selectFrom('candor.message_copy')
    .innerJoin('candor.message', 'candor.message.id', 'candor.message_copy.message_id')
    .select(({ fn }) => fn.countAll<number>().as('stored'))
    .where('candor.message_copy.mailbox_id', '=', mailboxId)
    .where('candor.message_copy.gone_at', 'is', null)
    .where('candor.message.removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return stored;
};
