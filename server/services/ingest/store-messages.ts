/* Messages on the record: found by their Message-ID and content, or sealed and stored. */
import { createHash } from 'node:crypto';
import type { Insertable } from 'kysely';
import { type CandidateId, type CompanyId, MessageId, type ThreadId } from '../../../lib/contract/ids.ts';
import { foldAddress } from '../../../lib/domain/address.ts';
import type { MessageHeaders, ParticipantRole } from '../../../lib/domain/message.ts';
import { type NormalisedMessageId, normaliseMessageId } from '../../../lib/domain/message-id.ts';
import { newOrderedId } from '../../base/ordered-id.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { AttachmentTable, MessageTable } from '../../db/mail-tables.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { joinThreads } from './join-threads.ts';
import type { KeptCopy } from './kept-copy.ts';
import { sealAttachmentMeta, sealBody, sealHead, toBody, toHead } from './mail-content.ts';
import { subjectHash } from './pause-shares.ts';
import { toSearchable } from './searchable.ts';
import { storeWords } from './store-words.ts';

export type Stored = {
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  readonly isNew: boolean;
  /** It is on record and is to be erased: that another copy came may change it. */
  readonly isToGo: boolean;
};

/** `candidateId`: whose key seals a new message at first; seal-as-filed.ts has the last word. */
export type ToStore = { readonly kept: KeptCopy; readonly candidateId: CandidateId | undefined };

/** The messages on record, in the order given, stored when they are not there yet; of two that are the same the first is new. */
export const findOrStoreMessages = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  page: readonly ToStore[],
): Promise<readonly Stored[]> => {
  const named = page.map((each) => toNamed(services, companyId, each));
  const known = await readKnown(
    tx,
    companyId,
    named.map((each) => each.idHash),
  );
  const fresh: FreshMessage[] = [];
  const matched = named.map((each) => {
    const versions = known.get(each.idHash.toString('hex')) ?? [];
    const same = versions.find((version) => isSame(version, each));
    if (same !== undefined) return { version: same, isNew: false };
    const version: Version = {
      // In the order they are stored, which is told by their ids where mail is of the same second.
      messageId: MessageId.parse(newOrderedId()),
      threadId: undefined,
      variant: (versions.at(-1)?.variant ?? -1) + 1,
      content: each.content,
      isWhole: each.kept.mail !== undefined,
      isToGo: false,
    };
    known.set(each.idHash.toString('hex'), [...versions, version]);
    fresh.push({ ...each, ...version });
    return { version, isNew: true };
  });
  const threads = await joinThreads(
    services,
    tx,
    companyId,
    fresh.map(({ messageId, ownId, kept }) => ({ messageId, ownId, headers: kept.headers })),
  );
  const threadOf = ({ messageId, threadId }: Pick<Version, 'messageId' | 'threadId'>): ThreadId => {
    const found = threadId ?? threads.get(messageId);
    if (found === undefined) throw new Error('a message was given no thread');
    return found;
  };
  const placed = fresh.map((each) => ({ ...each, threadId: threadOf(each) }));
  await storeMessages(services, tx, companyId, placed);
  await storeAttachments(services, tx, companyId, placed);
  await storeWords(
    services,
    tx,
    companyId,
    placed.map(({ messageId, kept: { headers, mail } }) => ({
      messageId,
      texts: toSearchable(
        toHead(headers),
        mail === undefined ? undefined : toBody(mail),
        (mail?.attachments ?? []).map(attachmentName),
      ),
    })),
  );
  return matched.map(({ version, isNew }) => ({
    messageId: version.messageId,
    threadId: threadOf(version),
    isNew,
    isToGo: version.isToGo,
  }));
};

type Named = ToStore & {
  readonly ownId: NormalisedMessageId;
  readonly idHash: Buffer;
  readonly content: Buffer;
};

/** One of the messages under one Message-ID. `threadId` is absent until a new one is joined. */
type Version = {
  readonly messageId: MessageId;
  readonly threadId: ThreadId | undefined;
  readonly variant: number;
  readonly content: Buffer;
  readonly isWhole: boolean;
  readonly isToGo: boolean;
};

type FreshMessage = Named & Version;
type PlacedMessage = FreshMessage & { readonly threadId: ThreadId };

const toNamed = (services: Services, companyId: CompanyId, { kept, candidateId }: ToStore): Named => {
  const ownId = ownIdOf(services, companyId, kept);
  return {
    kept,
    candidateId,
    ownId,
    idHash: services.sealing.messageIdHash(companyId, ownId),
    content: contentHash(services, companyId, kept),
  };
};

/** What the message is known by on record. */
export const ownIdOf = (services: Services, companyId: CompanyId, kept: KeptCopy): NormalisedMessageId =>
  kept.headers.messageId ?? syntheticId(services, companyId, kept);

/**
 * The same id with other content is another message. A copy whose body was too large to fetch says nothing of its content, so
 * it is the same only as one with the same head: whoever may send mail can put any id on it, and a copy opens the message.
 */
const isSame = (version: Version, { kept, content }: Named): boolean =>
  version.isWhole === (kept.mail !== undefined) && version.content.equals(content);

/** By the hash of their Message-ID in hex, in the order they came. */
const readKnown = async (
  tx: Tx,
  companyId: CompanyId,
  idHashes: readonly Buffer[],
): Promise<Map<string, readonly Version[]>> => {
  const rows = await tx
    .selectFrom('candor.message')
    .select(['id', 'thread_id', 'message_id_hash', 'variant', 'content_hash', 'body_state', 'erase_at'])
    .where('company_id', '=', companyId)
    .where('message_id_hash', '=', anyOf(idHashes))
    .orderBy('variant')
    .execute();
  const known = new Map<string, readonly Version[]>();
  for (const row of rows) {
    const hash = row.message_id_hash.toString('hex');
    const version: Version = {
      messageId: row.id,
      threadId: row.thread_id,
      variant: row.variant,
      content: row.content_hash,
      isWhole: row.body_state === 'whole',
      isToGo: row.erase_at !== null,
    };
    known.set(hash, [...(known.get(hash) ?? []), version]);
  }
  return known;
};

const storeMessages = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  messages: readonly PlacedMessage[],
): Promise<void> => {
  const now = services.clock.now();
  const rows: Insertable<MessageTable>[] = [];
  for (const { kept, candidateId, messageId, ...each } of messages) {
    const at = { companyId, candidateId, row: messageId };
    rows.push({
      id: messageId,
      company_id: companyId,
      thread_id: each.threadId,
      message_id_hash: each.idHash,
      variant: each.variant,
      content_hash: each.content,
      subject_hash: subjectHash(services, companyId, kept.headers.subject),
      is_synthetic_id: kept.headers.messageId === undefined,
      sent_at: kept.headers.sentAt,
      head_sealed: await sealHead(services, tx, at, toHead(kept.headers)),
      body_sealed: kept.mail === undefined ? null : await sealBody(services, tx, at, toBody(kept.mail)),
      body_state: each.isWhole ? ('whole' as const) : ('headers-only' as const),
      is_automatic: kept.isAutomatic,
      kept_by: kept.because.map(({ rule }) => rule),
      attachment_count: kept.mail?.attachments.length ?? 0,
      size_bytes: kept.copy.sizeBytes,
      created_at: now,
    });
  }
  for (const portion of inPortions(rows, 16, (row) => row.body_sealed?.length ?? 0))
    await tx.insertInto('candor.message').values(portion).execute();
};

const storeAttachments = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  messages: readonly PlacedMessage[],
): Promise<void> => {
  const attached = messages.flatMap(({ kept, ...message }) =>
    (kept.mail?.attachments ?? []).map((attachment) => ({ message, attachment })),
  );
  if (attached.length === 0) return;
  const { attachment_limit_bytes: limitBytes } = await tx
    .selectFrom('candor.policy')
    .select('attachment_limit_bytes')
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  const rows: Insertable<AttachmentTable>[] = [];
  for (const { message, attachment } of attached) {
    const attachmentId = crypto.randomUUID();
    const { messageId, threadId, candidateId } = message;
    const sizeBytes = attachment.content.byteLength;
    rows.push({
      id: attachmentId,
      company_id: companyId,
      message_id: messageId,
      thread_id: threadId,
      meta_sealed: await sealAttachmentMeta(
        services,
        tx,
        { companyId, candidateId, row: attachmentId },
        {
          name: attachmentName(attachment),
          mediaType: attachment.mediaType,
          ...(attachment.sniffedType === undefined ? {} : { sniffedType: attachment.sniffedType }),
        },
      ),
      content_sealed:
        sizeBytes > limitBytes
          ? null
          : await services.sealing.seal(
              tx,
              companyId,
              candidateId,
              { table: 'attachment', row: attachmentId, column: 'content_sealed' },
              attachment.content,
            ),
      size_bytes: sizeBytes,
    });
  }
  for (const portion of inPortions(rows, 7, (row) => row.content_sealed?.length ?? 0))
    await tx.insertInto('candor.attachment').values(portion).execute();
};

const attachmentName = ({ name }: { readonly name?: string }): string => name ?? 'unnamed';

const contentHash = (services: Services, companyId: CompanyId, { headers, mail }: KeptCopy): Buffer =>
  services.sealing.keyedHash(
    'content',
    companyId,
    mail === undefined
      ? `${headers.sentAt}|${peopleOf(headers, ['from', 'to', 'cc'])}|${headers.subject}`
      : `${headers.subject}\n${mail.text ?? mail.html ?? ''}${mail.attachments.map(digestOf).join('')}`,
  );

/** Attachments count: text that somebody quoted is known to whoever got the answer, and what hung on it is not. */
const digestOf = ({ content }: { readonly content: Uint8Array }): string =>
  `\n${createHash('sha256').update(content).digest('hex')}`;

/** For a message without a readable Message-ID: the same bytes give the same id in every mailbox. */
const syntheticId = (services: Services, companyId: CompanyId, kept: KeptCopy): NormalisedMessageId => {
  const people = peopleOf(kept.headers, ['from', 'to', 'cc', 'bcc']);
  const basis = `${kept.headers.sentAt}|${people}|${kept.headers.subject}|${(kept.mail?.text ?? '').slice(0, 1024)}`;
  const made = normaliseMessageId(
    `<${services.sealing.keyedHash('synthetic-id', companyId, basis).toString('hex')}@synthetic.candor>`,
  );
  if (made === undefined) throw new Error('a synthetic Message-ID did not parse');
  return made;
};

const peopleOf = ({ participants }: MessageHeaders, roles: readonly ParticipantRole[]): string =>
  participants
    .filter(({ role }) => roles.includes(role))
    .map(({ role, address }) => `${role}:${foldAddress(address)}`)
    .join(',');
