/* While a view is open, one request waits at the server for news; what changed is then asked for by `fill`. */
import { makeApi } from './api.ts';
import { backOffMs } from './back-off.ts';
import { type Why, whyUnserved } from './server-fetch.ts';
import { type SessionStore, type SignedIn, scopeOf } from './session.ts';
import type { World } from './world.ts';

/** News that come faster than this are taken together, and a server that holds no request is not asked in a tight loop. */
const soonestNextMs = 1_000;

export const makeLiveNews = (world: World, session: SessionStore, onNews: () => void) => {
  const cursors = world.extension.storage.session;
  let isWanted = false;
  let stop: AbortController | undefined;

  const listen = async (signal: AbortSignal): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const signedIn = await session.readSignedIn();
      if (signedIn === undefined || signal.aborted) return;
      const askedAt = world.clock.now();
      const why = await hear(signedIn, signal);
      if (signal.aborted) return;
      if (why === 'not-signed-in') return session.leave('keep-acts', signedIn.token);
      failures = why === undefined ? 0 : failures + 1;
      const leastMs = failures === 0 ? soonestNextMs : backOffMs(failures);
      await pause(world, askedAt + leastMs - world.clock.now(), signal);
    }
  };

  const hear = async (signedIn: SignedIn, signal: AbortSignal): Promise<Why | undefined> => {
    // Kept beyond the worker, so that nothing that happened between two of them is missed.
    const key = `live ${scopeOf(signedIn)}`;
    const known = (await cursors.get(key))[key];
    try {
      const wait = typeof known === 'string' ? { cursor: known } : {};
      const news = await makeApi(world, signedIn).liveWait(wait, signal);
      await cursors.set({ [key]: news.cursor });
      if (news.changed && !signal.aborted) onNews();
      return undefined;
    } catch (thrown) {
      return whyUnserved(thrown);
    }
  };

  const sync = (): void => {
    if (isWanted === (stop !== undefined)) return;
    stop?.abort();
    stop = isWanted ? new AbortController() : undefined;
    if (stop !== undefined) void listen(stop.signal);
  };

  const restart = (): void => {
    stop?.abort();
    stop = undefined;
    sync();
  };
  session.onChange(restart);
  // A back-off that began without network must not outlast it.
  world.network.onOnline.addListener(restart);

  return {
    want: (wanted: boolean): void => {
      isWanted = wanted;
      sync();
    },
  };
};

const pause = (world: World, waitMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (waitMs <= 0 || signal.aborted) return resolve();
    const stopTimer = world.clock.after(waitMs, resolve);
    signal.addEventListener(
      'abort',
      () => {
        stopTimer();
        resolve();
      },
      { once: true },
    );
  });
