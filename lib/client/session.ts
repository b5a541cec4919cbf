/*
 * Who is signed in, at which server. Stored where only extension pages read it: a content script shares its process with
 * the mail page. Changes of the session, and writes that hold only while it lasts, take turns: nothing is written for a
 * person after they left.
 */
import { z } from 'zod';
import { defaultServerUrl } from '../contract/extension.ts';
import { Me } from '../contract/person.ts';
import { makeTurns } from './one-at-a-time.ts';
import type { Store } from './store.ts';
import type { World } from './world.ts';

const at = { serverAddress: z.string() };
const Session = z.discriminatedUnion('state', [
  z.object({ state: z.literal('signed-out'), ...at }),
  z.object({
    state: z.literal('pairing'),
    ...at,
    deviceCode: z.string(),
    userCode: z.string(),
    verificationUrl: z.string(),
    expiresAt: z.number(),
    intervalMs: z.number(),
    nextPollAt: z.number(),
  }),
  /** Confirmed; who it is has not been asked yet. */
  z.object({ state: z.literal('paired'), ...at, token: z.string() }),
  z.object({ state: z.literal('signed-in'), ...at, token: z.string(), me: Me }),
]);
export type Session = z.infer<typeof Session>;
export type SignedIn = Extract<Session, { state: 'signed-in' }>;
export type SessionStore = ReturnType<typeof makeSession>;

/** Whose rows these are: one person at one server. */
export const scopeOf = (session: SignedIn): string => `${session.serverAddress} ${session.me.personId}`;

const storageKey = 'session';

export const makeSession = (world: World, store: Store) => {
  const { local } = world.extension.storage;
  const inTurn = makeTurns();
  const listeners: (() => void)[] = [];
  // Before anything else is asked of the storage: a token must never lie where a content script reads it.
  const closed = local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' }) ?? Promise.resolve();

  const read = async (): Promise<Session> => {
    await closed;
    const stored = Session.safeParse((await local.get(storageKey))[storageKey]);
    return stored.success ? stored.data : { state: 'signed-out', serverAddress: defaultServerUrl };
  };
  const write = async (session: Session): Promise<void> => {
    await local.set({ [storageKey]: session });
    for (const listener of listeners) listener();
  };

  return {
    read,
    readSignedIn: async (): Promise<SignedIn | undefined> => {
      const session = await read();
      return session.state === 'signed-in' ? session : undefined;
    },
    /** `next` sees the session as it is at its turn; undefined leaves it. */
    change: (next: (now: Session) => Session | undefined): Promise<void> =>
      inTurn(async () => {
        const changed = next(await read());
        if (changed !== undefined) await write(changed);
      }),
    /** Name, role or company may have changed since the sign-in. */
    meetAgain: (signedIn: SignedIn, me: Me): Promise<void> =>
      inTurn(async () => {
        const now = await read();
        if (now.state !== 'signed-in' || now.token !== signedIn.token) return;
        if (me.personId === now.me.personId && !isSame(me, now.me)) await write({ ...now, me });
      }),
    /** Runs `work` only if this sign-in still lasts, and nobody leaves meanwhile. */
    whileSignedIn: (signedIn: SignedIn, work: () => Promise<void>): Promise<void> =>
      inTurn(async () => {
        const now = await read();
        if (now.state === 'signed-in' && now.token === signedIn.token) await work();
      }),
    /**
     * Forgets the sign-in and what was shown to the person. With `token`, only if it is still that sign-in: a late
     * refusal of an old token must not end a new one.
     */
    leave: (acts: 'keep-acts' | 'and-acts', token?: string): Promise<void> =>
      inTurn(async () => {
        const now = await read();
        if (token !== undefined && (!('token' in now) || now.token !== token)) return;
        if (now.state === 'signed-in') await store.wipe(scopeOf(now), acts);
        await write({ state: 'signed-out', serverAddress: now.serverAddress });
      }),
    /** After a worker was stopped at any point: rows of people who are not signed in go. */
    tidy: (): Promise<void> =>
      inTurn(async () => {
        const now = await read();
        await store.tidy(now.state === 'signed-in' ? scopeOf(now) : undefined);
      }),
    onChange: (listener: () => void): void => {
      listeners.push(listener);
    },
  };
};

const isSame = (a: Me, b: Me): boolean => JSON.stringify(a) === JSON.stringify(b);
