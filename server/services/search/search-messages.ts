/*
 * Messages found by their words, of those a person may read. The index gives messages under row-level security with the person set;
 * each is then opened as one they may read, and looked through, before anything of it is shown or counted as found.
 */
import { type RawBuilder, sql } from 'kysely';
import type { CandidateId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { SearchAnswer, SearchHit, SearchRequest } from '../../../lib/contract/search.ts';
import { excerptOf, findTerms, joinMarks, readQuery, type Term } from '../../../lib/domain/search-query.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type ReadableMessage, readMessages } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { openAttachments, openBodies, openHead } from '../ingest/mail-content.ts';
import { type Searchable, toSearchable } from '../ingest/searchable.ts';
import type { Services } from '../services.ts';

const hitsOfPage = 20;
/** Looked at for one page, and counted. */
const mostFound = 200;
const excerptLength = 180;
/** Of a subject, a name, or an attachment's name. */
const longestLine = 200;
const mostAlso = 5;

/** Throws: search-too-short, search-too-long. */
export const searchMessages = (
  services: Services,
  actor: Actor,
  request: SearchRequest,
): Promise<SearchAnswer> => {
  const query = readQuery(request.text);
  if (query.state !== 'asked') throw new Failure(`search-${query.state}`, 'a search that finds nothing');
  const { terms } = query;
  return services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const { found, end } = await findMessages(services, tx, actor, terms, request);
    const within = found.slice(0, mostFound);
    const hits: Omit<SearchHit, 'candidates'>[] = [];
    let looked = 0;
    while (hits.length < hitsOfPage && looked < within.length) {
      const portion = within.slice(looked, looked + hitsOfPage - hits.length);
      hits.push(...(await openHits(services, tx, portion, terms)));
      looked += portion.length;
    }
    const left = within.length - looked;
    const isMore = found.length > mostFound;
    const last = left > 0 || isMore ? within[looked - 1] : end;
    // Whether the words stand beside each other, only an opened message tells.
    const isCounted = terms.every((term) => term.length === 1);
    const candidates = await readFiledOn(tx, hits);
    return {
      hits: hits.map((hit) => ({ ...hit, candidates: candidates.get(hit.threadId) ?? [] })),
      ...(last === undefined
        ? {}
        : { next: { sentAt: new Date(last.sentAt).toISOString(), messageId: last.messageId } }),
      total: {
        count: hits.length + (isCounted ? left : 0),
        isMore: isMore || end !== undefined || (!isCounted && left > 0),
      },
    };
  });
};

/** Newest first, at most one more than is counted. `end`: older messages were not looked at, from this one on. */
const findMessages = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  terms: readonly Term[],
  { candidateId, from, until, after }: SearchRequest,
): Promise<{ readonly found: readonly ReadableMessage[]; readonly end: ReadableMessage | undefined }> => {
  const words = [...services.sealing.wordHashes(actor.companyId, new Set(terms.flat())).values()].map(String);
  const { rows } = await sql<{ id: MessageId; is_found: boolean }>`
    select id, is_found from app.find_messages(${words}::bigint[], ${candidateId ?? null}, ${orNull(from)}, ${orNull(until)},
      ${orNull(after?.sentAt)}, ${after?.messageId ?? null}, ${mostFound + 1})`.execute(tx);
  const messages = await readMessages(tx, (where) =>
    where('candor.message.id', '=', anyOf(rows.map(({ id }) => id))),
  );
  const isFound = new Set(rows.flatMap(({ id, is_found }) => (is_found ? [id] : [])));
  const endId = rows.find(({ is_found }) => !is_found)?.id;
  return {
    found: messages.filter(({ messageId }) => isFound.has(messageId)).toReversed(),
    end: messages.find(({ messageId }) => messageId === endId),
  };
};

const orNull = (time: string | undefined): RawBuilder<number | null> =>
  sql`${time === undefined ? null : Date.parse(time)}::bigint`;

/** Those that hold all the terms, in the order given. */
const openHits = async (
  services: Services,
  tx: PersonTx,
  messages: readonly ReadableMessage[],
  terms: readonly Term[],
): Promise<readonly Omit<SearchHit, 'candidates'>[]> => {
  const bodies = await openBodies(services, tx, messages);
  const attachments = await openAttachments(services, tx, messages);
  const hits: Omit<SearchHit, 'candidates'>[] = [];
  for (const message of messages) {
    const names = attachments.filter(({ messageId }) => messageId === message.messageId);
    const texts = toSearchable(
      await openHead(services, tx, message),
      bodies.get(message.messageId),
      names.map(({ name }) => name),
    );
    const hit = toHit(message, texts, terms);
    if (hit !== undefined) hits.push(hit);
  }
  return hits;
};

const toHit = (
  { messageId, rootId, sentAt }: ReadableMessage,
  texts: readonly Searchable[],
  terms: readonly Term[],
): Omit<SearchHit, 'candidates'> | undefined => {
  const looked = texts.map((each) => ({ ...each, places: findTerms(each.text, terms) }));
  if (!terms.every((_, at) => looked.some(({ places }) => (places[at]?.length ?? 0) > 0))) return undefined;
  const marked = looked.map(({ places, ...each }) => ({ ...each, marks: joinMarks(places.flat()) }));
  const inPart = (part: Searchable['in']) => marked.find((each) => each.in === part);
  const line = (each: (typeof marked)[number]) => excerptOf(each.text, each.marks, longestLine);
  const [subject, from, body] = [inPart('subject'), inPart('from'), inPart('body')];
  return {
    messageId,
    threadId: rootId,
    sentAt: new Date(sentAt).toISOString(),
    subject: subject === undefined ? { text: '', marks: [] } : shown(line(subject)),
    ...(from === undefined ? {} : { from: shown(line(from)) }),
    ...(body === undefined || body.text.trim() === ''
      ? {}
      : { excerpt: shown(excerptOf(body.text, body.marks, excerptLength)) }),
    also: marked
      .flatMap((each) =>
        each.marks.length > 0 && (each.in === 'to' || each.in === 'cc' || each.in === 'attachment')
          ? [{ in: each.in, ...shown(line(each)) }]
          : [],
      )
      .slice(0, mostAlso),
  };
};

const shown = ({ text, marks }: ReturnType<typeof excerptOf>) => ({ text, marks: [...marks] });

/** Candidates the transaction's person may open, by the root thread that is filed on them. */
const readFiledOn = async (
  tx: PersonTx,
  hits: readonly { readonly threadId: ThreadId }[],
): Promise<ReadonlyMap<ThreadId, { candidateId: CandidateId; name: string }[]>> => {
  const rows = await tx
    .selectFrom('candor.thread_candidate')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.thread_candidate.thread_id')
    .innerJoin('candor.candidate', 'candor.candidate.id', 'candor.thread_candidate.candidate_id')
    .select([
      'candor.thread.root_id as rootId',
      'candor.candidate.id as candidateId',
      'candor.candidate.name',
    ])
    .distinct()
    .where('candor.thread.root_id', '=', anyOf([...new Set(hits.map(({ threadId }) => threadId))]))
    .orderBy('candor.candidate.name')
    .orderBy('candor.candidate.id')
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ rootId }) => rootId)].map(([rootId, filed]) => [
      rootId,
      filed.map(({ candidateId, name }) => ({ candidateId, name })),
    ]),
  );
};
