/* The provider's ids of a message that is held, or could not be read, sealed: all that is kept of it until its person has looked. */
import { z } from 'zod';
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyRef } from '../../providers/provider.ts';
import type { Services } from '../services.ts';

const WaitingRef = z.object({ providerMessageId: z.string(), providerThreadId: z.string() });

type At = { readonly companyId: CompanyId; readonly mailboxId: MailboxId; readonly copyHash: Buffer };

export const sealWaitingRef = (
  services: Services,
  tx: Tx,
  at: At,
  { providerMessageId, providerThreadId }: CopyRef,
): Promise<Buffer> => {
  const ref: z.infer<typeof WaitingRef> = { providerMessageId, providerThreadId };
  return services.sealing.sealText(tx, at.companyId, undefined, placeOf(at), JSON.stringify(ref));
};

export const openWaitingRef = async (services: Services, tx: Tx, at: At, sealed: Buffer): Promise<CopyRef> =>
  WaitingRef.parse(JSON.parse(await services.sealing.openText(tx, at.companyId, placeOf(at), sealed)));

const placeOf = ({ mailboxId, copyHash }: At) => ({
  table: 'decision',
  row: `${mailboxId}|${copyHash.toString('hex')}`,
  column: 'ref_sealed',
});
