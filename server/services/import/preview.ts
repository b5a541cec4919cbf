/*
 * What an import would keep, told a page of the search at a time, by the rules it would go by. Only headers are read, and all of
 * it is in memory alone: who asks holds what they were told, and nothing is stored whatever they do with it.
 */
import type { CandidateId, PersonId } from '../../../lib/contract/ids.ts';
import type {
  ImportPreviewPage,
  ImportPreviewRequest,
  PreviewThread,
} from '../../../lib/contract/import-preview.ts';
import { foldAddress } from '../../../lib/domain/address.ts';
import { explainKeep } from '../../../lib/domain/explain-keeping.ts';
import { decideWindow } from '../../../lib/domain/import-window.ts';
import type { ReadableMessage, ThreadWorld } from '../../../lib/domain/readable.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyHeaders, Provider } from '../../providers/provider.ts';
import { type Actor, idsOf } from '../actor.ts';
import { type DecidedCopy, decideCopies } from '../ingest/decide-copies.ts';
import { removalHash } from '../ingest/removals.ts';
import { type OpenMailbox, withMailbox } from '../mailboxes/mailbox-access.ts';
import { findByAddress } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { toReaders } from '../threads/kept-thread.ts';
import { knownReaders } from '../threads/known-readers.ts';
import { type Colleague, readColleagues, readMailAccess } from '../threads/readers.ts';
import { requireOwnMailbox } from './imports.ts';
import { begin, Position } from './position.ts';
import { searchFrom } from './sought.ts';

/**
 * Only of the actor's own mailbox, as a click of theirs. Throws: not-found; mailbox-disconnected; send-only; policy-forbids for a
 * window wider than the company allows; bad-input for a position that is none; provider-busy, provider-refused.
 */
export const previewImport = async (
  services: Services,
  actor: Actor,
  { mailboxId, window, position }: ImportPreviewRequest,
  signal: AbortSignal,
): Promise<ImportPreviewPage> => {
  const windowFrom = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    await requireOwnMailbox(tx, actor, mailboxId);
    const { import_max } = await tx
      .selectFrom('candor.policy')
      .select('import_max')
      .executeTakeFirstOrThrow();
    const decision = decideWindow(window, import_max, services.clock.now());
    if (!decision.allowed) throw new Failure('policy-forbids', decision.because);
    return decision.from ?? null;
  });
  const here = readPosition(position);
  if (here.at === 'end') return { threads: [], lookedThreads: 0 };
  return withMailbox(
    services,
    { companyId: actor.companyId, mailboxId },
    'person',
    async (provider, mailbox) => {
      const inWindow = { ...mailbox, windowFrom };
      const { found, next } = await searchFrom(
        services,
        provider,
        { companyId: actor.companyId, candidateId: undefined, windowFrom },
        here,
        signal,
      );
      const ids = [...new Set(found.map(({ providerThreadId }) => providerThreadId))];
      const decided: (readonly [string, readonly DecidedCopy[]])[] = [];
      for (const id of ids)
        decided.push([id, await decideCopies(services, inWindow, await readThread(provider, id, signal))]);
      return {
        threads: await tell(services, actor, inWindow, decided),
        lookedThreads: ids.length,
        ...(next.at === 'end' ? {} : { next: JSON.stringify(next) }),
      };
    },
    signal,
  );
};

const readPosition = (text: string | undefined): Position => {
  if (text === undefined) return begin;
  try {
    return Position.parse(JSON.parse(text));
  } catch {
    throw new Failure('bad-input', 'no position of a preview');
  }
};

/** A thread that is gone since the search has nothing to keep. */
const readThread = async (
  provider: Provider,
  id: string,
  signal: AbortSignal,
): Promise<readonly CopyHeaders[]> => {
  try {
    return await provider.readThread(id, signal);
  } catch (thrown) {
    if (failureReason(thrown) === 'not-found') return [];
    throw thrown;
  }
};

const tell = (
  services: Services,
  actor: Actor,
  mailbox: OpenMailbox,
  threads: readonly (readonly [string, readonly DecidedCopy[]])[],
): Promise<PreviewThread[]> =>
  services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const policy = await tx
        .selectFrom('candor.policy')
        .select(['default_visibility', 'is_override_allowed'])
        .executeTakeFirstOrThrow();
      const told: PreviewThread[] = [];
      for (const [providerThreadId, decided] of threads) {
        const kept = decided
          .filter(({ decision }) => decision.decision === 'keep')
          .sort((a, b) => a.headers.sentAt - b.headers.sentAt);
        const [first] = kept;
        const last = kept.at(-1);
        if (first === undefined || last === undefined) continue;
        const candidateIds = await candidatesOn(services, tx, actor, kept);
        const own = await namesTold(services, actor, candidateIds);
        told.push({
          providerThreadId,
          subject: first.headers.subject,
          firstAt: new Date(first.headers.sentAt).toISOString(),
          lastAt: new Date(last.headers.sentAt).toISOString(),
          messageCount: kept.length,
          candidates: own,
          others: othersOn(kept, colleagues),
          because: [
            ...new Set(
              kept.flatMap(({ decision }) =>
                decision.decision === 'keep' ? [explainKeep(decision.because[0])] : [],
              ),
            ),
          ],
          readers: await readersOf(services, tx, actor, { mailbox, colleagues, kept, candidateIds, policy }),
          isOnRecord: await isOnRecord(services, tx, actor, kept),
          hashes: kept.map((each) => removalHash(services, mailbox, each).toString('hex')),
        });
      }
      return told;
    },
  );

const candidatesOn = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  kept: readonly DecidedCopy[],
): Promise<readonly CandidateId[]> => {
  const addresses = kept.flatMap(({ headers }) => headers.participants.map(({ address }) => address));
  const found = await findByAddress(services, tx, actor.companyId, addresses);
  return [...new Set([...found.values()].flat())];
};

const namesTold = (
  services: Services,
  actor: Actor,
  candidateIds: readonly CandidateId[],
): Promise<{ candidateId: CandidateId; name: string }[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .selectFrom('candor.candidate')
      .select(['id as candidateId', 'name'])
      .where('id', '=', anyOf(candidateIds))
      .orderBy('name')
      .execute(),
  );

const mostOthers = 5;

const othersOn = (kept: readonly DecidedCopy[], colleagues: readonly Colleague[]): string[] => {
  const names = new Set(colleagues.map(({ name }) => name));
  const others = new Map<string, string>();
  for (const { headers } of kept)
    for (const { address, name } of headers.participants) others.set(foldAddress(address), name ?? address);
  return [...new Set(others.values())].filter((name) => !names.has(name)).slice(0, mostOthers);
};

/** As if it stood on record: nobody decided anything about it, and the mailbox's person alone holds it. */
const readersOf = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  of: {
    readonly mailbox: OpenMailbox;
    readonly colleagues: readonly Colleague[];
    readonly kept: readonly DecidedCopy[];
    readonly candidateIds: readonly CandidateId[];
    readonly policy: {
      readonly default_visibility: ThreadWorld['defaultVisibility'];
      readonly is_override_allowed: boolean;
    };
  },
): Promise<PreviewThread['readers']> => {
  const access = await readMailAccess(tx, of.candidateIds, of.colleagues);
  const world: ThreadWorld<PersonId> = {
    now: services.clock.now(),
    defaultVisibility: of.policy.default_visibility,
    isOverrideAllowed: of.policy.is_override_allowed,
    stances: new Map(),
    grants: [],
    overrides: new Map(),
    candidateAccess: new Map([...access.values()].flatMap((reasons) => [...reasons])),
  };
  const messages = of.kept.map(
    ({ headers }): ReadableMessage<PersonId> => ({
      ownerIds: new Set([actor.personId]),
      withheldBy: new Set(),
      participants: headers.participants.map(({ address, role }) => ({
        address: services.sealing.addressHash(actor.companyId, foldAddress(address)).toString('hex'),
        role,
      })),
    }),
  );
  const summaries = knownReaders(actor.personId, of.colleagues, messages, world);
  return toReaders(
    actor,
    of.colleagues,
    new Map(summaries.map((each) => [each.personId, each])),
    () => actor.name,
  );
};

const isOnRecord = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  kept: readonly DecidedCopy[],
): Promise<boolean> => {
  const hashes = kept.flatMap(({ headers: { messageId } }) =>
    messageId === undefined ? [] : [services.sealing.messageIdHash(actor.companyId, messageId)],
  );
  const row = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.message_copy', 'candor.message_copy.message_id', 'candor.message.id')
    .select('candor.message.id')
    .where('candor.message.message_id_hash', '=', anyOf(hashes))
    .where('candor.message_copy.person_id', '=', actor.personId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
};
