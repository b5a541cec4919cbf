/* Brings one thread of a person's own mailbox onto the record, by their own act. Shared by Log to ATS and Label as candidate. */
import type { CandidateId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { FileOn } from '../../../lib/contract/thread-action.ts';
import { parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { requireCandidateCreation } from '../guards/keep-policy.ts';
import { ingestPage } from '../ingest/ingest.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import type { KeptCopy, MailboxOwner } from '../ingest/kept-copy.ts';
import { requireConnected } from '../mailboxes/stop-at-once.ts';
import { findByAddress, findOrCreateCandidate } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import type { Brought } from './actions.ts';

/** Runs as the company, in the transaction that records the act. */
export const bringThread = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  owner: MailboxOwner,
  kept: readonly KeptCopy[],
  filing: { readonly because: 'logged' | 'label'; readonly fileOn: readonly FileOn[] },
): Promise<{
  readonly brought: Brought;
  readonly candidateIds: readonly CandidateId[];
  readonly threadId: ThreadId | undefined;
}> => {
  await requireConnected(tx, owner.mailboxId);
  await lockThreads(tx, actor.companyId);
  const { candidateIds, createdCandidateIds } = await resolveCandidates(services, tx, actor, filing.fileOn);
  const messageIds: MessageId[] = [];
  const copyIds: string[] = [];
  const filedByAddress = new Map<string, { threadId: ThreadId; candidateId: CandidateId }>();
  const threadIds = new Set<ThreadId>();
  for (const ingested of await ingestPage(services, tx, owner, kept)) {
    threadIds.add(ingested.threadId);
    if (ingested.isNewMessage) messageIds.push(ingested.messageId);
    if (ingested.newCopyId !== undefined) copyIds.push(ingested.newCopyId);
    for (const candidateId of ingested.newlyFiled) {
      filedByAddress.set(`${ingested.threadId}|${candidateId}`, { threadId: ingested.threadId, candidateId });
    }
  }
  const filed: Brought['filed'] = [...filedByAddress.values()];
  for (const threadId of threadIds) {
    for (const candidateId of candidateIds) {
      const before = await fileByHand(services, tx, actor, threadId, candidateId, filing.because);
      if (!filedByAddress.has(`${threadId}|${candidateId}`)) {
        filed.push(before === undefined ? { threadId, candidateId } : { threadId, candidateId, before });
      }
    }
  }
  const [threadId] = threadIds;
  return { brought: { messageIds, copyIds, filed, createdCandidateIds }, candidateIds, threadId };
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
  threadId: ThreadId,
  candidateId: CandidateId,
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
