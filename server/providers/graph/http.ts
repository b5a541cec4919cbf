/*
 * One authorised call to Graph: its turn, its token, a bounded number of tries, and an answer that is parsed. Plain `fetch`,
 * not Microsoft's client: that takes every link apart and puts it together anew, where Graph wants it back as it was, sleeps
 * by a clock that no test owns, and leaves the token out without a word where the address is not https.
 * A token goes to the configured address only, whatever a link says. Every request asks for ids that outlive a move.
 */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { Fetch } from '../../base/http-fetch.ts';
import type { TokenSource } from '../access-tokens.ts';
import type { MailboxQuota } from '../mailbox-quota.ts';
import type { Priority } from '../provider.ts';
import { type Answer, type Refusal, refusalOf, unreachable, unreadableAnswer } from './failures.ts';
import { mostInFlight } from './quota.ts';

export type GraphHttpOptions = {
  readonly auth: TokenSource;
  readonly rootUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly quota: MailboxQuota;
  readonly priority: Priority;
};

export type GraphRequest = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the version: "/me/messages?$top=10". */
  readonly path: string;
  readonly body?: unknown;
  /** A message's source instead, which Graph takes in base64. */
  readonly mime?: Buffer;
  /** What broke may have been done all the same: whoever asks looks first and then asks again. */
  readonly isOnce?: true;
  /** Items of one page, where a list is asked for. A list of changes takes no `$top`. */
  readonly pageSize?: number;
};

export type GraphHttp = {
  /** Throws: see refusalOf; the signal's reason when it is aborted. `name` is for the log: no ids of people in it. */
  readonly call: <Shape extends z.ZodType>(
    name: string,
    request: GraphRequest,
    shape: Shape,
    signal: AbortSignal,
  ) => Promise<z.infer<Shape>>;
  /** Answers in the order of the requests, each for itself: one may be refused while others are not. Throws where none was heard. */
  readonly batch: <Shape extends z.ZodType>(
    name: string,
    requests: readonly GraphRequest[],
    shape: Shape,
    signal: AbortSignal,
  ) => Promise<readonly Outcome<z.infer<Shape>>[]>;
  /** The bytes of an answer. Throws: too-large as soon as there are more than `maxBytes`. */
  readonly download: (
    name: string,
    path: string,
    maxBytes: number,
    signal: AbortSignal,
  ) => Promise<Uint8Array>;
  /** A link Graph gave -> the path it stands for, otherwise as it is. Throws: provider-refused for one that leads elsewhere. */
  readonly pathOf: (link: string) => string;
};

export type Outcome<T> = { readonly value: T } | Refusal;

/** Source: Microsoft Graph "Combine multiple HTTP requests using JSON batching", read 2026-11. */
const mostInBatch = 20;

export const graphHttp = ({ auth, rootUrl, fetch, clock, quota, priority }: GraphHttpOptions): GraphHttp => {
  const base = new URL('v1.0', rootUrl.endsWith('/') ? rootUrl : `${rootUrl}/`).href;

  /** One request until it is answered, refused, or given up. */
  const persist = async <T>(
    units: number,
    signal: AbortSignal,
    once: (token: string, callSignal: AbortSignal) => Promise<Outcome<T>>,
    tries = mostTries,
  ): Promise<T> => {
    let isTokenRefused = false;
    let wasRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await quota.inTurn(
        async () => {
          quota.spend(units, priority);
          const token = await auth.accessToken(signal, isTokenRefused);
          return once(token, AbortSignal.any([signal, AbortSignal.timeout(longestCallMs)]));
        },
        signal,
        Math.min(units, mostInFlight),
      );
      if ('value' in outcome) return outcome.value;
      signal.throwIfAborted();
      // A new token is asked for once: one that is refused as well means that the grant is gone.
      isTokenRefused = outcome.isUnauthenticated && !wasRenewed;
      wasRenewed ||= isTokenRefused;
      if (isTokenRefused) continue;
      if (!outcome.isPassing || attempt >= tries) throw outcome.failure;
      await clock.sleep(firstWaitMs * 2 ** (attempt - 1), signal);
    }
  };

  const send = (request: GraphRequest, token: string, signal: AbortSignal): Promise<Response> =>
    fetch(`${base}${request.path}`, {
      method: request.method ?? 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        ...requestHeaders(request),
      },
      ...(request.mime !== undefined
        ? { body: request.mime.toString('base64') }
        : request.body === undefined
          ? {}
          : { body: JSON.stringify(request.body) }),
      // Nothing of what is asked for here lies elsewhere.
      redirect: 'error',
      signal,
    });

  const callOnce = async <Shape extends z.ZodType>(
    name: string,
    request: GraphRequest,
    shape: Shape,
    token: string,
    signal: AbortSignal,
  ): Promise<Outcome<z.infer<Shape>>> => {
    let answer: Answer;
    try {
      const response = await send(request, token, signal);
      answer = {
        status: response.status,
        retryAfter: response.headers.get('retry-after') ?? undefined,
        body: readJson(await response.text()),
      };
    } catch (thrown) {
      return unreachable(name, thrown);
    }
    return read(name, answer, shape, clock.now());
  };

  const call: GraphHttp['call'] = (name, request, shape, signal) =>
    persist(
      1,
      signal,
      (token, callSignal) => callOnce(name, request, shape, token, callSignal),
      request.isOnce === true ? 1 : mostTries,
    );

  const batchOf = async <Shape extends z.ZodType>(
    name: string,
    requests: readonly GraphRequest[],
    shape: Shape,
    signal: AbortSignal,
  ): Promise<readonly Outcome<z.infer<Shape>>[]> => {
    const posted: GraphRequest = {
      method: 'POST',
      path: '/$batch',
      body: {
        requests: requests.map((request, nth) => ({
          id: String(nth),
          method: request.method ?? 'GET',
          url: request.path,
          headers: requestHeaders(request),
          ...(request.body === undefined ? {} : { body: request.body }),
        })),
      },
    };
    const { responses } = await persist(requests.length, signal, (token, callSignal) =>
      callOnce(name, posted, BatchAnswer, token, callSignal),
    );
    return requests.map((_, nth) => {
      const found = responses.find(({ id }) => id === String(nth));
      if (found === undefined) return unreadableAnswer(name, undefined);
      const headers = Object.entries(found.headers ?? {});
      const retryAfter = headers.find(([header]) => header.toLowerCase() === 'retry-after')?.[1];
      return read(name, { status: found.status, retryAfter, body: found.body }, shape, clock.now());
    });
  };

  return {
    call,
    batch: async (name, requests, shape, signal) => {
      const outcomes: Outcome<z.infer<typeof shape>>[] = [];
      for (let from = 0; from < requests.length; from += mostInBatch)
        outcomes.push(...(await batchOf(name, requests.slice(from, from + mostInBatch), shape, signal)));
      return outcomes;
    },
    download: (name, path, maxBytes, signal) =>
      persist(1, signal, async (token, callSignal) => {
        try {
          const response = await send({ path }, token, callSignal);
          if (response.ok) return { value: await readBytes(response, maxBytes) };
          const retryAfter = response.headers.get('retry-after') ?? undefined;
          const body = readJson(await response.text());
          return (
            refusalOf(name, { status: response.status, retryAfter, body }, clock.now()) ??
            unreadableAnswer(name, undefined)
          );
        } catch (thrown) {
          if (thrown instanceof Failure) throw thrown;
          return unreachable(name, thrown);
        }
      }),
    pathOf: (link) => {
      if (!link.startsWith(`${base}/`) || new URL(link).origin !== new URL(base).origin)
        throw new Failure('provider-refused', 'Graph gave a link that leads elsewhere');
      return link.slice(base.length);
    },
  };
};

const mostTries = 4;
/** Half a second, one, two: long enough for a broken connection, short enough for somebody who waits. */
const firstWaitMs = 500;
const longestCallMs = 60_000;

const requestHeaders = ({ body, mime, pageSize }: GraphRequest): Record<string, string> => ({
  prefer: ['IdType="ImmutableId"', ...(pageSize === undefined ? [] : [`odata.maxpagesize=${pageSize}`])].join(
    ', ',
  ),
  ...(mime !== undefined
    ? { 'content-type': 'text/plain' }
    : body === undefined
      ? {}
      : { 'content-type': 'application/json' }),
});

const BatchAnswer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.int(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown(),
    }),
  ),
});

const read = <Shape extends z.ZodType>(
  name: string,
  answer: Answer,
  shape: Shape,
  now: number,
): Outcome<z.infer<Shape>> => {
  const refusal = refusalOf(name, answer, now);
  if (refusal !== undefined) return refusal;
  const parsed = shape.safeParse(answer.body);
  return parsed.success ? { value: parsed.data } : unreadableAnswer(name, parsed.error);
};

/** Undefined for what is no JSON, an empty answer among it. */
const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const readBytes = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength;
    // Leaving the loop ends the download.
    if (sizeBytes > maxBytes) throw new Failure('too-large', `A message has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
};
