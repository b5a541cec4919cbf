import type { Services } from '../services.ts';
import type { MailboxOwner } from './kept-copy.ts';

/** Names one copy in the decision ledger without telling anything of it. */
export const copyHash = (
  services: Services,
  owner: Pick<MailboxOwner, 'companyId' | 'mailboxId'>,
  providerMessageId: string,
): Buffer => services.sealing.keyedHash('copy', owner.companyId, `${owner.mailboxId}|${providerMessageId}`);
