/*
 * How far a filing goes. It opens mail to the candidate's team, now or when an owner opens it to the team later; and any mail
 * may name a colleague's in its References, and stands on that thread then. So a thread is filed as far only as the person
 * may read it by whose act or mailbox it is: of one that holds more, what they may read is set apart, and that is filed.
 */
import type { CompanyId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import { decideReadable } from '../../../lib/domain/readable.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { readColleagues, readThreadFacts } from '../threads/readers.ts';
import { moveToNewPart } from './new-part.ts';

/**
 * Of threads the person holds mail on, and that are about to be filed: the parts to be filed instead of those they may not
 * read all of; the others are absent. Runs as the company, under lockThreads.
 */
export const setApartUnread = async (
  services: Services,
  tx: Tx,
  { companyId, personId }: { readonly companyId: CompanyId; readonly personId: PersonId },
  threadIds: readonly ThreadId[],
): Promise<ReadonlyMap<ThreadId, ThreadId>> => {
  const parts = new Map<ThreadId, ThreadId>();
  const inQuestion = await readPartlyHeld(tx, personId, threadIds);
  if (inQuestion.length === 0) return parts;
  const messages = await tx
    .selectFrom('candor.message')
    .select('id')
    .where('thread_id', '=', anyOf(inQuestion))
    .where('removed_at', 'is', null)
    .execute();
  const colleagues = await readColleagues(tx, companyId);
  const facts = await readThreadFacts(
    tx,
    companyId,
    messages.map(({ id }) => id),
    colleagues,
    services.clock.now(),
  );
  // Of somebody who left, their copies alone count.
  const viewer = colleagues.find((each) => each.personId === personId)?.viewer ?? {
    personId,
    addresses: new Set(),
  };
  for (const { threadId, world, messages: all } of facts) {
    const read = all.filter((message) => decideReadable(viewer, message, world).readable);
    if (read.length === all.length) continue;
    const messageIds = read.map(({ messageId }) => messageId);
    parts.set(threadId, await moveToNewPart(services, tx, threadId, messageIds));
  }
  return parts;
};

/** Those with messages that no mailbox of the person's holds; of most threads it holds all. */
const readPartlyHeld = async (
  tx: Tx,
  personId: PersonId,
  threadIds: readonly ThreadId[],
): Promise<readonly ThreadId[]> => {
  if (threadIds.length === 0) return [];
  const rows = await tx
    .selectFrom('candor.message')
    .select('thread_id')
    .distinct()
    .where('thread_id', '=', anyOf(threadIds))
    .where('removed_at', 'is', null)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('candor.message_copy')
            .select('candor.message_copy.id')
            .whereRef('candor.message_copy.message_id', '=', 'candor.message.id')
            .where('candor.message_copy.person_id', '=', personId),
        ),
      ),
    )
    .execute();
  return rows.map((row) => row.thread_id);
};
