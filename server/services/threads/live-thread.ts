/* The open thread as the mailbox holds it now: headers only, held in memory for a moment, never stored. */
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { readHeaders } from '../../providers/mime.ts';
import type { CopyHeaders } from '../../providers/provider.ts';
import type { Actor } from '../actor.ts';
import { withMailbox } from '../mailboxes/mailbox-access.ts';
import type { Services } from '../services.ts';

export type LiveThread = {
  readonly messages: readonly { readonly copy: CopyHeaders; readonly headers: MessageHeaders }[];
  readonly windowFrom: number | null;
};

/** Oldest message first. Throws: not-found, mailbox-disconnected, provider-busy, provider-refused. */
export const readLiveThread = (
  services: Services,
  actor: Actor,
  mailboxId: MailboxId,
  providerThreadId: string,
  signal: AbortSignal,
): Promise<LiveThread> =>
  withMailbox(
    services,
    { companyId: actor.companyId, mailboxId },
    'person',
    async (provider, mailbox) => {
      const copies = await provider.readThread(providerThreadId, signal);
      return {
        messages: copies.map((copy) => ({ copy, headers: readHeaders(copy.headers, copy.receivedAt) })),
        windowFrom: mailbox.windowFrom,
      };
    },
    signal,
  );
