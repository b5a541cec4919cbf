import type { FailureReason } from '../../lib/contract/failure.ts';

/** An expected refusal. Anything else that is thrown is a bug. */
export class Failure extends Error {
  readonly reason: FailureReason;
  /** How long the provider asked us to wait, where it said so. */
  readonly retryAfterMs: number | undefined;

  /** `message` is for the log: ids, counts and reasons only. The words for a person stand in lib/contract/failure.ts. */
  constructor(
    reason: FailureReason,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The failure's reason, or undefined for a bug. */
export const failureReason = (thrown: unknown): FailureReason | undefined =>
  thrown instanceof Failure ? thrown.reason : undefined;
