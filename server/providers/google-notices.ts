/*
 * Notices of Gmail's as they come out of Pub/Sub: fetched from a pull subscription, for a server that nobody reaches from
 * outside, or sent to us under Google's signature. Each holds a mailbox's address and a history id, of which only the address
 * is read. They may come twice, late or in any order.
 */
import { readFile } from 'node:fs/promises';
import { JWT } from 'google-auth-library';
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { foldAddress, parseAddress } from '../../lib/domain/address.ts';
import { Failure } from '../base/failure.ts';
import type { Fetch } from '../base/http-fetch.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import type { NoticeFeed } from './notice-feed.ts';

export type ServiceKey = z.infer<typeof ServiceKey>;

/** Throws StartRefusal: the file is read once, at start. */
export const readServiceKey = async (path: string): Promise<ServiceKey> => {
  try {
    return ServiceKey.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Without its cause: what a parser says may quote the key.
    throw new StartRefusal(
      "GOOGLE_SERVICE_KEY must be the path of a service account's key file in JSON, as Google Cloud gives it.",
    );
  }
};

/** `subscription`: "projects/…/subscriptions/…", with the role of a subscriber for the key's account. */
export const pulledNotices = (pubsub: {
  readonly subscription: string;
  readonly key: ServiceKey;
  readonly rootUrl: string;
  readonly fetch: Fetch;
}): NoticeFeed => {
  const { subscription, key, rootUrl, fetch } = pubsub;
  const account = new JWT({
    email: key.client_email,
    key: key.private_key,
    keyId: key.private_key_id,
    scopes: ['https://www.googleapis.com/auth/pubsub'],
  });
  // A token that the key itself signs: no accounts server is asked. Source: AIP-4111, read 2026-11.
  account.useJWTAccessWithScope = true;

  const call = async <Shape extends z.ZodType>(
    verb: 'pull' | 'acknowledge',
    body: unknown,
    shape: Shape,
    signal: AbortSignal,
  ): Promise<z.infer<Shape>> => {
    const headers = await account.getRequestHeaders();
    headers.set('content-type', 'application/json');
    let answer: Response;
    let data: unknown;
    try {
      answer = await fetch(new URL(`/v1/${subscription}:${verb}`, rootUrl), {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(longestCallMs)]),
      });
      data = answer.ok ? await answer.json() : undefined;
    } catch (thrown) {
      signal.throwIfAborted();
      throw new Failure('provider-refused', `Pub/Sub cannot be reached to ${verb}`, { cause: thrown });
    }
    if (answer.status === 429)
      throw new Failure('provider-busy', `Pub/Sub asks to wait with ${verb}`, { retryAfterMs: busyWaitMs });
    if (!answer.ok) throw new Failure('provider-refused', `Pub/Sub answers ${answer.status} to ${verb}`);
    const parsed = shape.safeParse(data);
    if (parsed.success) return parsed.data;
    throw new Failure('provider-refused', `Pub/Sub's answer to ${verb} cannot be read`, {
      cause: parsed.error,
    });
  };

  return {
    by: 'pull',
    next: async (signal) => {
      const { receivedMessages } = await call('pull', { maxMessages: mostAtOnce }, PullAnswer, signal);
      const names = receivedMessages.flatMap(({ message }) => readName(message.data) ?? []);
      return {
        names,
        unreadableCount: receivedMessages.length - names.length,
        settle: async (settling) => {
          const ackIds = receivedMessages.map(({ ackId }) => ackId);
          if (ackIds.length > 0) await call('acknowledge', { ackIds }, z.object({}), settling);
        },
      };
    },
  };
};

/** `audience`: the address that the subscription calls; `sender`: the service account it calls as. */
export const calledNotices = (google: {
  readonly issuer: string;
  readonly audience: string;
  readonly sender: string;
  readonly fetch: Fetch;
}): NoticeFeed => {
  const { issuer, audience, sender, fetch } = google;
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  const readKeys = async (signal: AbortSignal) => {
    if (keys !== undefined) return keys;
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`, { signal });
    const { jwks_uri } = z.object({ jwks_uri: z.url() }).parse(await discovery.json());
    keys = createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: fetch });
    return keys;
  };

  const requireSigned = async (token: string, signal: AbortSignal): Promise<void> => {
    let claims: unknown;
    try {
      const verified = await jwtVerify(token, await readKeys(signal), {
        issuer,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat'],
      });
      claims = verified.payload;
    } catch (thrown) {
      if (thrown instanceof errors.JOSEError && unsignedCodes.has(thrown.code))
        throw new Failure('policy-forbids', 'a token that Google did not sign for us', {
          cause: { code: thrown.code },
        });
      throw new Failure('provider-refused', "Google's keys cannot be read", { cause: thrown });
    }
    const sent = Sender.safeParse(claims);
    if (!sent.success || sent.data.email !== sender)
      throw new Failure('policy-forbids', 'signed by Google for another sender');
  };

  return {
    by: 'call',
    open: async (authorization, body, signal) => {
      const token = /^Bearer (\S{1,8192})$/i.exec(authorization)?.[1];
      if (token === undefined) throw new Failure('policy-forbids', 'no token');
      await requireSigned(token, signal);
      const name = readName(PushBody.safeParse(body).data?.message.data);
      if (name === undefined) throw new Failure('bad-input', 'a signed notice that cannot be read');
      return name;
    },
  };
};

/** As Pub/Sub's clients ask for. */
const mostAtOnce = 100;
/** Pub/Sub answers a pull that finds nothing within about a minute and a half. */
const longestCallMs = 120_000;
const busyWaitMs = 60_000;

const ServiceKey = z.object({
  client_email: z.email(),
  private_key: z.string().startsWith('-----BEGIN'),
  private_key_id: z.string().min(1),
});

/** Source: PubsubMessage and PullResponse of the Pub/Sub REST API v1, read 2026-11. */
const PubsubMessage = z.object({ data: z.string().max(16_384).optional() });
const PullAnswer = z.object({
  receivedMessages: z
    .array(z.object({ ackId: z.string().min(1), message: PubsubMessage.default({}) }))
    .default([]),
});
const PushBody = z.object({ message: PubsubMessage });

const Sender = z.object({ email: z.string(), email_verified: z.literal(true) });

/** Codes of the library that speak of the token; any other is about fetching the keys. */
const unsignedCodes = new Set([
  'ERR_JWT_CLAIM_VALIDATION_FAILED',
  'ERR_JWT_EXPIRED',
  'ERR_JWT_INVALID',
  'ERR_JWS_INVALID',
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
  'ERR_JOSE_ALG_NOT_ALLOWED',
  'ERR_JOSE_NOT_SUPPORTED',
]);

/** Source: Gmail API, "Configure push notifications": { emailAddress, historyId } in base64, either alphabet. Read 2026-11. */
const GmailNotice = z.object({ emailAddress: z.string().max(320) });

const readName = (data: string | undefined): string | undefined => {
  if (data === undefined) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  } catch {
    // Whoever asked counts it as unreadable.
    return undefined;
  }
  const notice = GmailNotice.safeParse(said);
  const address = notice.success ? parseAddress(notice.data.emailAddress) : undefined;
  return address === undefined ? undefined : foldAddress(address);
};
