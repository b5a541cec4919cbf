/* What waits between colleagues, and the owner's answer: some threads, all with the candidate, or none. */
import type {
  AccessAsk,
  AccessRequestId,
  AccessRequests,
  AnswerAccess,
  AskableThread,
  AskedAccess,
} from '../../../lib/contract/access-request.ts';
import { ActionKey, type CandidateId, type PersonId, type ThreadId } from '../../../lib/contract/ids.ts';
import { decideReadable } from '../../../lib/domain/readable.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import { readMessages } from '../access.ts';
import { letRead } from '../actions/grants.ts';
import { type Actor, idsOf } from '../actor.ts';
import { openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';
import { readColleagues, readThreadFacts } from '../threads/readers.ts';
import { reasonPlace } from './ask.ts';

/** An answer is told for so long. */
const toldMs = 14 * 86_400_000;
const mostThreads = 200;

export const listAccessRequests = (services: Services, actor: Actor): Promise<AccessRequests> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    readAccessRequests(services, tx, actor),
  );

/**
 * What the actor asked and is asked, of some candidates or all. A request ends with either's leaving, and with the asker's work
 * with the candidate.
 */
export const readAccessRequests = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  candidateIds?: readonly CandidateId[],
): Promise<AccessRequests> => {
  const rows = await tx
    .selectFrom('candor.access_request as r')
    // Only with candidates the actor may open.
    .innerJoin('candor.candidate as c', 'c.id', 'r.candidate_id')
    .innerJoin('candor.person as asker', 'asker.id', 'r.asker_id')
    .innerJoin('candor.person as owner', 'owner.id', 'r.owner_id')
    .select([
      'r.id',
      'r.state',
      'r.asked_at',
      'r.answered_at',
      'r.reason_sealed',
      'c.id as candidateId',
      'c.name',
      'asker.id as askerId',
      'asker.name as askerName',
      'owner.id as ownerId',
      'owner.name as ownerName',
    ])
    .where('asker.is_active', '=', true)
    .where('owner.is_active', '=', true)
    .where('r.state', '<>', 'withdrawn')
    .$if(candidateIds !== undefined, (query) => query.where('r.candidate_id', '=', anyOf(candidateIds ?? [])))
    .orderBy('r.asked_at')
    .orderBy('r.id')
    .execute();
  const mine: AskedAccess[] = [];
  const toMe: AccessAsk[] = [];
  const working = await readAskersAtWork(
    services,
    actor,
    rows.filter(({ ownerId }) => ownerId === actor.personId),
  );
  for (const row of rows) {
    const candidate = { candidateId: row.candidateId, name: row.name };
    if (row.askerId === actor.personId) {
      if (row.state === 'withdrawn') continue;
      const at = row.answered_at ?? row.asked_at;
      if (row.state !== 'waiting' && at <= services.clock.now() - toldMs) continue;
      const owner = { personId: row.ownerId, name: row.ownerName, isYou: false };
      mine.push({ id: row.id, candidate, owner, state: row.state, at: new Date(at).toISOString() });
    } else if (row.state === 'waiting' && working.has(`${row.askerId} ${row.candidateId}`)) {
      toMe.push({
        id: row.id,
        candidate,
        asker: { personId: row.askerId, name: row.askerName, isYou: false },
        ...(row.reason_sealed === null
          ? {}
          : {
              reason: await services.sealing.openText(
                tx,
                actor.companyId,
                reasonPlace(row.id),
                row.reason_sealed,
              ),
            }),
        at: new Date(row.asked_at).toISOString(),
      });
    }
  }
  return { mine, toMe };
};

/** Of those who ask: who still works with the candidate, as "person candidate". */
const readAskersAtWork = async (
  services: Services,
  actor: Actor,
  asks: readonly { readonly askerId: PersonId; readonly candidateId: CandidateId }[],
): Promise<ReadonlySet<string>> => {
  if (asks.length === 0) return new Set();
  const rows = await services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    (tx) =>
      tx
        .selectFrom('candor.candidate_access')
        .select(['person_id', 'candidate_id'])
        .where('candidate_id', '=', anyOf(asks.map(({ candidateId }) => candidateId)))
        .where('person_id', '=', anyOf(asks.map(({ askerId }) => askerId)))
        .execute(),
  );
  return new Set(rows.map((row) => `${row.person_id} ${row.candidate_id}`));
};

type Waiting = { readonly askerId: PersonId; readonly candidateId: CandidateId };

/** Throws: not-found for one that is not asked of the actor, or waits no more. */
const requireWaiting = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  id: AccessRequestId,
): Promise<Waiting> => {
  const row = await tx
    .selectFrom('candor.access_request as r')
    .innerJoin('candor.candidate as c', 'c.id', 'r.candidate_id')
    .innerJoin('candor.person as asker', 'asker.id', 'r.asker_id')
    .select(['r.asker_id as askerId', 'r.candidate_id as candidateId'])
    .where('r.id', '=', id)
    .where('r.owner_id', '=', actor.personId)
    .where('r.state', '=', 'waiting')
    .where('asker.is_active', '=', true)
    .executeTakeFirst();
  const working = row === undefined ? undefined : await readAskersAtWork(services, actor, [row]);
  if (row === undefined || working?.has(`${row.askerId} ${row.candidateId}`) !== true)
    throw new Failure('not-found', 'nothing of the kind is asked of the actor');
  return row;
};

type Held = { readonly rootId: ThreadId; readonly mailboxAddress: string; readonly providerThreadId: string };

/** Threads with the candidate that mailboxes of the actor's hold, newest mail first. */
const readHeld = async (tx: PersonTx, actor: Actor, candidateId: CandidateId): Promise<readonly Held[]> => {
  const rows = await tx
    .selectFrom('candor.message_copy as k')
    .innerJoin('candor.message as m', 'm.id', 'k.message_id')
    .innerJoin('candor.thread as t', 't.id', 'm.thread_id')
    .innerJoin('candor.thread_candidate as f', 'f.thread_id', 't.id')
    .innerJoin('candor.mailbox as b', 'b.id', 'k.mailbox_id')
    .select([
      't.root_id as rootId',
      'b.address as mailboxAddress',
      'k.provider_thread_id as providerThreadId',
    ])
    .where('k.person_id', '=', actor.personId)
    .where('f.candidate_id', '=', candidateId)
    .orderBy('m.sent_at', 'desc')
    .execute();
  const held = new Map<ThreadId, Held>();
  for (const row of rows) if (!held.has(row.rootId)) held.set(row.rootId, row);
  return [...held.values()];
};

/** At most 200, newest first. Throws: not-found. */
export const readAskable = async (
  services: Services,
  actor: Actor,
  id: AccessRequestId,
): Promise<readonly AskableThread[]> => {
  const person = { kind: 'person', ...idsOf(actor) } as const;
  const { waiting, threads } = await services.db.transaction(person, async (tx) => {
    const waiting = await requireWaiting(services, tx, actor, id);
    const held = (await readHeld(tx, actor, waiting.candidateId)).slice(0, mostThreads);
    const messages = await readMessages(tx, (where) =>
      where('candor.thread.root_id', '=', anyOf(held.map(({ rootId }) => rootId))),
    );
    const ofRoot = Map.groupBy(messages, ({ rootId }) => rootId);
    const threads = [];
    for (const { rootId } of held) {
      const newest = ofRoot.get(rootId)?.at(-1);
      if (newest === undefined) continue;
      threads.push({
        threadId: rootId,
        subject: (await openHead(services, tx, newest)).subject,
        lastAt: new Date(newest.sentAt).toISOString(),
        messageIds: (ofRoot.get(rootId) ?? []).map(({ messageId }) => messageId),
      });
    }
    return { waiting, threads };
  });
  const read = await services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const asker = colleagues.find(({ personId }) => personId === waiting.askerId)?.viewer;
      const facts = await readThreadFacts(
        tx,
        actor.companyId,
        threads.flatMap(({ messageIds }) => messageIds),
        colleagues,
        services.clock.now(),
      );
      return new Set(
        facts.flatMap(({ world, messages }) =>
          messages
            .filter((message) => asker !== undefined && decideReadable(asker, message, world).readable)
            .map(({ messageId }) => messageId),
        ),
      );
    },
  );
  return threads.map(({ messageIds, ...thread }) => ({
    ...thread,
    messageCount: messageIds.length,
    isRead: messageIds.every((messageId) => read.has(messageId)),
  }));
};

/**
 * Each thread is granted as if it had been granted by itself, and undone so. Throws: not-found for a request that is not asked of
 * the actor or waits no more, and for a thread that no mailbox of theirs holds with the candidate; bad-input for an end that is
 * over; too-large for all of more than 200.
 */
export const answerAccess = (services: Services, actor: Actor, answer: AnswerAccess): Promise<void> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const { askerId, candidateId } = await requireWaiting(services, tx, actor, answer.id);
    if (answer.how !== 'refuse') {
      const held = await readHeld(tx, actor, candidateId);
      const wanted = answer.how === 'all' ? held : answer.threadIds.map((each) => requireHeld(held, each));
      if (wanted.length === 0) throw new Failure('not-found', 'the actor holds nothing with the candidate');
      if (wanted.length > mostThreads) throw new Failure('too-large', 'too many threads for one answer');
      for (const { rootId, mailboxAddress, providerThreadId } of wanted)
        await letRead(services, tx, actor, {
          key: ActionKey.parse(crypto.randomUUID()),
          ref: { mailboxAddress, providerThreadId },
          threadId: rootId,
          granteeId: askerId,
          ...(answer.endsAt === undefined ? {} : { endsAt: answer.endsAt }),
        });
    }
    const row = await tx
      .updateTable('candor.access_request')
      .set({
        state: answer.how === 'refuse' ? 'refused' : 'granted',
        answered_at: services.clock.now(),
      })
      .where('id', '=', answer.id)
      .where('state', '=', 'waiting')
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) throw new Failure('not-found', 'the request was withdrawn meanwhile');
  });

const requireHeld = (held: readonly Held[], threadId: ThreadId): Held => {
  const found = held.find(({ rootId }) => rootId === threadId);
  if (found === undefined) throw new Failure('not-found', 'no thread of the actor’s with the candidate');
  return found;
};
