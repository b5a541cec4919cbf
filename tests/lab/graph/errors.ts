/* Graph's error body, so that a client classifies the lab's refusals by the very fields it meets in production. */

export class GraphRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Shape: { error: { code, message, innerError } }. Source: Microsoft Graph "Error responses", read 2026-11. */
export const errorBody = ({ code, message }: { readonly code: string; readonly message: string }) => ({
  error: { code, message, innerError: { 'request-id': '00000000-0000-4000-8000-000000000000' } },
});

export const notFound = () =>
  new GraphRefusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
export const malformedId = () => new GraphRefusal(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
export const badRequest = (message: string) => new GraphRefusal(400, 'BadRequest', message);
export const tooDear = () =>
  new GraphRefusal(
    400,
    'InefficientFilter',
    'The restriction or sort order is too complex for this operation.',
  );
export const unauthenticated = () =>
  new GraphRefusal(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.');
export const accessDenied = () =>
  new GraphRefusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
export const throttled = (retryAfterSeconds: number) =>
  new GraphRefusal(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', {
    'retry-after': String(retryAfterSeconds),
  });

/** A refusal on purpose, with a code that fits its status where none is named. */
export const injectedBody = (status: number, code: string | undefined): string =>
  JSON.stringify(
    errorBody({ code: code ?? usualCodes[status] ?? 'ServiceUnavailable', message: 'Injected by the lab.' }),
  );

const usualCodes: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'ErrorAccessDenied',
  404: 'ErrorItemNotFound',
  409: 'ErrorConflict',
  410: 'SyncStateNotFound',
  429: 'ApplicationThrottled',
};
