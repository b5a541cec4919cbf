/* Log to ATS: the open thread, from the person's own mailbox onto the candidate's record. */
import type { CandidateId } from '../../../lib/contract/ids.ts';
import type { ActionOutcome, LogAction } from '../../../lib/contract/thread-action.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { decideCopies, fetchKept } from '../ingest/decide-copies.ts';
import { withMailbox } from '../mailboxes/mailbox-access.ts';
import { readLimits, requireMailbox } from '../mailboxes/mailboxes.ts';
import type { Services } from '../services.ts';
import { doOnce, recordAction } from './actions.ts';
import { addressesToCreate, bringThread, saidOfRest } from './bring-thread.ts';

/** Throws: bad-input when there is nobody to file it on; policy-forbids when no message may be kept; mailbox-disconnected, provider-busy, provider-refused, not-found. */
export const logThread = (
  services: Services,
  actor: Actor,
  action: LogAction,
  signal: AbortSignal,
): Promise<ActionOutcome> => doOnce(services, actor, action.key, () => log(services, actor, action, signal));

const log = async (
  services: Services,
  actor: Actor,
  action: LogAction,
  signal: AbortSignal,
): Promise<ActionOutcome> => {
  if (action.fileOn.length === 0) throw new Failure('bad-input', 'nobody to file the thread on');
  const person = { kind: 'person', ...idsOf(actor) } as const;
  const { mailbox, limits } = await services.db.transaction(person, async (tx) => ({
    mailbox: await requireMailbox(tx, actor, action.ref.mailboxAddress),
    limits: await readLimits(tx),
  }));
  // The provider is asked first, outside any transaction; what is kept is then stored in one.
  const kept = await withMailbox(
    services,
    { companyId: actor.companyId, mailboxId: mailbox.mailboxId },
    'person',
    async (provider, open) => {
      const copies = await provider.readThread(action.ref.providerThreadId, signal);
      const decided = await decideCopies(services, open, copies, 'logged', addressesToCreate(action.fileOn));
      return fetchKept(provider, decided, limits.messageBytes, signal);
    },
    signal,
  );
  if (kept.length === 0) throw new Failure('policy-forbids', 'no message of the thread may be kept');
  const owner = { companyId: actor.companyId, mailboxId: mailbox.mailboxId, personId: actor.personId };
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const { brought, candidateIds, threadId, isSomeLeftOut } = await bringThread(
        services,
        tx,
        actor,
        owner,
        kept,
        {
          because: 'logged',
          fileOn: action.fileOn,
        },
      );
      const names = await readOpenNames(tx, actor, candidateIds);
      return recordAction(services, tx, actor, {
        key: action.key,
        kind: 'log',
        ref: action.ref,
        said: `Logged ${kept.length === 1 ? '1 message' : `${kept.length} messages`} on ${listed(names)}’s record.${isSomeLeftOut ? saidOfRest : ''}`,
        threadId,
        undo: { kind: 'log', brought },
      });
    },
  );
};

/** Who has an address that somebody else's candidate has already is filed on that one, and told no more of them than before. */
const readOpenNames = async (
  tx: Tx,
  { personId }: Actor,
  candidateIds: readonly CandidateId[],
): Promise<readonly string[]> => {
  const rows = await tx
    .selectFrom('candor.candidate')
    .innerJoin('candor.candidate_access', 'candor.candidate_access.candidate_id', 'candor.candidate.id')
    .select(['candor.candidate.id', 'candor.candidate.name'])
    .where('candor.candidate_access.person_id', '=', personId)
    .where('candor.candidate.id', '=', anyOf(candidateIds))
    .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return candidateIds.flatMap((candidateId) => names.get(candidateId) ?? []);
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'the candidate') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
