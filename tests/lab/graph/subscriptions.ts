/*
 * Subscriptions of every account, and what is really sent for them: the handshake before one is made, a notification for each
 * change with the secret that was given, and what Graph tells of the subscription itself.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { badRequest, GraphRefusal, notFound } from './errors.ts';
import type { StoredMessage } from './mailbox.ts';

export type LabSubscription = {
  readonly id: string;
  readonly owner: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string;
  readonly isImmutable: boolean;
  expiresAt: number;
};
export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';
/** What became of one notification. 'slow': the answer took longer than Graph waits for. */
export type SentNotification = {
  readonly url: string;
  readonly outcome: number | 'slow' | 'unreachable';
};

/** Source: Microsoft Graph, subscription resource, "maximum lifetime", Outlook message, read 2026-11. */
const longestMinutes = 10_080;
const shortestMinutes = 45;
/** Source: Microsoft Graph, "Receive change notifications through webhooks", read 2026-11. */
const usualAckMs = 3_000;
const handshakeMs = 10_000;
const longestState = 128;

export const createSubscriptions = (now: () => number, ackMs = usualAckMs) => {
  const held = new Map<string, LabSubscription>();
  const sent: SentNotification[] = [];
  const sending = new Set<Promise<void>>();

  const live = (id: string, owner: string): LabSubscription => {
    const found = held.get(id);
    if (found === undefined || found.owner !== owner || found.expiresAt <= now()) {
      held.delete(id);
      throw notFound();
    }
    return found;
  };

  const post = (url: string, body: unknown): void => {
    const done = (async () => {
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(ackMs),
        });
        await answer.arrayBuffer();
        sent.push({ url, outcome: answer.status });
      } catch (thrown) {
        const isSlow = thrown instanceof DOMException && thrown.name === 'TimeoutError';
        sent.push({ url, outcome: isSlow ? 'slow' : 'unreachable' });
      }
    })();
    sending.add(done);
    void done.finally(() => sending.delete(done));
  };

  const envelope = (one: LabSubscription) => ({
    subscriptionId: one.id,
    subscriptionExpirationDateTime: new Date(one.expiresAt).toISOString(),
    clientState: one.clientState,
    tenantId: '00000000-0000-4000-8000-00000000aaaa',
  });

  return {
    sent: sent as readonly SentNotification[],
    /** Once everything that was begun is answered or given up. */
    settled: async (): Promise<void> => {
      while (sending.size > 0) await Promise.all(sending);
    },
    of: (owner: string): readonly LabSubscription[] =>
      [...held.values()].filter((one) => one.owner === owner && one.expiresAt > now()),
    create: async (owner: string, body: Record<string, unknown>, isImmutable: boolean) => {
      const { changeType, notificationUrl, lifecycleNotificationUrl, resource, clientState } = body;
      if (
        typeof notificationUrl !== 'string' ||
        typeof resource !== 'string' ||
        typeof changeType !== 'string'
      )
        throw badRequest('A property of the subscription is missing.');
      if (!/^\/?me\/(mailFolders\('?[^/]+'?\)\/)?messages$/.test(resource))
        throw badRequest('Unsupported resource.');
      if (typeof clientState !== 'string' || clientState.length > longestState)
        throw badRequest('clientState is too long.');
      const expiresAt = expiryOf(body.expirationDateTime, now());
      const urls = [notificationUrl, lifecycleNotificationUrl].filter((url) => typeof url === 'string');
      for (const url of urls) await handshake(url);
      const twin = [...held.values()].find(
        (one) => one.owner === owner && one.resource === resource && one.notificationUrl === notificationUrl,
      );
      if (twin !== undefined && twin.expiresAt > now())
        throw new GraphRefusal(409, 'ErrorConflict', 'A subscription like this exists already.');
      const one: LabSubscription = {
        id: randomUUID(),
        owner,
        resource,
        changeType,
        notificationUrl,
        lifecycleNotificationUrl:
          typeof lifecycleNotificationUrl === 'string' ? lifecycleNotificationUrl : undefined,
        clientState,
        isImmutable,
        expiresAt,
      };
      held.set(one.id, one);
      return one;
    },
    update: (owner: string, id: string, body: Record<string, unknown>) => {
      const one = live(id, owner);
      for (const name of Object.keys(body))
        if (name !== 'expirationDateTime') throw badRequest(`'${name}' cannot be changed.`);
      one.expiresAt = expiryOf(body.expirationDateTime, now());
      return one;
    },
    remove: (owner: string, id: string): void => {
      held.delete(live(id, owner).id);
    },
    /** As Graph does by itself. */
    lose: (owner: string): void => {
      for (const one of held.values()) if (one.owner === owner) held.delete(one.id);
    },
    notify: (
      owner: string,
      changeType: string,
      message: StoredMessage,
      idOf: (isImmutable: boolean) => string,
    ) => {
      for (const one of held.values()) {
        if (one.owner !== owner || one.expiresAt <= now()) continue;
        if (!one.changeType.split(',').includes(changeType)) continue;
        const id = idOf(one.isImmutable);
        post(one.notificationUrl, {
          value: [
            {
              ...envelope(one),
              changeType,
              resource: `Users/${message.folderId.length}/Messages/${id}`,
              resourceData: { '@odata.type': '#Microsoft.Graph.Message', id },
            },
          ],
        });
      }
    },
    tellOf: (owner: string, lifecycleEvent: LifecycleEvent): void => {
      for (const one of held.values()) {
        if (one.owner !== owner || one.lifecycleNotificationUrl === undefined) continue;
        post(one.lifecycleNotificationUrl, { value: [{ ...envelope(one), lifecycleEvent }] });
        if (lifecycleEvent === 'subscriptionRemoved') held.delete(one.id);
      }
    },
  };
};

export type Subscriptions = ReturnType<typeof createSubscriptions>;

/** Throws: 400 for a time that is none, is over, or is longer than Graph grants. */
const expiryOf = (text: unknown, now: number): number => {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || at <= now) throw badRequest('expirationDateTime is not in the future.');
  if (at > now + longestMinutes * 60_000)
    throw badRequest('Subscription expiration can only be 10080 minutes in the future.');
  return Math.max(at, now + shortestMinutes * 60_000);
};

/** The URL has to answer with the very token, as plain text. Throws: 400 where it does not. */
const handshake = async (url: string): Promise<void> => {
  const token = `Validation: ${randomBytes(12).toString('hex')} <&>`;
  const refused = () => badRequest('Subscription validation request failed.');
  let answer: Response;
  let text: string;
  try {
    const asked = new URL(url);
    asked.searchParams.set('validationToken', token);
    answer = await fetch(asked, { method: 'POST', signal: AbortSignal.timeout(handshakeMs) });
    text = await answer.text();
  } catch (cause) {
    throw Object.assign(refused(), { cause });
  }
  if (answer.status !== 200 || text !== token) throw refused();
  if (!answer.headers.get('content-type')?.startsWith('text/plain')) throw refused();
};
