/* The one HTTP server: tRPC, sign-in and its pages, provider consents and notifications, health. */

import type { FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { extensionOrigin } from '../../lib/contract/extension.ts';
import { readActor } from '../services/people/people.ts';
import { type AppRouter, appRouter } from '../trpc/router.ts';
import { addConsentPages } from './consent-pages.ts';
import { type Edge, toHeaders } from './edge.ts';
import { addJoinPages } from './join-pages.ts';
import { addNotifications } from './notifications.ts';
import { styleHash } from './pages.ts';
import { addSignInPages } from './sign-in-pages.ts';

/** Larger bodies are refused before they are read. */
const bodyLimitBytes = 1_048_576;

/** Listens on the port (0: any free one) and gives back the one it got. */
export const listen = async (
  edge: Edge,
  at: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> => {
  const { services } = edge;
  const app = Fastify({
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: 5000 },
    forceCloseConnections: true,
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
  app.addHook('onRequest', refuseForeignWrites(services.publicUrl));
  app.addHook('preHandler', refuseNul);
  app.addHook('onSend', addSafeHeaders);
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) services.log.error('a request failed', { status, error });
    return reply
      .code(status)
      .type('text/plain')
      .send(status >= 500 ? 'Something went wrong inside Candor.' : 'Candor could not read that request.');
  });
  addSignInPages(app, edge);
  addJoinPages(app, edge);
  addConsentPages(app, edge);
  addNotifications(app, services);
  app.get('/health', () => ({ ok: true }));
  await app.register(fastifyTRPCPlugin, trpcOptions(edge));
  await app.listen(at);
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { port: address.port, close: () => app.close() };
};

const trpcOptions = ({ services, signIn }: Edge) =>
  ({
    prefix: '/trpc',
    trpcOptions: {
      router: appRouter,
      // Queries come by POST, so that no address or search text stands in a URL that a proxy keeps.
      allowMethodOverride: true,
      createContext: async ({ req, res }) => {
        const headers = toHeaders(req);
        const gone = new AbortController();
        res.raw.on('close', () => gone.abort());
        const userId = headers.has('authorization') ? await signIn.userOf(headers) : undefined;
        return {
          services,
          actor: userId === undefined ? undefined : await readActor(services, userId),
          signOut: () => signIn.signOut(headers),
          endSessions: signIn.endSessions,
          signal: gone.signal,
        };
      },
    } satisfies FastifyTRPCPluginOptions<AppRouter>['trpcOptions'],
  }) as const;

/** A browser tells where a write comes from; one from another site is not the person's own. */
const refuseForeignWrites =
  (publicUrl: string) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { origin } = request.headers;
    if (request.method === 'GET' || origin === undefined) return undefined;
    if (origin === new URL(publicUrl).origin || origin === extensionOrigin) return undefined;
    return reply.code(403).type('text/plain').send('Candor takes this only from its own pages.');
  };

/** PostgreSQL keeps no NUL in a text; what tRPC is sent, it looks at itself, to answer with a reason. */
const refuseNul = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
  if (request.url.startsWith('/trpc/')) return undefined;
  const hasNul = /%00/.test(request.url) || (JSON.stringify(request.body) ?? '').includes('\\u0000');
  return hasNul ? reply.code(400).type('text/plain').send('Candor could not read that request.') : undefined;
};

const addSafeHeaders = async (
  _request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> => {
  reply.header(
    'content-security-policy',
    `default-src 'none'; style-src ${styleHash}; form-action 'self' https: http://127.0.0.1:*; frame-ancestors 'none'; base-uri 'none'`,
  );
  // Not no-referrer: that would make browsers send "Origin: null" with our own forms.
  reply.header('referrer-policy', 'same-origin');
  reply.header('x-content-type-options', 'nosniff');
  if (reply.getHeader('cache-control') === undefined) reply.header('cache-control', 'no-store');
  return payload;
};
