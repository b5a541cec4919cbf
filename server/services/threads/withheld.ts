/* What an owner may leave out of a thread they share, what they left out, and shares of theirs that stand still. */
import type { MessageId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { LeavableMessage, PausedShare, SharePause } from '../../../lib/contract/withheld.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { explainPause } from '../../../lib/domain/explain.ts';
import type { ReadableMessage as Readable } from '../../../lib/domain/readable.ts';
import { sideBranches } from '../../../lib/domain/withheld.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type ReadableMessage, readMessages, requireManaged } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { type Head, openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';

/** The messages as they would be, when the owner withholds these and no others; absent: as they are. */
export const leavingOut = <M extends Readable<PersonId>>(
  messages: readonly (M & { readonly messageId: MessageId })[],
  ownerId: PersonId,
  leaveOut: readonly MessageId[] | undefined,
): readonly M[] => {
  if (leaveOut === undefined) return messages;
  const left = new Set(leaveOut);
  return messages.map((message) => ({
    ...message,
    withheldBy: new Set([
      ...[...message.withheldBy].filter((each) => each !== ownerId),
      ...(left.has(message.messageId) ? [ownerId] : []),
    ]),
  }));
};

/** Oldest first, at most 200 of the newest. Throws: thread-hidden, policy-forbids where no mailbox of the actor's holds it. */
export const readLeavable = (
  services: Services,
  actor: Actor,
  rootId: ThreadId,
): Promise<readonly LeavableMessage[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const thread = await requireManaged(tx, actor, rootId);
    const messageIds = thread.messageIds.slice(-mostTold);
    const messages = await readMessages(tx, (where) => where('candor.message.id', '=', anyOf(messageIds)));
    const withheld = await tx
      .selectFrom('candor.withheld')
      .select('message_id')
      .where('person_id', '=', actor.personId)
      .where('message_id', '=', anyOf(messageIds))
      .execute();
    const left = new Set(withheld.map((row) => row.message_id));
    const aside = new Set(await readSideBranches(tx, messages));
    const told: LeavableMessage[] = [];
    for (const message of messages) {
      const head = await openHead(services, tx, message);
      told.push({
        messageId: message.messageId,
        subject: head.subject,
        from: senderOf(head),
        sentAt: new Date(message.sentAt).toISOString(),
        isLeftOut: left.has(message.messageId),
        isSideBranch: aside.has(message.messageId),
      });
    }
    return told;
  });

const mostTold = 200;

const senderOf = ({ participants }: Head): string => {
  const from = participants.find(({ role }) => role === 'from');
  return from?.name ?? from?.address ?? 'unknown sender';
};

const readSideBranches = async (
  tx: PersonTx,
  messages: readonly ReadableMessage[],
): Promise<readonly MessageId[]> => {
  const participants = await tx
    .selectFrom('candor.participant')
    .select(['message_id', 'address_hash'])
    .where('message_id', '=', anyOf(messages.map(({ messageId }) => messageId)))
    .execute();
  const candidates = await tx
    .selectFrom('candor.candidate_address')
    .innerJoin(
      'candor.thread_candidate',
      'candor.thread_candidate.candidate_id',
      'candor.candidate_address.candidate_id',
    )
    .select('address_hash')
    .where('candor.thread_candidate.thread_id', '=', anyOf(messages.map(({ threadId }) => threadId)))
    .execute();
  const onMessage = Map.groupBy(participants, (row) => row.message_id);
  const positions = sideBranches(
    messages.map(({ messageId }) => ({
      participants: (onMessage.get(messageId) ?? []).map((row) => ({
        address: row.address_hash.toString('hex'),
      })),
    })),
    new Set(candidates.map((row) => row.address_hash.toString('hex'))),
  );
  return positions.flatMap((position) => messages[position]?.messageId ?? []);
};

/** How many of the actor's messages on these threads they left out of what they share. */
export const countLeftOut = async (
  tx: PersonTx,
  actor: Actor,
  messageIds: readonly MessageId[],
): Promise<number> => {
  const { count } = await tx
    .selectFrom('candor.withheld')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('person_id', '=', actor.personId)
    .where('message_id', '=', anyOf(messageIds))
    .executeTakeFirstOrThrow();
  return count;
};

/** The actor's share of one of the threads that waits for their answer; the one that waits longest. */
export const readPause = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  threadIds: readonly ThreadId[],
): Promise<SharePause | undefined> => (await readPauses(services, tx, actor, threadIds))[0];

type Pause = SharePause & { readonly threadId: ThreadId };

const readPauses = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  threadIds?: readonly ThreadId[],
): Promise<readonly Pause[]> => {
  const rows = await tx
    .selectFrom('candor.share_pause')
    .selectAll()
    .where('person_id', '=', actor.personId)
    .where('settled_at', 'is', null)
    .$if(threadIds !== undefined, (query) => query.where('thread_id', '=', anyOf(threadIds ?? [])))
    .orderBy('paused_at')
    .execute();
  const pauses: Pause[] = [];
  for (const row of rows) {
    const { count } = await tx
      .selectFrom('candor.withheld')
      .innerJoin('candor.message', 'candor.message.id', 'candor.withheld.message_id')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('candor.withheld.person_id', '=', actor.personId)
      .where('candor.withheld.because', '=', 'paused')
      .where('candor.message.thread_id', '=', row.thread_id)
      .executeTakeFirstOrThrow();
    const newcomer = await nameNewcomer(services, tx, actor, row);
    pauses.push({
      threadId: row.thread_id,
      at: new Date(row.paused_at).toISOString(),
      messageCount: count,
      said: explainPause({ cause: row.cause, newcomer, at: row.paused_at }),
    });
  }
  return pauses;
};

/** By the message they came with, where the actor may read it. */
const nameNewcomer = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  { message_id, address_hash }: { message_id: MessageId | null; address_hash: Buffer | null },
): Promise<string | undefined> => {
  if (message_id === null || address_hash === null) return undefined;
  const [message] = await readMessages(tx, (where) => where('candor.message.id', '=', message_id));
  if (message === undefined) return undefined;
  const { participants } = await openHead(services, tx, message);
  return participants.find(({ address }) =>
    services.sealing.addressHash(actor.companyId, foldAddress(address as Address)).equals(address_hash),
  )?.address;
};

/** Every share of the actor's that waits for their answer, the one that waits longest first. */
export const readPausedShares = (services: Services, actor: Actor): Promise<readonly PausedShare[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const shares: PausedShare[] = [];
    for (const { threadId, ...pause } of await readPauses(services, tx, actor)) {
      const newest = (await readMessages(tx, (where) => where('candor.message.thread_id', '=', threadId))).at(
        -1,
      );
      const copy = await tx
        .selectFrom('candor.message_copy')
        .innerJoin('candor.mailbox', 'candor.mailbox.id', 'candor.message_copy.mailbox_id')
        .select(['candor.mailbox.address', 'candor.message_copy.provider_thread_id'])
        .where('candor.message_copy.thread_id', '=', threadId)
        .where('candor.message_copy.person_id', '=', actor.personId)
        .orderBy('candor.message_copy.received_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (newest === undefined || copy === undefined) continue;
      shares.push({
        threadId: newest.rootId,
        ref: { mailboxAddress: copy.address, providerThreadId: copy.provider_thread_id },
        subject: (await openHead(services, tx, newest)).subject,
        pause,
      });
    }
    return shares;
  });
