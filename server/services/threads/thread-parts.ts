/* The threads that one mail thread was split into here, each with whom it is filed on and who reads it. */
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { ThreadPart } from '../../../lib/contract/thread.ts';
import { anyOf } from '../../db/any-of.ts';
import type { ReadableMessage } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { describeKeptThread } from './kept-thread.ts';

/** `kept`: what of the mail thread is on record, oldest first. One thread for as long as nobody split it. */
export const describeParts = async (
  services: Services,
  actor: Actor,
  kept: readonly ReadableMessage[],
  mailboxId: MailboxId,
): Promise<readonly ThreadPart[]> => {
  const parts: ThreadPart[] = [];
  for (const [rootId, messages] of Map.groupBy(kept, (message) => message.rootId))
    parts.push({
      thread: await describeKeptThread(services, actor, rootId, mailboxId),
      candidateIds: await readFiledOn(services, actor, messages),
    });
  return parts;
};

const readFiledOn = (
  services: Services,
  actor: Actor,
  messages: readonly ReadableMessage[],
): Promise<ThreadPart['candidateIds']> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const rows = await tx
      .selectFrom('candor.candidate')
      .select('id')
      .where('id', 'in', (filed) =>
        filed
          .selectFrom('candor.thread_candidate')
          .select('candidate_id')
          .where('thread_id', '=', anyOf(messages.map(({ threadId }) => threadId))),
      )
      .orderBy('name')
      .orderBy('id')
      .execute();
    return rows.map(({ id }) => id);
  });
