/* Access tokens for one mailbox out of its refresh token: one renewal at a time, shortly before the last one ends. */
import type { Clock } from '../base/clock.ts';
import type { Access, GoogleConsent } from './google-consent.ts';

export type GoogleTokens = {
  /** `isRefused`: the last one was not taken. Throws as `refreshAccess`. */
  readonly accessToken: (signal: AbortSignal, isRefused?: boolean) => Promise<string>;
};

/** `access`: one that is at hand already, fresh from consent. Keep one a mailbox, so that renewals are shared. */
export const googleTokens = (
  consent: Pick<GoogleConsent, 'refreshAccess'>,
  refreshToken: string,
  clock: Clock,
  access?: Access,
): GoogleTokens => {
  let current = access;
  let renewal: Renewal | undefined;

  const begin = (signal: AbortSignal): Renewal => {
    const begun: Renewal = {
      signal,
      access: consent.refreshAccess(refreshToken, signal).finally(() => {
        if (renewal === begun) renewal = undefined;
      }),
    };
    return begun;
  };

  const renew = async (signal: AbortSignal): Promise<Access> => {
    for (;;) {
      renewal ??= begin(signal);
      const shared = renewal;
      try {
        current = await orAborted(shared.access, signal);
        return current;
      } catch (thrown) {
        // Whoever began it was stopped; that is no reason to stop for those who only waited.
        if (signal.aborted || !shared.signal.aborted) throw thrown;
      }
    }
  };

  return {
    accessToken: async (signal, isRefused = false) => {
      if (current !== undefined && !isRefused && current.expiresAt - clock.now() > spareMs)
        return current.accessToken;
      return (await renew(signal)).accessToken;
    },
  };
};

type Renewal = { readonly signal: AbortSignal; readonly access: Promise<Access> };

/** A token is not used in its last minute, so that no call outlives it. */
const spareMs = 60_000;

const orAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
