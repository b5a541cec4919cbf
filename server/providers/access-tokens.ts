/*
 * Access tokens for one mailbox out of its refresh token: one renewal at a time, shortly before the last one ends. Where the
 * provider gives a new refresh token with each renewal, that one is used from then on, and kept.
 */
import type { Clock } from '../base/clock.ts';
import type { Access, OauthConsent } from './oauth-consent.ts';

/** Where access tokens come from. `isRefused`: the last one was not taken, so that a new one is needed. */
export type TokenSource = {
  /** Throws: mailbox-disconnected, provider-busy, provider-refused. */
  readonly accessToken: (signal: AbortSignal, isRefused?: boolean) => Promise<string>;
};

/**
 * `access`: one that is at hand already, fresh from consent. `keep`: stores a refresh token in the place of the one that was
 * stored last. Keep one source a mailbox, so that renewals are shared.
 */
export const accessTokens = (
  consent: Pick<OauthConsent, 'refreshAccess'>,
  refreshToken: string,
  clock: Clock,
  access?: Access,
  keep: (next: string, before: string) => Promise<void> = async () => {},
): TokenSource => {
  let current = access;
  let held = refreshToken;
  let kept = refreshToken;
  let renewal: Renewal | undefined;

  const refresh = async (signal: AbortSignal): Promise<Access> => {
    const renewed = await consent.refreshAccess(held, signal);
    held = renewed.refreshToken ?? held;
    if (held !== kept) {
      await keep(held, kept);
      kept = held;
    }
    return renewed;
  };

  const begin = (signal: AbortSignal): Renewal => {
    const begun: Renewal = {
      signal,
      access: refresh(signal).finally(() => {
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
