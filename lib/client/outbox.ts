/*
 * What the person did to a thread, until the server has it and a fresh view shows it. Strictly in order per thread; each
 * act is done once, whatever is stopped or lost on the way, because the server knows its key.
 */
import type { ActionKey } from '../contract/ids.ts';
import type { ThreadRef } from '../contract/page.ts';
import type { PendingAction } from '../contract/runtime.ts';
import type { ThreadAction } from '../contract/thread-action.ts';
import { makeApi } from './api.ts';
import { backOffMs } from './back-off.ts';
import { type Fill, isFinal } from './fill.ts';
import { makeShared } from './one-at-a-time.ts';
import { isPassing, type Why, whyUnserved } from './server-fetch.ts';
import { type SessionStore, type SignedIn, scopeOf } from './session.ts';
import { type OutboxRow, type Store, threadKeyOf } from './store.ts';
import type { World } from './world.ts';

export type Outbox = ReturnType<typeof makeOutbox>;

export const outboxAlarm = 'candor:outbox';
/** Chrome rings no alarm sooner; a timer does while the worker lives. */
const soonestAlarmMs = 30_000;

export const makeOutbox = (
  world: World,
  session: SessionStore,
  store: Store,
  fill: Fill,
  onChange: () => void,
) => {
  const { outbox, inTransaction } = store;
  const lanes = makeShared<void>();
  let stopTimer: (() => void) | undefined;

  const rowsOf = (scope: string, ref: ThreadRef): Promise<OutboxRow[]> =>
    outbox.where({ scope, thread: threadKeyOf(ref) }).sortBy('seq');

  /** An undo of what never left takes it back here and now; nobody needs to hear of either. */
  const put = (scope: string, action: ThreadAction): Promise<void> =>
    inTransaction(async () => {
      if (action.kind === 'undo') {
        const undone = await outbox.get({ key: action.of });
        if (undone !== undefined && undone.scope === scope && neverReached(undone)) {
          await outbox.delete(undone.seq);
          return;
        }
      }
      // A view says it again when its port was cut.
      if ((await outbox.get({ key: action.key })) !== undefined) return;
      const savedAt = world.clock.now();
      const thread = threadKeyOf(action.ref);
      await outbox.add({
        key: action.key,
        scope,
        thread,
        action,
        state: 'queued',
        attempts: 0,
        savedAt,
        nextTryAt: savedAt,
      });
    });

  const drain = async (): Promise<void> => {
    const signedIn = await session.readSignedIn();
    if (signedIn === undefined) return;
    const rows = await outbox.where({ scope: scopeOf(signedIn) }).toArray();
    const refs = new Map(rows.map((row) => [row.thread, row.action.ref]));
    await Promise.all(
      [...refs].flatMap(([thread, ref]) => [
        lanes(`send ${thread}`, 'anew', () => sendInOrder(thread)),
        lanes(`show ${thread}`, 'anew', () => showDone(thread, ref)),
      ]),
    );
    await schedule();
  };

  const sendInOrder = async (thread: string): Promise<void> => {
    for (;;) {
      if (!world.network.isOnline()) return;
      const signedIn = await session.readSignedIn();
      if (signedIn === undefined) return;
      const row = await claimNext(scopeOf(signedIn), thread);
      if (row === undefined) return;
      onChange();
      await send(signedIn, row);
      void lanes(`show ${thread}`, 'anew', () => showDone(thread, row.action.ref));
    }
  };

  /** The first act of the thread the server may still be told, marked as on its way. Undefined where it has to wait. */
  const claimNext = (scope: string, thread: string): Promise<OutboxRow | undefined> =>
    inTransaction(async () => {
      const rows = await outbox.where({ scope, thread }).sortBy('seq');
      // One that is 'sending' here was cut short by the end of a worker: it is sent again, by the same key.
      const row = rows.find(({ state }) => state === 'queued' || state === 'sending');
      if (row === undefined || row.nextTryAt > world.clock.now()) return undefined;
      const claimed: OutboxRow = { ...row, state: 'sending', attempts: row.attempts + 1 };
      await outbox.put(claimed);
      return claimed;
    });

  const send = async (signedIn: SignedIn, row: OutboxRow): Promise<void> => {
    let why: Why | undefined;
    try {
      await makeApi(world, signedIn).act(row.action);
    } catch (thrown) {
      why = whyUnserved(thrown);
    }
    await outbox.update(row.seq, afterSending(row, why, world.clock.now()));
    if (why === 'not-signed-in') await session.leave('keep-acts', signedIn.token);
    onChange();
    await schedule();
  };

  /** What the server has leaves the outbox once a view that was asked for afterwards shows it. */
  const showDone = async (thread: string, ref: ThreadRef): Promise<void> => {
    const signedIn = await session.readSignedIn();
    if (signedIn === undefined) return;
    const rows = await outbox.where({ scope: scopeOf(signedIn), thread }).toArray();
    const done = rows.filter(({ state, nextTryAt }) => state === 'done' && nextTryAt <= world.clock.now());
    if (done.length === 0) return;
    const filled = await fill.thread(ref, 'anew');
    if (filled === 'answered' || isFinal(filled)) await outbox.bulkDelete(done.map(({ seq }) => seq));
    else if (filled !== 'not-signed-in') {
      for (const { seq, attempts } of done) {
        const nextTryAt = world.clock.now() + backOffMs(attempts + 1);
        await outbox.update(seq, { attempts: attempts + 1, nextTryAt });
      }
    }
    onChange();
    await schedule();
  };

  /** While acts wait, something always wakes the worker for them: a timer while it lives, an alarm after that. */
  const schedule = async (): Promise<void> => {
    const signedIn = await session.readSignedIn();
    const rows = signedIn === undefined ? [] : await outbox.where({ scope: scopeOf(signedIn) }).sortBy('seq');
    const waiting = rows.filter(({ state }) => state !== 'refused');
    stopTimer?.();
    stopTimer = undefined;
    if (waiting.length === 0) {
      await world.extension.alarms.clear(outboxAlarm);
      return;
    }
    const now = world.clock.now();
    const nextWaitMs = Math.min(
      ...dueTimes(waiting)
        .map((at) => at - now)
        .filter((waitMs) => waitMs > 0),
    );
    if (Number.isFinite(nextWaitMs)) stopTimer = world.clock.after(nextWaitMs, () => void drain());
    const alarmMs = Number.isFinite(nextWaitMs) ? Math.max(nextWaitMs, soonestAlarmMs) : soonestAlarmMs;
    await world.extension.alarms.create(outboxAlarm, { when: now + alarmMs });
  };

  return {
    add: async (action: ThreadAction): Promise<void> => {
      const signedIn = await session.readSignedIn();
      if (signedIn === undefined) return;
      await session.whileSignedIn(signedIn, () => put(scopeOf(signedIn), action));
      onChange();
      await schedule();
      await drain();
    },
    /** Only of what was refused; all else is under way. */
    settle: async (key: ActionKey, how: 'drop' | 'retry'): Promise<void> => {
      const signedIn = await session.readSignedIn();
      if (signedIn === undefined) return;
      await inTransaction(async () => {
        const row = await outbox.get({ key });
        if (row?.state !== 'refused' || row.scope !== scopeOf(signedIn)) return;
        if (how === 'drop') await outbox.delete(row.seq);
        else await outbox.put({ ...withoutRefusal(row), state: 'queued', nextTryAt: world.clock.now() });
      });
      onChange();
      await drain();
    },
    drain,
    /** The network or the person came back: nothing waits for its back-off. */
    drainNow: async (): Promise<void> => {
      const now = world.clock.now();
      await outbox.filter(({ nextTryAt }) => nextTryAt > now).modify({ nextTryAt: now });
      await drain();
    },
    pending: async (scope: string, ref: ThreadRef): Promise<PendingAction[]> =>
      (await rowsOf(scope, ref)).map(({ key, action, state, refusedFor }) => ({
        key,
        action,
        state: state === 'done' ? 'sending' : state,
        ...(refusedFor !== undefined && { refusedFor }),
      })),
    pendingCount: (scope: string): Promise<number> => outbox.where({ scope }).count(),
  };
};

/** A refusal for a reason says that nothing was done; after a fault the server may have it. */
const neverReached = ({ state, attempts, refusedFor }: OutboxRow): boolean =>
  (state === 'queued' && attempts === 0) || (state === 'refused' && refusedFor !== 'bug');

/** When each thread may go on: acts behind its first unsent one wait for that one, whatever their own time. */
const dueTimes = (rows: readonly OutboxRow[]): number[] => {
  const firsts = new Map<string, number>();
  for (const { thread, state, nextTryAt } of rows) {
    const lane = `${state === 'done' ? 'show' : 'send'} ${thread}`;
    if (!firsts.has(lane)) firsts.set(lane, nextTryAt);
  }
  return [...firsts.values()];
};

const afterSending = (row: OutboxRow, why: Why | undefined, now: number): Partial<OutboxRow> => {
  if (why === undefined) return { state: 'done', attempts: 0, nextTryAt: now };
  if (why === 'not-signed-in') return { state: 'queued', nextTryAt: now };
  if (isPassing(why)) return { state: 'queued', nextTryAt: now + backOffMs(row.attempts) };
  return { state: 'refused', refusedFor: why };
};

const withoutRefusal = ({ refusedFor: _, ...row }: OutboxRow): OutboxRow => row;
