/* Questions and answers as they stand on the wire, alone or inside a batch. */
import type { LabOauth } from '../oauth.ts';
import type { Reply } from './api.ts';
import { badRequest, errorBody, GraphRefusal } from './errors.ts';

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  /** A message's source, where one came in the body's place: base64 as it was sent. */
  readonly mime?: string;
};
export type Answered =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: string | Buffer }
  | 'reset';

export const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const toAnswer = ({ status, json, raw }: Reply): Answered => {
  if (raw !== undefined) return { status: 200, headers: { 'content-type': 'text/plain' }, body: raw };
  return json === undefined
    ? { status: status ?? 204, headers: {}, body: '' }
    : jsonAnswer(status ?? 200, json);
};

export const refused = (refusal: GraphRefusal) =>
  jsonAnswer(refusal.status, errorBody(refusal), { ...refusal.headers });

export const attempt = async (answer: () => Promise<Answered>): Promise<Answered> => {
  try {
    return await answer();
  } catch (thrown) {
    return refused(
      thrown instanceof GraphRefusal
        ? thrown
        : new GraphRefusal(500, 'labDefect', `The lab is wrong: ${String(thrown)}`),
    );
  }
};

export const fromOauth = (given: ReturnType<LabOauth['answer']>): Exclude<Answered, 'reset'> => {
  if (given === undefined) return refused(badRequest('The lab has no such page.'));
  if (given.type === 'json') return jsonAnswer(given.status, given.body);
  const headers: Record<string, string> =
    given.type === 'html' ? { 'content-type': 'text/html; charset=utf-8' } : { location: String(given.body) };
  return { status: given.status, headers, body: given.type === 'html' ? String(given.body) : '' };
};

/** What an inner answer's body is: JSON as it is, anything else in base64. */
export const parsed = ({ headers, body }: Exclude<Answered, 'reset'>): unknown => {
  if (body.length === 0) return undefined;
  if (headers['content-type']?.startsWith('application/json') === false)
    return Buffer.from(body).toString('base64');
  try {
    return JSON.parse(String(body));
  } catch {
    return String(body);
  }
};
