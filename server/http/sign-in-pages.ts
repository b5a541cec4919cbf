/* Signing in on the server's own pages, and confirming the extension there (RFC 8628 sec. 3.3). */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type App, actorOf, type Edge, ownPath, show, toHeaders } from './edge.ts';
import { deviceCodePage, devicePage, signInPage, wordsPage } from './pages.ts';

const SignInForm = z.object({
  to: z.string().default('/'),
  address: z.string().max(320),
  password: z.string().max(1000),
});
const DeviceForm = z.object({ user_code: z.string().max(20), answer: z.enum(['approve', 'deny']) });
/** Of all the sign-in library serves, what comes from outside: the device flow, and the way back from Google or Microsoft. */
const openPaths = /^\/api\/auth\/(device\/(code|token)|callback\/(google|microsoft))$/;
const UserCode = z.string().regex(/^[A-Za-z0-9-]{4,20}$/);

export const addSignInPages = (app: App, { services, signIn }: Edge): void => {
  const api = (path: string, headers: Headers, body: unknown): Promise<Response> => {
    headers.set('content-type', 'application/json');
    headers.set('origin', services.publicUrl);
    headers.delete('content-length');
    return signIn.handle(
      new Request(`${services.publicUrl}/api/auth${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      }),
    );
  };

  app.all('/api/auth/*', async (request, reply) => {
    const { pathname } = new URL(request.url, services.publicUrl);
    if (!openPaths.test(pathname)) return reply.code(404).type('text/plain').send('Candor has nothing here.');
    const init: RequestInit = { method: request.method, headers: toHeaders(request) };
    if (request.method !== 'GET' && request.method !== 'HEAD') init.body = JSON.stringify(request.body ?? {});
    return passOn(await signIn.handle(new Request(`${services.publicUrl}${request.url}`, init)), reply);
  });

  app.get('/', async (request, reply) => {
    const actor = await actorOf({ services, signIn }, request);
    if (actor === undefined) return show(reply, signInPage('/', signIn.providers, ''));
    return show(
      reply,
      wordsPage('Signed in', [
        `You are signed in as ${actor.name} (${actor.address}).`,
        'Open the Candor extension to go on.',
      ]),
    );
  });
  app.get('/sign-in', (request, reply) => {
    const { to } = z.object({ to: z.string().default('/') }).parse(request.query);
    return show(reply, signInPage(ownPath(to), signIn.providers, ''));
  });
  app.post('/sign-in', async (request, reply) => {
    const form = SignInForm.safeParse(request.body);
    if (!form.success)
      return show(reply.code(400), signInPage('/', signIn.providers, '', 'Enter your address and password.'));
    const { to, address, password } = form.data;
    const answer = await api('/sign-in/email', toHeaders(request), { email: address, password });
    if (answer.status === 429) {
      return show(
        reply.code(429),
        signInPage(ownPath(to), signIn.providers, address, 'Too many tries. Wait a minute, then try again.'),
      );
    }
    if (!answer.ok) {
      return show(
        reply.code(401),
        signInPage(
          ownPath(to),
          signIn.providers,
          address,
          'That address and password do not go together. Nothing was changed. Try again.',
        ),
      );
    }
    copyCookies(answer, reply);
    return reply.redirect(ownPath(to), 303);
  });
  app.post('/sign-in/:provider', async (request, reply) => {
    const asked = z.object({ provider: z.enum(['google', 'microsoft']) }).safeParse(request.params);
    if (!asked.success) return reply.redirect('/sign-in/refused', 303);
    const { provider } = asked.data;
    const { to } = z.object({ to: z.string().default('/') }).parse(request.body ?? {});
    const answer = await api('/sign-in/social', toHeaders(request), {
      provider,
      callbackURL: ownPath(to),
      errorCallbackURL: '/sign-in/refused',
    });
    if (answer.status === 429) {
      const words = 'Too many tries. Wait a minute, then try again.';
      return show(reply.code(429), signInPage(ownPath(to), signIn.providers, '', words));
    }
    if (!answer.ok) return reply.redirect('/sign-in/refused', 303);
    const { url } = z.object({ url: z.url() }).parse(await answer.json());
    copyCookies(answer, reply);
    return reply.redirect(url, 303);
  });
  app.get('/sign-in/refused', (_request, reply) =>
    show(
      reply.code(401),
      wordsPage('Not signed in', [
        'That account is not one Candor knows, or the sign-in was cancelled. Nothing was changed.',
        'Sign in with the address you were invited with, or ask an admin of your company for an invitation.',
      ]),
    ),
  );

  app.get('/device', async (request, reply) => {
    const code = z.object({ user_code: UserCode.optional() }).safeParse(request.query);
    if (!code.success || code.data.user_code === undefined) return show(reply, deviceCodePage());
    const actor = await actorOf({ services, signIn }, request);
    const here = `/device?user_code=${encodeURIComponent(code.data.user_code)}`;
    if (actor === undefined) return reply.redirect(`/sign-in?to=${encodeURIComponent(here)}`, 303);
    const known = await signIn.handle(
      new Request(`${services.publicUrl}/api/auth${here}`, { headers: toHeaders(request) }),
    );
    if (known.status === 429)
      return show(reply.code(429), deviceCodePage('Too many tries. Wait a minute, then try again.'));
    if (!known.ok)
      return show(
        reply.code(404),
        deviceCodePage('This code is not known, or its ten minutes are over. Start again in the extension.'),
      );
    return show(reply, devicePage(code.data.user_code, actor.name));
  });
  app.post('/device', async (request, reply) => {
    const form = DeviceForm.safeParse(request.body);
    if (!form.success)
      return show(reply.code(400), deviceCodePage('Enter the code as the extension shows it.'));
    const { user_code: userCode, answer: wanted } = form.data;
    const answer = await api(`/device/${wanted}`, toHeaders(request), { userCode });
    if (!answer.ok) {
      return show(
        reply.code(400),
        deviceCodePage('This code is not known, or it was answered before. Start again in the extension.'),
      );
    }
    return show(
      reply,
      wanted === 'approve'
        ? wordsPage('Connected', ['The extension is signed in as you. You can close this tab.'])
        : wordsPage('Not connected', [
            'The extension was not signed in. If you did not ask for it, nothing more is to be done.',
          ]),
    );
  });
};

const copyCookies = (from: Response, reply: FastifyReply): void => {
  for (const cookie of from.headers.getSetCookie()) reply.header('set-cookie', cookie);
};

const passOn = async (answer: Response, reply: FastifyReply): Promise<FastifyReply> => {
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value);
  copyCookies(answer, reply);
  return reply.code(answer.status).send(Buffer.from(await answer.arrayBuffer()));
};
