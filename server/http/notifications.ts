/*
 * Where providers call when something changed. Anybody can call here, so nothing is believed: Graph's notices must carry the
 * secret that was given to the subscription, Gmail's the signature of Google. Each is answered once a job is enqueued, long
 * before the provider's time is over, and whoever sent rubbish learns nothing from the answer.
 */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Failure } from '../base/failure.ts';
import { type Notice, takeNotices } from '../services/mailboxes/notices.ts';
import type { Services } from '../services/services.ts';
import type { App } from './edge.ts';

/** For changes and for what befalls the subscription: register it as both of Graph's URLs. */
export const graphHookPath = '/hooks/graph';
/** The push endpoint of the Pub/Sub subscription. */
export const gmailHookPath = '/hooks/gmail';

export const addNotifications = (app: App, services: Services): void => {
  app.post(graphHookPath, { bodyLimit: graphBodyBytes }, async (request, reply) => {
    const { validationToken } = request.query as { validationToken?: unknown };
    if (validationToken !== undefined) return answerHandshake(reply, validationToken);
    const parsed = GraphBody.safeParse(request.body);
    if (!parsed.success) return reply.code(400).send();
    await takeNotices(services, 'graph', parsed.data.value.map(toNotice), false);
    return reply.code(202).send();
  });
  const feed = services.gmailNotices;
  if (feed?.by !== 'call') return;
  app.post(gmailHookPath, { bodyLimit: gmailBodyBytes }, async (request, reply) => {
    try {
      const name = await feed.open(
        request.headers.authorization ?? '',
        request.body,
        AbortSignal.timeout(openWithinMs),
      );
      await takeNotices(services, 'gmail', [{ name, event: 'changed' }], true);
      return reply.code(204).send();
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      services.log.info('a call to the Gmail hook was not taken', { reason: thrown.reason });
      // One that Google did sign and that says nothing to us would otherwise come again for a week.
      return reply.code(gmailStatus[thrown.reason] ?? 503).send();
    }
  });
};

/** Graph gathers notices into one call; a thousand of them fit. */
const graphBodyBytes = 524_288;
/** A notice of Gmail's has about 400 bytes. */
const gmailBodyBytes = 16_384;
const openWithinMs = 8_000;
/** Source: the token of a validation request is an opaque string in the query, read 2026-11. */
const longestToken = 4_096;

const gmailStatus: Partial<Readonly<Record<Failure['reason'], number>>> = {
  'policy-forbids': 401,
  'bad-input': 204,
};

/**
 * Graph makes sure that we want its calls: the token comes back as text within ten seconds, or there is no subscription.
 * Source: Microsoft Graph, "Receive change notifications through webhooks", read 2026-11.
 */
const answerHandshake = (reply: FastifyReply, token: unknown): FastifyReply =>
  typeof token === 'string' && token.length <= longestToken
    ? reply.code(200).type('text/plain; charset=utf-8').send(token)
    : reply.code(400).send();

/** Source: changeNotificationCollection of Microsoft Graph v1.0, read 2026-11. `clientState` has at most 128 characters. */
const GraphNotice = z.object({
  subscriptionId: z.string().min(1).max(256),
  clientState: z.string().max(128).nullish(),
  lifecycleEvent: z.string().max(64).nullish(),
});
const GraphBody = z.object({ value: z.array(GraphNotice).max(1_000) });

/** Source: as above, "Reduce missing subscriptions and change notifications". An event that is new to us is worth a look. */
const lifecycleEvents: Readonly<Record<string, Notice['event']>> = {
  reauthorizationRequired: 'expiring',
  subscriptionRemoved: 'removed',
  missed: 'missed',
};

const toNotice = (notice: z.infer<typeof GraphNotice>): Notice => ({
  name: notice.subscriptionId,
  proof: notice.clientState ?? undefined,
  event: notice.lifecycleEvent == null ? 'changed' : (lifecycleEvents[notice.lifecycleEvent] ?? 'missed'),
});
