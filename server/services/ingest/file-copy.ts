/* Copies that came from a file and not from a provider. They go by an id of ours, which means nothing to any provider. */
import { createHash } from 'node:crypto';
import type { Services } from '../services.ts';
import type { MailboxOwner } from './kept-copy.ts';

/** The same for the same bytes, and keyed: it tells nothing of them. */
export const fileCopyId = (
  services: Services,
  { companyId }: Pick<MailboxOwner, 'companyId'>,
  raw: Uint8Array,
): string => {
  const bytesHash = createHash('sha256').update(raw).digest('hex');
  return `${mark}${services.sealing.keyedHash('file-copy', companyId, bytesHash).toString('hex')}`;
};

const mark = 'file:';

export const isFileCopy = (providerMessageId: string): boolean => providerMessageId.startsWith(mark);

/** For SQL: matches the ids of file copies. */
export const fileCopyPattern = `${mark}%`;
