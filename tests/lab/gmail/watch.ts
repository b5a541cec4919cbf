/* Gmail's watches: one a mailbox, for a week, telling a Pub/Sub topic that something changed and nothing else. */
import { z } from 'zod';
import type { PubsubLab } from '../pubsub.ts';
import { ApiRefusal, invalid } from './errors.ts';
import type { HistoryRecord, Mailbox } from './mailbox.ts';

/** Source: Gmail API, "Configure push notifications", read 2026-11. */
export const gmailPublisher = 'gmail-api-push@system.gserviceaccount.com';
const watchLifeMs = 7 * 86_400_000;
/** "Each user being watched has a maximum notification rate of 1 event/sec; any above that rate will be dropped." */
const eventEveryMs = 1_000;

export type Watches = {
  /** Throws: 400 for what is no topic, 404 for one that is not there, 403 for one that Gmail may not publish to. */
  readonly watch: (mailbox: Mailbox, body: unknown) => { historyId: string; expiration: string };
  readonly stop: (mailbox: Mailbox) => void;
  readonly onRecord: (mailbox: Mailbox, record: HistoryRecord) => void;
  /** Events that were one too many in their second. */
  readonly dropped: () => number;
  readonly isWatched: (address: string) => boolean;
};

export const createWatches = (now: () => number, pubsub: PubsubLab | undefined): Watches => {
  const watched = new Map<string, Watch>();
  const lastEvents = new Map<string, number>();
  let dropped = 0;

  const live = (address: string): Watch | undefined => {
    const watch = watched.get(address);
    return watch === undefined || watch.expiresAt <= now() ? undefined : watch;
  };
  const tell = (mailbox: Mailbox, topicName: string) => {
    const said = JSON.stringify({ emailAddress: mailbox.address, historyId: Number(mailbox.historyId()) });
    const outcome = pubsub?.publish(topicName, gmailPublisher, Buffer.from(said)) ?? 'no-topic';
    lastEvents.set(mailbox.address, now());
    return outcome;
  };

  return {
    watch: (mailbox, body) => {
      const { topicName, labelIds, labelFilterBehavior } = WatchBody.parse(body);
      if (!/^projects\/[^/]+\/topics\/[^/]+$/.test(topicName)) throw invalid('Invalid topicName');
      for (const label of labelIds) mailbox.labels.require(label);
      // Gmail tries the topic before it agrees to anything.
      const outcome = tell(mailbox, topicName);
      if (outcome === 'no-topic')
        throw new ApiRefusal(404, 'notFound', `Resource not found (resource=${topicName}).`);
      if (outcome === 'not-granted')
        throw new ApiRefusal(
          403,
          'forbidden',
          `Error sending test message to Cloud PubSub ${topicName} : User not authorized to perform this action.`,
        );
      const expiresAt = now() + watchLifeMs;
      watched.set(mailbox.address, { topicName, labelIds, labelFilterBehavior, expiresAt });
      return { historyId: String(mailbox.historyId()), expiration: String(expiresAt) };
    },
    stop: ({ address }) => {
      watched.delete(address);
    },
    onRecord: (mailbox, { message, labelIds }) => {
      const watch = live(mailbox.address);
      if (watch === undefined) return;
      const concerned = [...message.labelIds, ...labelIds].some((label) => watch.labelIds.includes(label));
      const isWanted = watch.labelIds.length === 0 || concerned === (watch.labelFilterBehavior === 'include');
      if (!isWanted) return;
      if (now() - (lastEvents.get(mailbox.address) ?? Number.NEGATIVE_INFINITY) < eventEveryMs) dropped += 1;
      else tell(mailbox, watch.topicName);
    },
    dropped: () => dropped,
    isWatched: (address) => live(address) !== undefined,
  };
};

type Watch = Readonly<z.infer<typeof WatchBody>> & { readonly expiresAt: number };

const WatchBody = z.strictObject({
  topicName: z.string(),
  labelIds: z.array(z.string()).default([]),
  labelFilterBehavior: z.enum(['include', 'exclude']).default('include'),
});
