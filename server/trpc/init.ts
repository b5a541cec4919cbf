import { initTRPC, TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { bugWords, type FailureReason, failureWords } from '../../lib/contract/failure.ts';
import { Failure, failureReason } from '../base/failure.ts';
import type { Actor } from '../services/actor.ts';
import type { Services } from '../services/services.ts';

/** What every procedure is given. `actor` is absent when the request carries no live session. */
export type RequestContext = {
  readonly services: Services;
  readonly actor: Actor | undefined;
  readonly signOut: () => Promise<void>;
  /** Ends all sessions of a colleague's account, and what is on its way to become one. */
  readonly endSessions: (authUserId: string) => Promise<void>;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
};

/** thread-hidden answers as not-found does: that it exists is private. */
export const codeOf: Readonly<Record<FailureReason, TRPC_ERROR_CODE_KEY>> = {
  'not-signed-in': 'UNAUTHORIZED',
  'not-found': 'NOT_FOUND',
  'thread-hidden': 'NOT_FOUND',
  'policy-forbids': 'FORBIDDEN',
  'mailbox-disconnected': 'PRECONDITION_FAILED',
  'already-done': 'CONFLICT',
  'bad-input': 'BAD_REQUEST',
  'provider-busy': 'TOO_MANY_REQUESTS',
  'provider-refused': 'BAD_GATEWAY',
  'no-trash': 'PRECONDITION_FAILED',
  'too-large': 'PAYLOAD_TOO_LARGE',
  'recipient-refused': 'UNPROCESSABLE_CONTENT',
  'outcome-unknown': 'CONFLICT',
  'cannot-send': 'PRECONDITION_FAILED',
  'send-only': 'PRECONDITION_FAILED',
  'legal-hold': 'PRECONDITION_FAILED',
  'asked-before': 'CONFLICT',
  'asks-waiting': 'TOO_MANY_REQUESTS',
  'cannot-answer': 'PRECONDITION_FAILED',
  'search-too-short': 'BAD_REQUEST',
  'search-too-long': 'BAD_REQUEST',
};

/** What the client may know of a refusal: its reason and fixed words, never the cause or the message for the log. */
const reasonShown = (reason: FailureReason | undefined): FailureReason | undefined =>
  reason === 'thread-hidden' ? 'not-found' : reason;

const t = initTRPC.context<RequestContext>().create({
  errorFormatter: ({ shape, error }) => {
    const reason = reasonShown(
      failureReason(error.cause) ?? (error.code === 'BAD_REQUEST' ? 'bad-input' : undefined),
    );
    const words = reason === undefined ? bugWords : failureWords[reason];
    return {
      message: words.happened,
      code: shape.code,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, reason },
    };
  },
});

const failuresAsCodes = t.middleware(async ({ next, path, ctx }) => {
  const result = await next();
  if (result.ok) return result;
  const thrown = result.error.cause;
  if (thrown instanceof Failure) {
    ctx.services.log.info('request refused', { procedure: path, reason: thrown.reason });
    throw new TRPCError({ code: codeOf[thrown.reason], message: thrown.reason, cause: thrown });
  }
  if (result.error.code === 'INTERNAL_SERVER_ERROR')
    ctx.services.log.error('request failed', { procedure: path, error: result.error.cause });
  return result;
});

/** PostgreSQL keeps no NUL in a text, so one is refused at the door and not halfway through an act. */
const refuseNul = t.middleware(async ({ next, getRawInput }) => {
  if ((JSON.stringify(await getRawInput()) ?? '').includes('\\u0000'))
    throw new Failure('bad-input', 'a NUL character in the input');
  return next();
});

export const { router } = t;
export const createCaller = t.createCallerFactory;
export const publicProcedure = t.procedure.use(failuresAsCodes).use(refuseNul);
/** For a signed-in colleague: adds `actor`. */
export const personProcedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.actor === undefined) throw new Failure('not-signed-in', 'no live session');
  return next({ ctx: { ...ctx, actor: ctx.actor } });
});
/** For the company's owner and admins. */
export const adminProcedure = personProcedure.use(({ ctx, next }) => {
  if (ctx.actor.role !== 'owner' && ctx.actor.role !== 'admin') {
    throw new Failure('policy-forbids', 'admin procedure called by another role');
  }
  return next({ ctx });
});
