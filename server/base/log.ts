/*
 * The server's log. Only the fields named here get out, and only with values that cannot hold mail: ids, counts, times
 * and words from closed lists. An error is logged by name, code and stack; its message stays in (it may quote data),
 * except a Failure's and a StartRefusal's, whose messages are ours.
 */
import { type DestinationStream, pino } from 'pino';
import { Failure } from './failure.ts';
import { StartRefusal } from './start-refusal.ts';

export type LogFields = { readonly [Name in FieldName]?: Field<Name> | undefined } & {
  readonly error?: unknown;
};

export type Log = {
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
};

/** `event` must be a literal: text that is put together could carry data, and does not compile. */
type Write = <const Event extends string>(
  event: string extends Event ? never : Event,
  fields?: LogFields,
) => void;

export const createLog = (destination?: DestinationStream): Log => {
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination(1),
  );
  const write =
    (level: 'info' | 'warn' | 'error'): Write =>
    (event, fields = {}) =>
      logger[level](toSafeFields(fields), event);
  return { info: write('info'), warn: write('warn'), error: write('error') };
};

const isText = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);

const checks = {
  id: isText(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  count: (value: unknown) => typeof value === 'number' && Number.isFinite(value),
  flag: (value: unknown) => typeof value === 'boolean',
  // Words as we write them, and codes as Node and PostgreSQL do; neither fits an address, a token or a sentence.
  word: isText(/^[a-z]+(-[a-z0-9]+)*$/),
  code: isText(/^[A-Z0-9_]{1,40}$/),
  path: isText(/^[a-z]+(\.[A-Za-z]+)*$/),
  version: isText(/^\d+(\.\d+)*$/),
} as const;

const fieldKinds = {
  actionKey: 'id',
  candidateId: 'id',
  companyId: 'id',
  jobId: 'id',
  mailboxId: 'id',
  outgoingId: 'id',
  messageId: 'id',
  personId: 'id',
  requestId: 'id',
  threadId: 'id',
  attempts: 'count',
  count: 'count',
  droppedCount: 'count',
  failedCount: 'count',
  heldCount: 'count',
  keptCount: 'count',
  pid: 'count',
  port: 'count',
  retryAfterMs: 'count',
  sizeBytes: 'count',
  status: 'count',
  tookMs: 'count',
  hasMore: 'flag',
  isReset: 'flag',
  kind: 'word',
  osUser: 'word',
  provider: 'word',
  queue: 'word',
  reason: 'word',
  role: 'word',
  rule: 'word',
  state: 'word',
  code: 'code',
  signal: 'code',
  job: 'path',
  procedure: 'path',
  version: 'version',
} as const satisfies Record<string, keyof typeof checks>;

type FieldName = keyof typeof fieldKinds;
type Values = { count: number; flag: boolean };
type Field<Name extends FieldName> = (typeof fieldKinds)[Name] extends infer Kind
  ? Kind extends keyof Values
    ? Values[Kind]
    : string
  : never;

const toSafeFields = (fields: LogFields): Record<string, unknown> => {
  const safe: Record<string, unknown> = {};
  let leftOut = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === 'error') safe.error = toSafeError(value);
    else {
      const isSafe = Object.hasOwn(fieldKinds, name) && checks[fieldKinds[name as FieldName]](value);
      if (isSafe) safe[name] = value;
      else leftOut += 1;
    }
  }
  if (leftOut > 0) safe.leftOut = leftOut;
  return safe;
};

const toSafeError = (thrown: unknown, depth = 0): Record<string, unknown> => {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: /^[A-Z][A-Za-z]{1,40}$/.test(thrown.name) ? thrown.name : 'Error',
    ...(checks.code(code) || checks.count(code) ? { code } : {}),
    ...(thrown instanceof Failure ? { reason: thrown.reason } : {}),
    ...(thrown instanceof Failure || thrown instanceof StartRefusal ? { message: thrown.message } : {}),
    // The first lines of a stack repeat the message.
    stack: (thrown.stack ?? '')
      .split('\n')
      .filter((line) => /^ {4}at /.test(line))
      .slice(0, 20),
    ...(thrown.cause === undefined || depth >= 3 ? {} : { cause: toSafeError(thrown.cause, depth + 1) }),
  };
};
