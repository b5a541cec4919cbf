/*
 * Who is at the other end: passwords, Google or Microsoft where configured, sessions, and pairing the extension by the
 * device flow (RFC 8628). All of it is better-auth's. Accounts are made only by the first set-up and by invitation, so
 * nobody signs up by themselves.
 */
import { betterAuth } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';
import { makeSignature } from 'better-auth/crypto';
import { bearer, deviceAuthorization, genericOAuth } from 'better-auth/plugins';
import type { Pool } from 'pg';
import { z } from 'zod';
import { extensionOrigin } from '../../lib/contract/extension.ts';
import { Failure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';

export const minPasswordLength = 10;
/** Set by the edge from the socket; what a client sends under this name is thrown away. */
export const clientAddressHeader = 'x-candor-client-address';
const extensionClientId = 'candor-extension';
const sessionDays = 30;

/** An identity provider people may sign in with. Its discovery document says the rest. */
export type SignInProvider = {
  readonly providerId: 'google' | 'microsoft';
  /** For Microsoft the issuer of the company's own tenant: an address from any tenant proves nothing. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

export type SignInOptions = {
  /** Connections whose search path is the schema `auth`. */
  readonly pool: Pool;
  /** Origin people reach this server at. */
  readonly publicUrl: string;
  readonly secret: string;
  readonly providers: readonly SignInProvider[];
  readonly log: Log;
};

export type SignIn = {
  /** Serves everything under /api/auth. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Sign-in user id of a live session, by cookie or bearer token. */
  readonly userOf: (headers: Headers) => Promise<string | undefined>;
  /** Ends the session the headers carry. */
  readonly signOut: (headers: Headers) => Promise<void>;
  /** Ends every session of the account, and each pairing of an extension that is under way. */
  readonly endSessions: (userId: string) => Promise<void>;
  /** Makes the account. Throws: already-done when the address has one. */
  readonly createUser: (user: { name: string; address: string; password: string }) => Promise<string>;
  /** Undoes createUser when what should have followed failed. */
  readonly removeUser: (userId: string) => Promise<void>;
  readonly providers: readonly SignInProvider['providerId'][];
};

export const createSignIn = (options: SignInOptions): SignIn => {
  const auth = betterAuth({
    database: options.pool,
    secret: options.secret,
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    telemetry: { enabled: false },
    trustedOrigins: [options.publicUrl, extensionOrigin],
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength },
    session: { expiresIn: sessionDays * 86_400, updateAge: 86_400 },
    // Signing in needs to know who it is, once: no token of Google's or Microsoft's is kept for it.
    databaseHooks: {
      account: { create: { before: withoutTokens }, update: { before: withoutTokens } },
    },
    account: {
      accountLinking: { enabled: true, trustedProviders: options.providers.map((each) => each.providerId) },
    },
    // Counted by the address of the peer. An office behind one address signs in within a minute; a guesser gets nowhere.
    rateLimit: {
      enabled: true,
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: 60, max: 20 },
        '/sign-in/social': { window: 60, max: 20 },
        // The library's own five in ten minutes would keep the sixth colleague of an office from connecting their extension.
        '/device': { window: 60, max: 20 },
      },
    },
    advanced: {
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      cookiePrefix: 'candor',
      useSecureCookies: options.publicUrl.startsWith('https:'),
    },
    logger: {
      level: 'warn',
      log: (level) => options.log.warn('sign-in library reported a fault', { kind: level }),
    },
    // Thrown on to the edge, which logs it safely: the library would print it whole, values and all.
    onAPIError: { throw: true },
    hooks: { after: signedDeviceToken(options.secret) },
    plugins: [
      // Only signed tokens count, so what stands in the session table opens nothing by itself.
      bearer({ requireSignature: true }),
      deviceAuthorization({
        verificationUri: '/device',
        expiresIn: '10m',
        interval: '2s',
        validateClient: (clientId) => clientId === extensionClientId,
      }),
      genericOAuth({
        config: options.providers.map((each) => ({
          providerId: each.providerId,
          clientId: each.clientId,
          clientSecret: each.clientSecret,
          discoveryUrl: `${each.issuer}/.well-known/openid-configuration`,
          scopes: ['openid', 'email', 'profile'],
          pkce: true,
          requireIdTokenVerification: true,
          disableSignUp: true,
        })),
      }),
    ],
  });

  return {
    handle: (request) => auth.handler(request),
    userOf: async (headers) => (await auth.api.getSession({ headers }))?.user.id,
    signOut: async (headers) => {
      await auth.api.signOut({ headers });
    },
    endSessions: async (userId) => {
      const { internalAdapter, adapter } = await auth.$context;
      await adapter.deleteMany({ model: 'deviceCode', where: [{ field: 'userId', value: userId }] });
      await internalAdapter.deleteUserSessions(userId);
    },
    createUser: async ({ name, address, password }) => {
      const { internalAdapter, password: passwords } = await auth.$context;
      const refuseTaken = async (cause?: unknown) => {
        if ((await internalAdapter.findUserByEmail(address)) !== null)
          throw new Failure('already-done', 'a sign-in with this address exists', { cause });
      };
      await refuseTaken();
      const user = await internalAdapter
        .createUser({ email: address, name, emailVerified: true }, { method: 'admin' })
        .catch(async (thrown: unknown) => {
          // Somebody else made it between the look and now.
          await refuseTaken(thrown);
          throw thrown;
        });
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: await passwords.hash(password),
      });
      return user.id;
    },
    removeUser: async (userId) => {
      const { internalAdapter } = await auth.$context;
      await internalAdapter.deleteUser(userId);
    },
    providers: options.providers.map((each) => each.providerId),
  };
};

const withoutTokens = async <Account extends object>(account: Account) => ({
  data: { ...account, accessToken: null, refreshToken: null, idToken: null },
});

const DeviceToken = z.looseObject({ access_token: z.string() });

/** The device flow hands out the bare session token; signed, as everywhere else, it is worth nothing to a reader of the table. */
const signedDeviceToken = (secret: string) =>
  createAuthMiddleware(async (ctx) => {
    if (ctx.path !== '/device/token') return;
    const returned = DeviceToken.safeParse(ctx.context.returned);
    if (!returned.success) return;
    const token = returned.data.access_token;
    return ctx.json({ ...returned.data, access_token: `${token}.${await makeSignature(token, secret)}` });
  });
