/* Many requests in one. Source: Microsoft Graph "Combine multiple HTTP requests using JSON batching", read 2026-11. */
import { badRequest } from './errors.ts';

export type InnerRequest = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
};

const mostInner = 20;

/** Throws: 400 for more than twenty, for ids that stand twice, and for a body without its type. */
export const readBatch = (body: Record<string, unknown>, authorization: string): readonly InnerRequest[] => {
  const requests = body.requests;
  if (!Array.isArray(requests) || requests.length === 0) throw badRequest('A batch has requests.');
  if (requests.length > mostInner) throw badRequest('A batch has twenty requests at most.');
  const ids = new Set<string>();
  return requests.map((one: Record<string, unknown>) => {
    const { id, method, url, headers = {}, body: inner } = one;
    if (typeof id !== 'string' || ids.has(id)) throw badRequest('Each request has an id of its own.');
    if (typeof method !== 'string' || typeof url !== 'string' || !url.startsWith('/'))
      throw badRequest('A request has a method and a path below the version.');
    ids.add(id);
    const own = new Headers(headers as Record<string, string>);
    if (inner !== undefined && own.get('content-type') === null)
      throw badRequest('A request with a body names its Content-Type.');
    // Inner requests are let in by the outer one's token.
    own.set('authorization', authorization);
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    return {
      id,
      method,
      path,
      query: new URLSearchParams(query),
      headers: own,
      body: (inner ?? {}) as Record<string, unknown>,
    };
  });
};
