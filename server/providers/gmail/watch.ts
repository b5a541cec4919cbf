/* Gmail tells of changes in a mailbox by Pub/Sub: a watch that lives a week, and says no more than whose mailbox it is. */
import { z } from 'zod';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import type { Push } from '../provider.ts';
import type { GmailHttp } from './http.ts';

/** `topic`: "projects/…/topics/…", on which Gmail was granted to publish. */
export const gmailPush = (
  http: GmailHttp,
  topic: string,
  clock: Clock,
  readAddress: (signal: AbortSignal) => Promise<Address>,
): Push => ({
  by: 'subscription',
  // The same call begins and prolongs: a mailbox has one watch, and the last call is the one that counts.
  renew: async (_held, signal) => {
    const name = foldAddress(await readAddress(signal));
    const { expiration } = await topicMayBeWrong(() =>
      http.call(
        'users.watch',
        WatchAnswer,
        (users, options) =>
          users.watch(
            {
              userId: 'me',
              requestBody: { topicName: topic, labelIds: neverKept, labelFilterBehavior: 'exclude' },
            },
            options,
          ),
        signal,
      ),
    );
    const expiresAt = Number(expiration);
    return { name, expiresAt, renewAt: Math.min(clock.now() + renewEveryMs, expiresAt) };
  },
  end: async (_held, signal) => {
    await http.call(
      'users.stop',
      z.unknown(),
      (users, options) => users.stop({ userId: 'me' }, options),
      signal,
    );
  },
});

/** Source: Gmail API, "Configure push notifications": call watch once a day; it ends after seven. Read 2026-11. */
const renewEveryMs = 86_400_000;

/**
 * Nothing under these is ever kept. A draft is saved every few seconds while it is written, and of a mailbox's events Gmail
 * drops all but one a second: those would be the ones that get through.
 */
const neverKept = ['DRAFT', 'SPAM'];

/** Source: Schema$WatchResponse in @googleapis/gmail 22.0.1. */
const WatchAnswer = z.object({ expiration: z.string().regex(/^\d{1,15}$/) });

/** A topic that is not there, or that Gmail may not publish to, is the server's set-up, not the mailbox. */
const topicMayBeWrong = async <T>(watch: () => Promise<T>): Promise<T> => {
  try {
    return await watch();
  } catch (thrown) {
    const reason = failureReason(thrown);
    if (reason !== 'not-found' && reason !== 'bad-input') throw thrown;
    throw new Failure('provider-refused', 'Gmail takes GMAIL_PUSH_TOPIC for no topic of its project', {
      cause: thrown,
    });
  }
};
