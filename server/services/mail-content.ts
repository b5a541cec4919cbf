/* What is sealed of a message, and where: the head (subject, ids, names and addresses) and the body. */
import { z } from 'zod';
import type { CandidateId, CompanyId, MessageId } from '../../lib/contract/ids.ts';
import type { MessageHeaders } from '../../lib/domain/message.ts';
import type { Tx } from '../db/schema.ts';
import type { Services } from './services.ts';

/** Stored JSON: short names keep a head of 2,000 recipients small. */
const Head = z.object({
  subject: z.string(),
  messageId: z.string().optional(),
  participants: z.array(
    z.object({ role: z.enum(['from', 'to', 'cc', 'bcc']), address: z.string(), name: z.string().optional() }),
  ),
});
export type Head = z.infer<typeof Head>;

const Body = z.object({ text: z.string().optional(), html: z.string().optional() });
export type Body = z.infer<typeof Body>;

const AttachmentMeta = z.object({ name: z.string(), mediaType: z.string() });
export type AttachmentMeta = z.infer<typeof AttachmentMeta>;

export const toHead = (headers: MessageHeaders): Head => ({
  subject: headers.subject,
  ...(headers.messageId === undefined ? {} : { messageId: headers.messageId }),
  participants: headers.participants.map(({ role, address, name }) =>
    name === undefined ? { role, address } : { role, address, name },
  ),
});

export const sealHead = (
  services: Services,
  tx: Tx,
  at: {
    readonly companyId: CompanyId;
    readonly candidateId: CandidateId | undefined;
    readonly messageId: MessageId;
  },
  head: Head,
): Promise<Buffer> =>
  services.sealing.sealText(tx, at.companyId, at.candidateId, headPlace(at.messageId), JSON.stringify(head));

export const openHead = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  messageId: MessageId,
  sealed: Buffer,
): Promise<Head> =>
  Head.parse(JSON.parse(await services.sealing.openText(tx, companyId, headPlace(messageId), sealed)));

export const sealBody = (
  services: Services,
  tx: Tx,
  at: {
    readonly companyId: CompanyId;
    readonly candidateId: CandidateId | undefined;
    readonly messageId: MessageId;
  },
  body: Body,
): Promise<Buffer> =>
  services.sealing.sealText(tx, at.companyId, at.candidateId, bodyPlace(at.messageId), JSON.stringify(body));

export const openBody = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  messageId: MessageId,
  sealed: Buffer,
): Promise<Body> =>
  Body.parse(JSON.parse(await services.sealing.openText(tx, companyId, bodyPlace(messageId), sealed)));

export const sealAttachmentMeta = (
  services: Services,
  tx: Tx,
  at: {
    readonly companyId: CompanyId;
    readonly candidateId: CandidateId | undefined;
    readonly attachmentId: string;
  },
  meta: AttachmentMeta,
): Promise<Buffer> =>
  services.sealing.sealText(
    tx,
    at.companyId,
    at.candidateId,
    attachmentMetaPlace(at.attachmentId),
    JSON.stringify(meta),
  );

export const openAttachmentMeta = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  attachmentId: string,
  sealed: Buffer,
): Promise<AttachmentMeta> =>
  AttachmentMeta.parse(
    JSON.parse(await services.sealing.openText(tx, companyId, attachmentMetaPlace(attachmentId), sealed)),
  );

const headPlace = (id: MessageId) => ({ table: 'message', row: id, column: 'head_sealed' });
const bodyPlace = (id: MessageId) => ({ table: 'message', row: id, column: 'body_sealed' });
const attachmentMetaPlace = (id: string) => ({ table: 'attachment', row: id, column: 'meta_sealed' });
