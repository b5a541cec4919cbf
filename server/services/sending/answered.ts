/* The message a reply answers, as the mailbox that the reply goes out by holds it: its thread there, and its ids as spelt. */
import type { MailboxId, MessageId } from '../../../lib/contract/ids.ts';
import { replyReferences } from '../../../lib/domain/reply.ts';
import { failureReason } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Provider } from '../../providers/provider.ts';
import { isFileCopy } from '../ingest/file-copy.ts';

export type CopyAnswered = { readonly providerMessageId: string; readonly providerThreadId: string };

/** Undefined where the mailbox holds no copy. */
export const findAnswered = async (
  tx: Tx,
  mailboxId: MailboxId,
  messageId: MessageId,
): Promise<CopyAnswered | undefined> => {
  const copies = await tx
    .selectFrom('candor.message_copy')
    .select(['provider_message_id as providerMessageId', 'provider_thread_id as providerThreadId'])
    .where('mailbox_id', '=', mailboxId)
    .where('message_id', '=', messageId)
    .where('gone_at', 'is', null)
    .execute();
  return copies.find(({ providerMessageId }) => !isFileCopy(providerMessageId));
};

/**
 * The ids a reply names, letter by letter as they stand in the mailbox: on record the part after the "@" is in lower case, and
 * some programs look for a parent by the very text. Undefined where the mailbox holds it no more, or may not be read.
 */
export const answeredAs = async (
  provider: Pick<Provider, 'readHeaders'>,
  { providerMessageId }: CopyAnswered,
  signal: AbortSignal,
): Promise<{ readonly inReplyTo: string; readonly references: readonly string[] } | undefined> => {
  try {
    const { headers } = await provider.readHeaders(providerMessageId, signal);
    const idsIn = (name: string) =>
      headers
        .filter((header) => header.name.toLowerCase() === name)
        .flatMap(({ value }) => [...value.matchAll(/<([^<>\s]+@[^<>\s]+)>/g)].map((match) => match[1] ?? ''));
    const [messageId] = idsIn('message-id');
    if (messageId === undefined) return undefined;
    const chain = { messageId, inReplyTo: idsIn('in-reply-to'), references: idsIn('references') };
    return { inReplyTo: messageId, references: replyReferences(chain) };
  } catch (thrown) {
    const reason = failureReason(thrown);
    if (reason === 'not-found' || reason === 'send-only') return undefined;
    throw thrown;
  }
};
