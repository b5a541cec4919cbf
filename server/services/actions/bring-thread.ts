/* Brings one thread of a person's own mailbox onto the record, by their own act. Shared by Log to ATS and Label as candidate. */
import type { CandidateId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { FileOn } from '../../../lib/contract/thread-action.ts';
import { type Address, parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { requireCandidateCreation } from '../guards/keep-policy.ts';
import { ingestPage } from '../ingest/ingest.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import type { KeptCopy, MailboxOwner } from '../ingest/kept-copy.ts';
import { sealAsFiled } from '../ingest/seal-as-filed.ts';
import { setApartUnread } from '../ingest/set-apart.ts';
import { requireConnected } from '../mailboxes/stop-at-once.ts';
import { findByAddress, findOrCreateCandidate } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import type { Brought } from './undo-facts.ts';

/** Said of a filing that leaves something of the thread out. */
export const saidOfRest = ' Only what you may read of this thread is filed there.';

/** Addresses that the act puts on the record of a candidate it makes. */
export const addressesToCreate = (fileOn: readonly FileOn[]): readonly Address[] =>
  fileOn.flatMap((each) => ('create' in each ? (parseAddress(each.create.address) ?? []) : []));

/** Files no further than the actor may read (set-apart.ts). Runs as the company, in the transaction that records the act. */
export const bringThread = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  owner: MailboxOwner,
  kept: readonly KeptCopy[],
  { because, fileOn }: { readonly because: 'logged' | 'label'; readonly fileOn: readonly FileOn[] },
): Promise<{
  readonly brought: Brought;
  readonly candidateIds: readonly CandidateId[];
  readonly threadId: ThreadId | undefined;
  /** Some of the thread is not filed, because the actor may not read it. */
  readonly isSomeLeftOut: boolean;
}> => {
  await requireConnected(tx, owner.mailboxId);
  await lockThreads(tx, actor.companyId);
  const { candidateIds, createdCandidateIds } = await resolveCandidates(services, tx, actor, fileOn);
  const messageIds: MessageId[] = [];
  const copyIds: string[] = [];
  const liftedHashes = new Set<string>();
  const filedByAddress = new Map<string, { threadId: ThreadId; candidateId: CandidateId }>();
  const threadIds = new Set<ThreadId>();
  let isSetApart = false;
  for (const ingested of await ingestPage(services, tx, owner, kept)) {
    threadIds.add(ingested.threadId);
    isSetApart ||= ingested.isSetApart;
    if (ingested.isNewMessage) messageIds.push(ingested.messageId);
    if (ingested.newCopyId !== undefined) copyIds.push(ingested.newCopyId);
    if (ingested.liftedRemoval !== undefined) liftedHashes.add(ingested.liftedRemoval.toString('hex'));
    for (const candidateId of ingested.newlyFiled) {
      filedByAddress.set(`${ingested.threadId}|${candidateId}`, { threadId: ingested.threadId, candidateId });
    }
  }
  const filed: Brought['filed'] = [...filedByAddress.values()];
  const missing = await readMissing(tx, [...threadIds], candidateIds);
  const parts = await setApartUnread(services, tx, actor, [...missing.keys()]);
  const filedIds: ThreadId[] = [];
  for (const threadId of threadIds) {
    const partId = parts.get(threadId);
    filedIds.push(partId ?? threadId);
    // A part stays filed on what the thread was filed on: that is not this act's.
    const on = partId === undefined ? candidateIds : (missing.get(threadId) ?? []);
    for (const candidateId of on) {
      const filing = { threadId: partId ?? threadId, candidateId };
      const before = await fileByHand(services, tx, actor, filing, because);
      if (!filedByAddress.has(`${threadId}|${candidateId}`))
        filed.push(before === undefined ? filing : { ...filing, before });
    }
  }
  await sealAsFiled(services, tx, actor.companyId, filedIds);
  return {
    brought: { messageIds, copyIds, filed, createdCandidateIds, liftedHashes: [...liftedHashes] },
    candidateIds,
    threadId: filedIds[0],
    isSomeLeftOut: isSetApart || parts.size > 0,
  };
};

/** Which of the candidates each thread is not filed on yet; threads filed on all of them are absent. */
const readMissing = async (
  tx: Tx,
  threadIds: readonly ThreadId[],
  candidateIds: readonly CandidateId[],
): Promise<ReadonlyMap<ThreadId, readonly CandidateId[]>> => {
  const rows = await tx
    .selectFrom('candor.thread_candidate')
    .select(['thread_id', 'candidate_id'])
    .where('thread_id', '=', anyOf(threadIds))
    .execute();
  return new Map(
    threadIds.flatMap((threadId) => {
      const on = rows.filter((row) => row.thread_id === threadId).map((row) => row.candidate_id);
      const missing = candidateIds.filter((candidateId) => !on.includes(candidateId));
      return missing.length === 0 ? [] : [[threadId, missing] as const];
    }),
  );
};

const resolveCandidates = async (services: Services, tx: Tx, actor: Actor, fileOn: readonly FileOn[]) => {
  const candidateIds: CandidateId[] = [];
  const createdCandidateIds: CandidateId[] = [];
  for (const each of fileOn) {
    if ('candidateId' in each) {
      const allowed = await tx
        .selectFrom('candor.candidate_access')
        .select('candidate_id')
        .where('person_id', '=', actor.personId)
        .where('candidate_id', '=', each.candidateId)
        .executeTakeFirst();
      if (allowed === undefined) throw new Failure('not-found', 'no such candidate for this person');
      candidateIds.push(each.candidateId);
      continue;
    }
    const address = parseAddress(each.create.address);
    if (address === undefined) throw new Failure('bad-input', 'the candidate’s address can not be read');
    const known = await findByAddress(services, tx, actor.companyId, [address]);
    if (known.size === 0) await requireCandidateCreation(tx, actor);
    const { candidateId, isNew } = await findOrCreateCandidate(services, tx, actor.companyId, {
      name: each.create.name,
      address,
      createdBy: actor.personId,
    });
    candidateIds.push(candidateId);
    if (isNew) createdCandidateIds.push(candidateId);
  }
  return { candidateIds: [...new Set(candidateIds)], createdCandidateIds };
};

/** Gives back why the thread was filed on the candidate before, or undefined when it was not. */
const fileByHand = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { threadId, candidateId }: { readonly threadId: ThreadId; readonly candidateId: CandidateId },
  because: 'logged' | 'label',
) => {
  const before = await tx
    .selectFrom('candor.thread_candidate')
    .select('because')
    .where('thread_id', '=', threadId)
    .where('candidate_id', '=', candidateId)
    .executeTakeFirst();
  if (before?.because === 'logged') return before.because;
  const filed = { because, filed_by: actor.personId, filed_at: services.clock.now() };
  await tx
    .insertInto('candor.thread_candidate')
    .values({ company_id: actor.companyId, thread_id: threadId, candidate_id: candidateId, ...filed })
    .onConflict((conflict) => conflict.columns(['thread_id', 'candidate_id']).doUpdateSet(filed))
    .execute();
  return before?.because;
};
