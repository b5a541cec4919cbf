/* Asks the server and fills the store; nothing else does. The same question is never under way twice. */
import type { ThreadRef } from '../contract/page.ts';
import type { ThreadView } from '../contract/thread.ts';
import { makeApi } from './api.ts';
import { makeShared } from './one-at-a-time.ts';
import { isPassing, type Why, whyUnserved } from './server-fetch.ts';
import { type SessionStore, type SignedIn, scopeOf } from './session.ts';
import { type Store, threadKeyOf } from './store.ts';
import type { World } from './world.ts';

export type Fill = ReturnType<typeof makeFill>;
export type Filled = 'answered' | Why;

/** What this worker knows of a question beyond what is stored; a new worker asks anew. */
export type Standing = {
  readonly isAsking: boolean;
  readonly failedFor?: Why;
  /** As the server gave it, private subjects and all. */
  readonly fresh?: { readonly view: ThreadView; readonly answeredAt: number };
};

/** Whole views in memory; more than anybody has open. */
const freshViewsHeld = 20;
const recentMs = 30_000;
const nothingKnown: Standing = { isAsking: false };

export const makeFill = (world: World, session: SessionStore, store: Store, onChange: () => void) => {
  const shared = makeShared<Filled>();
  const standings = new Map<string, Standing>();

  const stand = (key: string, standing: Standing): void => {
    standings.delete(key);
    standings.set(key, standing);
    const [oldest] = standings.keys();
    if (standings.size > freshViewsHeld && oldest !== undefined) standings.delete(oldest);
    onChange();
  };

  /** Asks as whoever is signed in, and keeps the answer only if they still are when it comes. */
  const ask = async (
    key: string,
    work: (signedIn: SignedIn) => Promise<() => Promise<void>>,
  ): Promise<Filled> => {
    const { failedFor: _, ...known } = standings.get(key) ?? nothingKnown;
    stand(key, { ...known, isAsking: true });
    const signedIn = await session.readSignedIn();
    if (signedIn === undefined) return 'not-signed-in';
    let why: Why;
    try {
      const keep = await work(signedIn);
      await session.whileSignedIn(signedIn, keep);
      return 'answered';
    } catch (thrown) {
      // Before a fault of ours goes on as one, so that no view says "refreshing" for ever.
      stand(key, { ...known, isAsking: false, failedFor: 'bug' });
      why = whyUnserved(thrown);
    }
    if (why === 'not-signed-in') await session.leave('keep-acts', signedIn.token);
    else
      await session.whileSignedIn(signedIn, async () =>
        stand(key, { ...known, isAsking: false, failedFor: why }),
      );
    return why;
  };

  session.onChange(() => standings.clear());

  return {
    thread: (ref: ThreadRef, how: 'join' | 'anew'): Promise<Filled> => {
      const key = threadKeyOf(ref);
      return shared(key, how, async () => {
        const filled = await ask(key, async (signedIn) => {
          const view = await makeApi(world, signedIn).threadView(ref);
          return async () => {
            await store.putThread(scopeOf(signedIn), ref, view);
            stand(key, { isAsking: false, fresh: { view, answeredAt: world.clock.now() } });
          };
        });
        if (isFinal(filled)) await dropRefused(key, ref, filled);
        return filled;
      });
    },
    app: (how: 'join' | 'anew'): Promise<Filled> =>
      shared(appKey, how, () =>
        ask(appKey, async (signedIn) => {
          const api = makeApi(world, signedIn);
          const [me, mailboxes] = await Promise.all([api.me(), api.mailboxes()]);
          return async () => {
            await store.putMailboxes(scopeOf(signedIn), mailboxes);
            stand(appKey, { isAsking: false });
            void session.meetAgain(signedIn, me);
          };
        }),
      ),
    /** The server answered for it a moment ago, so that coming back to it need not ask again. */
    isRecent: (ref: ThreadRef): boolean => {
      const answeredAt = standings.get(threadKeyOf(ref))?.fresh?.answeredAt;
      return answeredAt !== undefined && world.clock.now() - answeredAt < recentMs;
    },
    standingOfThread: (ref: ThreadRef): Standing => standings.get(threadKeyOf(ref)) ?? nothingKnown,
    standingOfApp: (): Standing => standings.get(appKey) ?? nothingKnown,
  };

  /** A refusal is the server's answer for this thread: what was shown of it before is not to be shown any more. */
  async function dropRefused(key: string, ref: ThreadRef, failedFor: Why): Promise<void> {
    const signedIn = await session.readSignedIn();
    if (signedIn === undefined) return;
    await session.whileSignedIn(signedIn, async () => {
      await store.dropThread(scopeOf(signedIn), ref);
      stand(key, { isAsking: false, failedFor });
    });
  }
};

const appKey = 'app';

/** The server decided; asking again will not help by itself. */
export const isFinal = (filled: Filled): filled is Why =>
  filled !== 'answered' &&
  filled !== 'bug' &&
  filled !== 'provider-refused' &&
  filled !== 'not-signed-in' &&
  !isPassing(filled);
