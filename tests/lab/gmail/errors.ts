/* Google's error body, so that a client classifies the lab's refusals by the very fields it meets in production. */

export class ApiRefusal extends Error {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: readonly unknown[] | undefined;

  constructor(
    status: number,
    reason: string,
    message: string,
    options: { headers?: Record<string, string>; details?: readonly unknown[] } = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.headers = options.headers ?? {};
    this.details = options.details;
  }
}

/** Shape: { error: { code, message, errors: [{ message, domain, reason }], status, details? } }. */
export const errorBody = (refusal: ApiRefusal) => ({
  error: {
    code: refusal.status,
    message: refusal.message,
    errors: [
      {
        message: refusal.message,
        domain: quotaReasons.has(refusal.reason) ? 'usageLimits' : 'global',
        reason: refusal.reason,
      },
    ],
    status: canonicalStatus[refusal.status] ?? 'UNKNOWN',
    ...(refusal.details === undefined ? {} : { details: refusal.details }),
  },
});

export const notFound = () => new ApiRefusal(404, 'notFound', 'Requested entity was not found.');
export const invalid = (message: string) => new ApiRefusal(400, 'invalidArgument', message);
export const unauthenticated = () =>
  new ApiRefusal(401, 'authError', 'Request had invalid authentication credentials.', {
    headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  });
export const loginRequired = () =>
  new ApiRefusal(401, 'required', 'Request is missing required authentication credential.');
export const forbidden = (message: string) => new ApiRefusal(403, 'forbidden', message);
export const scopeInsufficient = (apiMethod: string) =>
  new ApiRefusal(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', {
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
        metadata: { service: 'gmail.googleapis.com', method: apiMethod },
      },
    ],
  });

const quotaReasons = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'dailyLimitExceeded',
  'quotaExceeded',
]);

/** Source: google.rpc.Code as JSON APIs map it, https://cloud.google.com/apis/design/errors, read 2026-11. */
const canonicalStatus: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** A refusal on purpose, with a reason that fits its status where none is named. */
export const injectedBody = (status: number, reason: string | undefined): string =>
  JSON.stringify(
    errorBody(
      new ApiRefusal(status, reason ?? usualReasons[status] ?? 'backendError', 'Injected by the lab.'),
    ),
  );

const usualReasons: Readonly<Record<number, string>> = {
  400: 'invalidArgument',
  401: 'authError',
  403: 'rateLimitExceeded',
  404: 'notFound',
  429: 'rateLimitExceeded',
};
