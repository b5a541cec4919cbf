/* What is sealed of a message on its way: all that its source is made of, and which message it answers. */
import { z } from 'zod';
import type { ActionKey, CompanyId } from '../../../lib/contract/ids.ts';
import { MessageId } from '../../../lib/contract/ids.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';

const Person = z.object({ address: z.string(), name: z.string().optional() });
export const DraftContent = z.object({
  messageId: z.string(),
  /** Epoch ms. */
  date: z.number(),
  from: Person,
  to: z.array(Person),
  subject: z.string(),
  text: z.string(),
  answers: MessageId,
  inReplyTo: z.string().optional(),
  references: z.array(z.string()),
});
export type DraftContent = z.infer<typeof DraftContent>;

const placeOf = (key: ActionKey) => ({ table: 'outgoing', row: key, column: 'draft_sealed' });

export const sealDraft = (
  services: Services,
  tx: Tx,
  at: { readonly companyId: CompanyId; readonly key: ActionKey },
  content: DraftContent,
): Promise<Buffer> =>
  services.sealing.sealText(tx, at.companyId, undefined, placeOf(at.key), JSON.stringify(content));

export const openDraft = async (
  services: Services,
  tx: Tx,
  at: { readonly companyId: CompanyId; readonly key: ActionKey },
  sealed: Buffer,
): Promise<DraftContent> =>
  DraftContent.parse(JSON.parse(await services.sealing.openText(tx, at.companyId, placeOf(at.key), sealed)));
