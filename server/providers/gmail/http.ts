/*
 * One authorised call by Google's own client: its turn, its units, its token, a bounded number of tries, and an answer that
 * is parsed. The client's own retries are off, since they sleep by a clock that no test owns. `media` is never used: for
 * uploads the client leaves `rootUrl` aside and would send the token elsewhere.
 */
import { gmail, type gmail_v1 } from '@googleapis/gmail';
import type { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { Fetch } from '../../base/http-fetch.ts';
import type { TokenSource } from '../access-tokens.ts';
import type { Priority } from '../provider.ts';
import { type Refusal, refusalOf, unreadableAnswer } from './failures.ts';
import { type GmailMethod, type GmailQuota, methodUnits } from './quota.ts';

export type GmailHttpOptions = {
  readonly auth: TokenSource;
  readonly rootUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly quota: GmailQuota;
  readonly priority: Priority;
};

export type CallOptions = { readonly signal: AbortSignal; readonly headers: Record<string, string> };

export type GmailHttp = {
  /** Throws: see refusalOf; the signal's reason when it is aborted. */
  readonly call: <Shape extends z.ZodType>(
    apiMethod: GmailMethod,
    shape: Shape,
    request: (users: gmail_v1.Resource$Users, options: CallOptions) => Promise<{ readonly data: unknown }>,
    signal: AbortSignal,
  ) => Promise<z.infer<Shape>>;
};

export const gmailHttp = ({ auth, rootUrl, fetch, clock, quota, priority }: GmailHttpOptions): GmailHttp => {
  const { users } = gmail({
    version: 'v1',
    rootUrl: rootUrl.endsWith('/') ? rootUrl : `${rootUrl}/`,
    retry: false,
    fetchImplementation: fetch,
  });

  return {
    call: async (apiMethod, shape, request, signal) => {
      let isTokenRefused = false;
      let wasRenewed = false;
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await quota.inTurn(async () => {
          quota.spend(methodUnits[apiMethod], priority);
          const token = await auth.accessToken(signal, isTokenRefused);
          return tryOnce(apiMethod, shape, clock, async () => {
            const callSignal = AbortSignal.any([signal, AbortSignal.timeout(longestCallMs)]);
            const answer = await request(users, {
              signal: callSignal,
              headers: { authorization: `Bearer ${token}` },
            });
            return answer.data;
          });
        }, signal);
        if ('value' in outcome) return outcome.value;
        signal.throwIfAborted();
        // A new token is asked for once: one that is refused as well means that the grant is gone.
        isTokenRefused = outcome.isUnauthenticated && !wasRenewed;
        wasRenewed ||= isTokenRefused;
        if (isTokenRefused) continue;
        if (!outcome.isPassing || attempt >= mostTries || onceOnly.has(apiMethod)) throw outcome.failure;
        await clock.sleep(firstWaitMs * 2 ** (attempt - 1), signal);
      }
    },
  };
};

/** What broke may have been done all the same: whoever asks looks first and then asks again. */
const onceOnly: ReadonlySet<GmailMethod> = new Set(['users.messages.send']);

const mostTries = 4;
/** Half a second, one, two: long enough for a broken connection, short enough for somebody who waits. */
const firstWaitMs = 500;
const longestCallMs = 60_000;

type Outcome<T> = { readonly value: T } | Refusal;

const tryOnce = async <Shape extends z.ZodType>(
  apiMethod: GmailMethod,
  shape: Shape,
  clock: Clock,
  request: () => Promise<unknown>,
): Promise<Outcome<z.infer<Shape>>> => {
  let data: unknown;
  try {
    data = await request();
  } catch (thrown) {
    return refusalOf(apiMethod, thrown, clock.now());
  }
  const parsed = shape.safeParse(data);
  return parsed.success ? { value: parsed.data } : unreadableAnswer(apiMethod, parsed.error);
};
