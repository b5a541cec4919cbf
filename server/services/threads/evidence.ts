/*
 * Why a thread is as it is: for each message what ties it to the others, and whom it is filed on and why. Read as the person
 * throughout, so that nothing they may not read comes into it.
 */
import type { ThreadId } from '../../../lib/contract/ids.ts';
import type { ThreadEvidence } from '../../../lib/contract/thread.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { explainFiling, type Filing } from '../../../lib/domain/explain-keeping.ts';
import {
  decidePlaces,
  explainJoin,
  explainPlace,
  type PlacedMessage,
} from '../../../lib/domain/thread-evidence.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type ReadableThread, requireReadable } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { type Head, openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';

/** Throws: thread-hidden. */
export const readEvidence = (services: Services, actor: Actor, rootId: ThreadId): Promise<ThreadEvidence> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const thread = await requireReadable(tx, rootId);
    const heads: Head[] = [];
    for (const message of thread.messages) heads.push(await openHead(services, tx, message));
    return {
      threadId: rootId,
      messages: await placeMessages(tx, actor, thread, heads),
      filed: await readFiled(services, tx, actor, thread, heads),
    };
  });

const placeMessages = async (
  tx: PersonTx,
  actor: Actor,
  thread: ReadableThread,
  heads: readonly Head[],
): Promise<ThreadEvidence['messages']> => {
  const placed = thread.messages.map(
    ({ messageId, sentAt }, at): PlacedMessage => ({
      messageId,
      ownId: heads[at]?.messageId,
      answers: [...(heads[at]?.inReplyTo ?? []), ...(heads[at]?.references ?? []).toReversed()],
      subject: heads[at]?.subject ?? '',
      sentAt,
    }),
  );
  const places = decidePlaces(placed);
  const joins = await readJoins(tx, thread, placed);
  const held = await tx
    .selectFrom('candor.message_copy')
    .select('thread_id')
    .distinct()
    .where('person_id', '=', actor.personId)
    .where('thread_id', '=', anyOf(partsOf(thread)))
    .execute();
  const heldIds = new Set(held.map((row) => row.thread_id));
  const begun = new Set<ThreadId>();
  return thread.messages.map(({ messageId, threadId, sentAt }, at) => {
    const from = heads[at]?.participants.find(({ role }) => role === 'from');
    const place = places[at] ?? { reason: 'ids' };
    const join = begun.has(threadId) ? undefined : joins.get(threadId);
    begun.add(threadId);
    return {
      messageId,
      partId: threadId,
      subject: heads[at]?.subject ?? '',
      from: from?.name ?? from?.address ?? 'unknown sender',
      sentAt: new Date(sentAt).toISOString(),
      because: place.reason === 'answers' || join === undefined ? explainPlace(place) : join,
      canMove: heldIds.has(threadId),
    };
  });
};

/** In words, by the thread that was joined to another. Only where messages of both are there to be read. */
const readJoins = async (
  tx: PersonTx,
  thread: ReadableThread,
  placed: readonly PlacedMessage[],
): Promise<ReadonlyMap<ThreadId, string>> => {
  const parts = partsOf(thread);
  if (parts.length < 2) return new Map();
  const rows = await tx
    .selectFrom('candor.thread_join')
    .select(['thread_id', 'because_message_id', 'joined_at'])
    .where('thread_id', '=', anyOf(parts))
    .where('undone_at', 'is', null)
    .orderBy('joined_at')
    .execute();
  return new Map(
    rows.map((row) => [
      row.thread_id,
      explainJoin(
        row.joined_at,
        placed.find(({ messageId }) => messageId === row.because_message_id)?.subject,
      ),
    ]),
  );
};

const readFiled = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  thread: ReadableThread,
  heads: readonly Head[],
): Promise<ThreadEvidence['filed']> => {
  const rows = await tx
    .selectFrom('candor.thread_candidate')
    .innerJoin('candor.candidate', 'candor.candidate.id', 'candor.thread_candidate.candidate_id')
    .leftJoin('candor.person', 'candor.person.id', 'candor.thread_candidate.filed_by')
    .select([
      'candor.thread_candidate.thread_id',
      'candor.thread_candidate.candidate_id',
      'candor.thread_candidate.because',
      'candor.thread_candidate.filed_at',
      'candor.candidate.name',
      'candor.person.name as by',
    ])
    .where('candor.thread_candidate.thread_id', '=', anyOf(partsOf(thread)))
    .orderBy('candor.thread_candidate.filed_at')
    .orderBy('candor.candidate.name')
    .execute();
  const recorded = await tx
    .selectFrom('candor.candidate_address')
    .select(['candidate_id', 'address_hash'])
    .where('candidate_id', '=', anyOf(rows.map((row) => row.candidate_id)))
    .execute();
  return rows.map(({ thread_id, candidate_id, because, filed_at, name, by }) => {
    const hashes = new Set(
      recorded
        .filter((row) => row.candidate_id === candidate_id)
        .map((row) => row.address_hash.toString('hex')),
    );
    // Who was on Bcc is never told here, by whatever right the message is read.
    const address = heads
      .filter((_, at) => thread.messages[at]?.threadId === thread_id)
      .flatMap(({ participants }) => participants)
      .filter(({ role }) => role !== 'bcc')
      .map((each) => each.address)
      .find((each) =>
        hashes.has(
          services.sealing.addressHash(actor.companyId, foldAddress(each as Address)).toString('hex'),
        ),
      );
    const filing: Filing =
      because === 'candidate-address'
        ? { because, address }
        : because === 'asked'
          ? { because }
          : { because, by: by ?? undefined, at: filed_at };
    return { partId: thread_id, candidateId: candidate_id, name, because: explainFiling(filing) };
  });
};

const partsOf = ({ messages }: ReadableThread): readonly ThreadId[] => [
  ...new Set(messages.map(({ threadId }) => threadId)),
];
