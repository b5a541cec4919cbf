/* Sign-in by a code the person confirms on the server's own page. Source: RFC 8628, sec. 3.1-3.5. */
import { z } from 'zod';
import { serverFetch, Unserved } from './server-fetch.ts';
import type { World } from './world.ts';

const clientId = 'candor-extension';
const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
/** Where the server names none. Source: RFC 8628, sec. 3.2. */
const defaultIntervalSeconds = 5;
const answerWithinMs = 15_000;

export type DeviceCode = {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  readonly lifetimeMs: number;
  readonly intervalMs: number;
};

/** Throws Unserved. */
export const startDeviceFlow = async (world: World, serverAddress: string): Promise<DeviceCode> => {
  const { json } = await post(world, `${serverAddress}/api/auth/device/code`, {
    client_id: clientId,
    scope: '',
  });
  const code = CodeAnswer.safeParse(json);
  if (!code.success) throw new Unserved('bug', code.error);
  return {
    deviceCode: code.data.device_code,
    userCode: code.data.user_code,
    verificationUrl: code.data.verification_uri_complete ?? code.data.verification_uri,
    lifetimeMs: code.data.expires_in * 1000,
    intervalMs: (code.data.interval ?? defaultIntervalSeconds) * 1000,
  };
};

/** The session token once the person confirmed; until then, what the server says of it. Throws Unserved. */
export const askDeviceToken = async (
  world: World,
  serverAddress: string,
  deviceCode: string,
): Promise<{ state: 'confirmed'; token: string } | { state: 'pending' | 'slow-down' | 'over' }> => {
  const { status, json } = await post(world, `${serverAddress}/api/auth/device/token`, {
    grant_type: grantType,
    device_code: deviceCode,
    client_id: clientId,
  });
  const answer = TokenAnswer.safeParse(json);
  if (!answer.success) throw new Unserved(status >= 500 ? 'server-unreachable' : 'bug', answer.error);
  if ('access_token' in answer.data) return { state: 'confirmed', token: answer.data.access_token };
  switch (answer.data.error) {
    case 'authorization_pending':
      return { state: 'pending' };
    case 'slow_down':
      return { state: 'slow-down' };
    default:
      return { state: 'over' };
  }
};

// The address is shown as a link: it must not be able to hold a script.
const pageUrl = z.url({ protocol: /^https?$/ });

const CodeAnswer = z.object({
  device_code: z.string().min(1),
  user_code: z.string().min(1),
  verification_uri: pageUrl,
  verification_uri_complete: pageUrl.optional(),
  expires_in: z.number().positive(),
  interval: z.number().nonnegative().optional(),
});

const TokenAnswer = z.union([z.object({ access_token: z.string().min(1) }), z.object({ error: z.string() })]);

const post = (world: World, url: string, body: Record<string, string>) =>
  serverFetch(
    world,
    url,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    answerWithinMs,
  );
