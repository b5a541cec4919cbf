/*
 * Change notifications of one mailbox. A notification says no more than that something changed, and carries the secret given
 * here. What Graph grants is never counted on: the end it names is, and it is prolonged when a third of the time is over, so
 * that two tries may fail.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import type { Subscription as PortSubscription, Push } from '../provider.ts';
import { Done, Subscription, SubscriptionList } from './answers.ts';
import type { GraphHttp } from './http.ts';
import { readAll } from './pages.ts';

/** Where Graph sends notifications. The second can't be added to a subscription later on, so it is never left out. */
export type NotificationUrls = {
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string;
};

export const graphPush = (http: GraphHttp, clock: Clock, urls: NotificationUrls): Push => {
  const end = async (id: string, signal: AbortSignal): Promise<void> => {
    try {
      await http.call('subscriptions/delete', { method: 'DELETE', path: pathOf(id) }, Done, signal);
    } catch (thrown) {
      if (failureReason(thrown) !== 'not-found') throw thrown;
    }
  };

  const create = async (proof: string, signal: AbortSignal): Promise<PortSubscription> => {
    const body = {
      changeType: 'created,updated,deleted',
      ...urls,
      resource: '/me/messages',
      expirationDateTime: new Date(clock.now() + lifeMs).toISOString(),
      clientState: proof,
    };
    const made = await http.call(
      'subscriptions/create',
      { method: 'POST', path: '/subscriptions', body },
      Subscription,
      signal,
    );
    return toPort(made, proof, clock);
  };

  /** One that stands already tells its secret to nobody, so that it is taken over by putting a new one in its place. */
  const replace = async (proof: string, signal: AbortSignal): Promise<PortSubscription> => {
    const standing = await readAll(http, 'subscriptions/list', '/subscriptions', SubscriptionList, signal);
    for (const one of standing) if (one.notificationUrl === urls.notificationUrl) await end(one.id, signal);
    return create(proof, signal);
  };

  const begin = async (signal: AbortSignal): Promise<PortSubscription> => {
    const proof = randomBytes(proofBytes).toString('base64url');
    try {
      return await create(proof, signal);
    } catch (thrown) {
      if (failureReason(thrown) !== 'already-done') throw thrown;
      return replace(proof, signal);
    }
  };

  return {
    by: 'subscription',
    renew: async (held, signal) => {
      if (held?.proof === undefined) return begin(signal);
      try {
        const body = { expirationDateTime: new Date(clock.now() + lifeMs).toISOString() };
        const prolonged = await http.call(
          'subscriptions/update',
          { method: 'PATCH', path: pathOf(held.name), body },
          Subscription,
          signal,
        );
        return toPort(prolonged, held.proof, clock);
      } catch (thrown) {
        if (failureReason(thrown) !== 'not-found') throw thrown;
        return begin(signal);
      }
    },
    end: (held, signal) => end(held.name, signal),
  };
};

/** An hour less than the longest. Source: Microsoft Graph, subscription resource, "maximum lifetime", Outlook message: 10,080 minutes, read 2026-11. */
const lifeMs = (10_080 - 60) * 60_000;
/** 43 characters; Graph takes 128. */
const proofBytes = 32;

const pathOf = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`;

const toPort = (
  { id, expirationDateTime }: { readonly id: string; readonly expirationDateTime: number },
  proof: string,
  clock: Clock,
): PortSubscription => {
  const now = clock.now();
  if (expirationDateTime <= now)
    throw new Failure('provider-refused', 'Graph gave a subscription that is over');
  return {
    name: id,
    proof,
    renewAt: now + Math.floor((expirationDateTime - now) / 3),
    expiresAt: expirationDateTime,
  };
};
