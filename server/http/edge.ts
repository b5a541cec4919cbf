/* What every part of the HTTP edge leans on: who asks, and how a page is given back. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readActor } from '../services/people/people.ts';
import type { Services } from '../services/services.ts';
import { clientAddressHeader, type SignIn } from './sign-in.ts';

export type App = FastifyInstance;
export type Edge = { readonly services: Services; readonly signIn: SignIn };

export const toHeaders = (request: FastifyRequest): Headers => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set(clientAddressHeader, request.ip);
  return headers;
};

/** The colleague signed in by the page's cookie. */
export const actorOf = async ({ services, signIn }: Edge, request: FastifyRequest) => {
  const userId = await signIn.userOf(toHeaders(request));
  return userId === undefined ? undefined : readActor(services, userId);
};

export const show = (reply: FastifyReply, page: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page);

/** Only a path of this server: `to` comes from the address bar. */
export const ownPath = (to: string): string => {
  const base = 'http://candor.invalid';
  const url = URL.canParse(to, base) ? new URL(to, base) : new URL(base);
  return url.origin === base ? `${url.pathname}${url.search}` : '/';
};
