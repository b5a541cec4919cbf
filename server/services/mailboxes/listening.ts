/*
 * Mailboxes that tell of changes by a connection that stays open. Several worker processes may run: each mailbox is listened
 * to by the one that holds its lease, and a process that died gives it up by saying nothing for a while.
 */
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import type { Services } from '../services.ts';
import { withMailbox } from './mailbox-access.ts';

export type ListenedTo = { readonly companyId: CompanyId; readonly mailboxId: MailboxId };

/**
 * The mailboxes this process is to listen to until it asks again, at most `leaseMs` later: those it listens to already and
 * those nobody does. None of a company that has its mailboxes looked at only so often.
 */
export const takeListening = (
  services: Services,
  listenerId: string,
  leaseMs: number,
): Promise<readonly ListenedTo[]> =>
  services.db.transaction({ kind: 'system' }, (tx) => {
    const now = services.clock.now();
    return tx
      .updateTable('candor.mailbox_push')
      .set({ listener_id: listenerId, listens_until: now + leaseMs })
      .where('pushed_by', '=', 'connection')
      .where((where) =>
        where.or([
          where('listener_id', 'is', null),
          where('listener_id', '=', listenerId),
          where('listens_until', '<=', now),
        ]),
      )
      .where((where) =>
        where.exists(
          where
            .selectFrom('candor.mailbox')
            .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox.company_id')
            .select('candor.mailbox.id')
            .where('candor.policy.look_every_minutes', 'is', null)
            .whereRef('candor.mailbox.id', '=', 'candor.mailbox_push.mailbox_id')
            .where('candor.mailbox.state', '=', 'connected'),
        ),
      )
      .returning(['company_id as companyId', 'mailbox_id as mailboxId'])
      .execute();
  });

/** Leaves all mailboxes to other processes at once. */
export const leaveListening = (services: Services, listenerId: string): Promise<void> =>
  services.db.transaction({ kind: 'system' }, async (tx) => {
    await tx
      .updateTable('candor.mailbox_push')
      .set({ listener_id: null, listens_until: null })
      .where('listener_id', '=', listenerId)
      .execute();
  });

/**
 * Stays connected and enqueues a pull at each hint, until the signal aborts or the connection breaks. Throws as the
 * provider's `listen`; mailbox-disconnected is recorded besides.
 */
export const listenToMailbox = (services: Services, at: ListenedTo, signal: AbortSignal): Promise<void> =>
  withMailbox(
    services,
    at,
    'background',
    async ({ push }) => {
      if (push?.by !== 'connection') return;
      const pullSoon = () => services.enqueue({ kind: 'mailbox.pull', ...at });
      // What came while nobody listened.
      await pullSoon();
      await push.listen(() => {
        void pullSoon().catch((error: unknown) =>
          services.log.warn('a hint could not be enqueued', { mailboxId: at.mailboxId, error }),
        );
      }, signal);
    },
    signal,
  );
