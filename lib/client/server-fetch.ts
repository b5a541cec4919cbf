/* One request to the server, and what can go wrong with it as a closed list. */
import type { FailureReason } from '../contract/failure.ts';
import type { World } from './world.ts';

/** Why the server did not give what it was asked for. */
export type Why = FailureReason | 'offline' | 'server-unreachable' | 'bug';

export class Unserved extends Error {
  readonly why: Why;

  constructor(why: Why, cause?: unknown) {
    super(`The server did not serve: ${why}`, { cause });
    this.name = 'Unserved';
    this.why = why;
  }
}

/** The reason, for what `serverFetch` and the API throw; whatever else was thrown goes on. */
export const whyUnserved = (thrown: unknown): Why => {
  if (thrown instanceof Unserved) return thrown.why;
  throw thrown;
};

/** The server may be asked again by itself: it did not answer, or asked to wait. */
export const isPassing = (why: Why): why is 'offline' | 'server-unreachable' | 'provider-busy' =>
  why === 'offline' || why === 'server-unreachable' || why === 'provider-busy';

/** Statuses of a proxy without its server, and of one asked too often. */
const statusesOfAbsence: ReadonlySet<number> = new Set([429, 502, 503, 504]);
export const isAbsence = (status: number): boolean => statusesOfAbsence.has(status);

/** The answer's JSON, whatever its status; a page where JSON was due is a proxy's or a fault. Throws Unserved. */
export const serverFetch = async (
  world: World,
  url: string,
  init: RequestInit,
  withinMs: number,
): Promise<{ readonly status: number; readonly json: unknown }> => {
  const timeout = new AbortController();
  const stopTimer = world.clock.after(withinMs, () => timeout.abort());
  const signal = init.signal ? AbortSignal.any([init.signal, timeout.signal]) : timeout.signal;
  let status: number;
  let text: string;
  try {
    // A redirect is a captive portal or a wrong address: the token must not follow it.
    const response = await world.network.fetch(url, {
      ...init,
      signal,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
    });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    throw new Unserved(world.network.isOnline() ? 'server-unreachable' : 'offline', cause);
  } finally {
    stopTimer();
  }
  try {
    return { status, json: JSON.parse(text) };
  } catch (cause) {
    throw new Unserved(isAbsence(status) ? 'server-unreachable' : 'bug', cause);
  }
};
