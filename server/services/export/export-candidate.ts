/*
 * All that is held about a candidate, as one file to save. It holds what the person who asks may read and no more, says how many
 * conversations are not in it, and is written in the audit before it is handed out.
 */
import { sql } from 'kysely';
import type { CandidateCard } from '../../../lib/contract/candidate.ts';
import type { SavedFile } from '../../../lib/contract/erasure.ts';
import type { ExportRequest } from '../../../lib/contract/export.ts';
import type { CandidateId, ThreadId } from '../../../lib/contract/ids.ts';
import type { ReadThread } from '../../../lib/contract/thread.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import { readMessages } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { openFiles } from '../ingest/mail-content.ts';
import { readCards } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { filedRoots, readHidden } from '../threads/hidden.ts';
import { readThread } from '../threads/thread-reading.ts';
import { withCleaner } from './clean-mail.ts';
import { type Exported, type ExportedFile, toData, toPageOf } from './exported.ts';

/** Together; what is over is named and left out. As base64 in one message of the browser's, which takes 64 MiB. */
const attachedLimitBytes = 20 * 1024 * 1024;

/** Throws: not-found for a candidate that is not theirs to open. */
export const exportCandidate = async (
  services: Services,
  actor: Actor,
  { candidateId, form }: ExportRequest,
): Promise<SavedFile> => {
  const { card, company, rootIds, hiddenCount } = await readWhat(services, actor, candidateId);
  const read: ReadThread[] = [];
  for (const rootId of rootIds) {
    const thread = await readThread(services, actor, rootId);
    if (thread.messages.length > 0) read.push(thread);
  }
  const files = await readFiles(services, actor, read);
  const exported: Exported = await withCleaner((clean) => ({
    company,
    at: new Date(services.clock.now()).toISOString(),
    askedBy: actor.name,
    candidate: card,
    hiddenConversationCount: hiddenCount + rootIds.length - read.length,
    conversations: read.map((thread) => ({
      subject: thread.subject,
      hiddenMessageCount: thread.hiddenMessageCount,
      messages: thread.messages.map(
        ({ messageId, canDeleteInMailbox: _, html, attachments: __, ...message }) => ({
          ...message,
          messageId,
          ...(html === undefined ? {} : { html: clean(html) }),
          attachments: files.filter((file) => file.messageId === messageId),
        }),
      ),
    })),
  }));
  await writeAudit(services, actor, candidateId, exported);
  const name = `candidate-${exported.at.slice(0, 10)}-${candidateId.slice(0, 8)}`;
  return form === 'page'
    ? { name: `${name}.html`, mediaType: 'text/html', text: toPageOf(exported) }
    : { name: `${name}.json`, mediaType: 'application/json', text: toData(exported) };
};

type What = {
  readonly card: CandidateCard;
  readonly company: string;
  /** Of conversations some of which the person may read; the newest first. */
  readonly rootIds: readonly ThreadId[];
  readonly hiddenCount: number;
};

const readWhat = (services: Services, actor: Actor, candidateId: CandidateId): Promise<What> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const [card] = await readCards(services, tx, actor, [candidateId]);
    if (card === undefined) throw new Failure('not-found', 'no such candidate for this person');
    const { name } = await tx.selectFrom('candor.company').select('name').executeTakeFirstOrThrow();
    const roots = await tx
      .selectFrom('candor.message')
      .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
      .select((select) => [
        'candor.thread.root_id as rootId',
        select.fn.max('candor.message.sent_at').as('lastAt'),
      ])
      .where('candor.thread.root_id', 'in', filedRoots([candidateId]))
      .groupBy('candor.thread.root_id')
      .orderBy('lastAt', 'desc')
      .execute();
    return {
      card,
      company: name,
      rootIds: roots.map((row) => row.rootId),
      hiddenCount: (await readHidden(services, tx, actor, [candidateId])).hiddenCount,
    };
  });

const readFiles = (
  services: Services,
  actor: Actor,
  threads: readonly ReadThread[],
): Promise<readonly ExportedFile[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const ids = threads.flatMap(({ messages }) => messages.map(({ messageId }) => messageId));
    const messages = await readMessages(tx, (where) => where('candor.message.id', '=', anyOf(ids)));
    const files = await openFiles(services, tx, messages, attachedLimitBytes);
    return files.map(({ messageId, name, mediaType, sizeBytes, content }) => ({
      messageId,
      name,
      mediaType,
      sizeBytes,
      ...(content === undefined ? {} : { base64: content.toString('base64') }),
    }));
  });

const writeAudit = (
  services: Services,
  actor: Actor,
  candidateId: CandidateId,
  { conversations, hiddenConversationCount }: Exported,
): Promise<void> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const facts = {
      candidate_id: candidateId,
      message_ids: conversations.flatMap(({ messages }) => messages.map(({ messageId }) => messageId)),
      hidden_count: hiddenConversationCount,
    };
    await sql`select app.audit('candidate-exported', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
  });
