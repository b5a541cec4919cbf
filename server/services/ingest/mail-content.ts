/* What is sealed of a message, and where: the head (subject, ids, names and addresses), the body, attachments' names. */
import { z } from 'zod';
import type { CandidateId, CompanyId } from '../../../lib/contract/ids.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';

/** Whose key seals, and in which row. With a candidate, that candidate's key: destroying it erases what it sealed. */
export type SealedAt = {
  readonly companyId: CompanyId;
  readonly candidateId: CandidateId | undefined;
  readonly row: string;
};

/** JSON of one shape in one sealed column. */
export type SealedColumn<T> = {
  readonly seal: (services: Services, tx: Tx, at: SealedAt, value: T) => Promise<Buffer>;
  readonly open: (
    services: Services,
    tx: Tx,
    companyId: CompanyId,
    row: string,
    sealed: Buffer,
  ) => Promise<T>;
};

const sealedColumn = <T>(shape: z.ZodType<T>, table: string, column: string): SealedColumn<T> => ({
  seal: (services, tx, { companyId, candidateId, row }, value) =>
    services.sealing.sealText(tx, companyId, candidateId, { table, row, column }, JSON.stringify(value)),
  open: async (services, tx, companyId, row, sealed) =>
    shape.parse(JSON.parse(await services.sealing.openText(tx, companyId, { table, row, column }, sealed))),
});

const Head = z.object({
  subject: z.string(),
  messageId: z.string().optional(),
  participants: z.array(
    z.object({
      role: z.enum(['from', 'to', 'cc', 'bcc']),
      address: z.string(),
      name: z.string().optional(),
    }),
  ),
});
export type Head = z.infer<typeof Head>;

export const messageHead = sealedColumn(Head, 'message', 'head_sealed');
export const messageBody = sealedColumn(
  z.object({ text: z.string().optional(), html: z.string().optional() }),
  'message',
  'body_sealed',
);
export const attachmentMeta = sealedColumn(
  z.object({ name: z.string(), mediaType: z.string() }),
  'attachment',
  'meta_sealed',
);

export const toHead = (headers: MessageHeaders): Head => ({
  subject: headers.subject,
  ...(headers.messageId === undefined ? {} : { messageId: headers.messageId }),
  participants: headers.participants.map(({ role, address, name }) =>
    name === undefined ? { role, address } : { role, address, name },
  ),
});
