/* What is sealed of a message, and where: the head (subject, ids, names and addresses), the body, attachments' names. */
import { z } from 'zod';
import type { CandidateId, CompanyId, MessageId } from '../../../lib/contract/ids.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { maxAncestors } from '../../../lib/domain/thread.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import type { ParsedMime } from '../../providers/mime.ts';
import type { ReadableMessage } from '../access.ts';
import type { Services } from '../services.ts';

/** Whose key seals, and in which row. With a candidate, that candidate's key: destroying it erases what it sealed. */
export type SealedAt = {
  readonly companyId: CompanyId;
  readonly candidateId: CandidateId | undefined;
  readonly row: string;
};

/** JSON of one shape in one sealed column. */
const sealedColumn = <T>(shape: z.ZodType<T>, table: string, column: string) => ({
  seal: (services: Services, tx: Tx, { companyId, candidateId, row }: SealedAt, value: T): Promise<Buffer> =>
    services.sealing.sealText(tx, companyId, candidateId, { table, row, column }, JSON.stringify(value)),
  open: async (
    services: Services,
    tx: Tx,
    {
      companyId,
      row,
      sealed,
    }: { readonly companyId: CompanyId; readonly row: string; readonly sealed: Buffer },
  ): Promise<T> =>
    shape.parse(JSON.parse(await services.sealing.openText(tx, companyId, { table, row, column }, sealed))),
});

const Head = z.object({
  subject: z.string(),
  messageId: z.string().optional(),
  /** Absent on mail stored before these were kept. */
  inReplyTo: z.array(z.string()).optional(),
  references: z.array(z.string()).optional(),
  participants: z.array(
    z.object({
      role: z.enum(['from', 'to', 'cc', 'bcc']),
      address: z.string(),
      name: z.string().optional(),
    }),
  ),
});
export type Head = z.infer<typeof Head>;

const EventTime = z.union([
  z.object({ kind: z.literal('moment'), at: z.number() }),
  z.object({ kind: z.literal('day'), day: z.string() }),
  z.object({ kind: z.literal('local'), time: z.string() }),
]);

const Body = z.object({
  text: z.string().optional(),
  html: z.string().optional(),
  invitation: z
    .object({
      method: z.string().optional(),
      summary: z.string().optional(),
      startsAt: EventTime.optional(),
    })
    .optional(),
  /** Some of it could not be read. */
  isPartlyUnread: z.literal(true).optional(),
});
export type Body = z.infer<typeof Body>;

const AttachmentMeta = z.object({
  name: z.string(),
  mediaType: z.string(),
  /** What its bytes are, where that contradicts what the sender says. */
  sniffedType: z.string().optional(),
});
export type AttachmentMeta = z.infer<typeof AttachmentMeta>;

const head = sealedColumn(Head, 'message', 'head_sealed');
const body = sealedColumn(Body, 'message', 'body_sealed');
const attachmentMeta = sealedColumn(AttachmentMeta, 'attachment', 'meta_sealed');

export const sealHead = head.seal;
export const sealBody = body.seal;
export const sealAttachmentMeta = attachmentMeta.seal;

export const openHead = (
  services: Services,
  tx: PersonTx,
  { companyId, messageId, headSealed }: ReadableMessage,
): Promise<Head> => head.open(services, tx, { companyId, row: messageId, sealed: headSealed });

/**
 * A message as background work opens it, for nobody to read: what comes of it is hashed. Only index-old-mail.ts asks for it.
 * Throws: SealBroken.
 */
export const openUnread = async (
  services: Services,
  tx: Tx,
  row: {
    readonly id: MessageId;
    readonly company_id: CompanyId;
    readonly head_sealed: Buffer;
    readonly body_sealed: Buffer | null;
  },
): Promise<{
  readonly head: Head;
  readonly body: Body | undefined;
  readonly attachmentNames: readonly string[];
}> => {
  const at = { companyId: row.company_id, row: row.id };
  const attachments = await tx
    .selectFrom('candor.attachment')
    .select(['id', 'meta_sealed'])
    .where('message_id', '=', row.id)
    .execute();
  const attachmentNames: string[] = [];
  for (const { id, meta_sealed: sealed } of attachments)
    attachmentNames.push(
      (await attachmentMeta.open(services, tx, { companyId: row.company_id, row: id, sealed })).name,
    );
  return {
    head: await head.open(services, tx, { ...at, sealed: row.head_sealed }),
    body:
      row.body_sealed === null
        ? undefined
        : await body.open(services, tx, { ...at, sealed: row.body_sealed }),
    attachmentNames,
  };
};

/** Of those messages that were kept whole. */
export const openBodies = async (
  services: Services,
  tx: PersonTx,
  messages: readonly ReadableMessage[],
): Promise<ReadonlyMap<MessageId, Body>> => {
  const rows = await tx
    .selectFrom('candor.message')
    .select(['id', 'company_id', 'body_sealed'])
    .where('id', '=', anyOf(messages.map(({ messageId }) => messageId)))
    .execute();
  const bodies = new Map<MessageId, Body>();
  for (const { id, company_id, body_sealed } of rows)
    if (body_sealed !== null)
      bodies.set(id, await body.open(services, tx, { companyId: company_id, row: id, sealed: body_sealed }));
  return bodies;
};

export type OpenedAttachment = AttachmentMeta & { readonly messageId: MessageId; readonly sizeBytes: number };

/** In no particular order. */
export const openAttachments = async (
  services: Services,
  tx: PersonTx,
  messages: readonly ReadableMessage[],
): Promise<readonly OpenedAttachment[]> => {
  const rows = await tx
    .selectFrom('candor.attachment')
    .select(['id', 'company_id', 'message_id', 'meta_sealed', 'size_bytes'])
    .where('message_id', '=', anyOf(messages.map(({ messageId }) => messageId)))
    .execute();
  const opened: OpenedAttachment[] = [];
  for (const row of rows) {
    const at = { companyId: row.company_id, row: row.id, sealed: row.meta_sealed };
    const meta = await attachmentMeta.open(services, tx, at);
    opened.push({ ...meta, messageId: row.message_id, sizeBytes: row.size_bytes });
  }
  return opened;
};

/** One file that hangs on a message. `content`: absent where it was too large to keep, or is over `limitBytes` for all of them. */
export type AttachedFile = OpenedAttachment & { readonly content: Buffer | undefined };

/** In the order of the messages. The smallest are opened first, so that as many as can are whole. */
export const openFiles = async (
  services: Services,
  tx: PersonTx,
  messages: readonly ReadableMessage[],
  limitBytes: number,
): Promise<readonly AttachedFile[]> => {
  const rows = await tx
    .selectFrom('candor.attachment')
    .select(['id', 'company_id', 'message_id', 'meta_sealed', 'size_bytes'])
    .where('message_id', '=', anyOf(messages.map(({ messageId }) => messageId)))
    .orderBy('size_bytes')
    .orderBy('id')
    .execute();
  const files: AttachedFile[] = [];
  let leftBytes = limitBytes;
  for (const row of rows) {
    const at = { companyId: row.company_id, row: row.id, sealed: row.meta_sealed };
    const meta = await attachmentMeta.open(services, tx, at);
    const content =
      row.size_bytes > leftBytes ? undefined : await openContent(services, tx, row.company_id, row.id);
    leftBytes -= content?.length ?? 0;
    files.push({ ...meta, messageId: row.message_id, sizeBytes: row.size_bytes, content });
  }
  const order = new Map(messages.map(({ messageId }, at) => [messageId, at]));
  return files.sort((a, b) => (order.get(a.messageId) ?? 0) - (order.get(b.messageId) ?? 0));
};

const openContent = async (
  services: Services,
  tx: PersonTx,
  companyId: CompanyId,
  attachmentId: string,
): Promise<Buffer | undefined> => {
  const row = await tx
    .selectFrom('candor.attachment')
    .select('content_sealed')
    .where('id', '=', attachmentId)
    .executeTakeFirst();
  if (row?.content_sealed == null) return undefined;
  const at = { table: 'attachment', row: attachmentId, column: 'content_sealed' };
  return services.sealing.openBytes(tx, companyId, at, row.content_sealed);
};

export const toBody = ({ text, html, calendar, trouble }: ParsedMime): Body => ({
  ...(text === undefined ? {} : { text }),
  ...(html === undefined ? {} : { html }),
  ...(calendar === undefined
    ? {}
    : {
        invitation: {
          ...(calendar.method === undefined ? {} : { method: calendar.method }),
          ...(calendar.summary === undefined ? {} : { summary: calendar.summary }),
          ...(calendar.startsAt === undefined ? {} : { startsAt: calendar.startsAt }),
        },
      }),
  ...(trouble === undefined ? {} : { isPartlyUnread: true }),
});

export const toHead = (headers: MessageHeaders): Head => ({
  subject: headers.subject,
  ...(headers.messageId === undefined ? {} : { messageId: headers.messageId }),
  inReplyTo: headers.inReplyTo.slice(0, maxAncestors),
  references: headers.references.slice(-maxAncestors),
  participants: headers.participants.map(({ role, address, name }) =>
    name === undefined ? { role, address } : { role, address, name },
  ),
});
