// @vitest-environment node
import { describe, expect, test } from 'vitest';
import type { PendingAction } from '../../lib/contract/runtime.ts';
import { aLabel, aLog, anOpenThread, anUndo, aThreadView } from './a-thread-view.ts';
import { Refusal, sendText } from './fake-server.ts';
import { type FakeView, isKind } from './fake-view.ts';
import { isFresh, openPanel, withBrowserAndServer } from './setting.ts';

const setting = withBrowserAndServer();
const thread = anOpenThread();

const openFresh = async (): Promise<FakeView> => {
  const panel = openPanel(setting.browser, thread);
  await panel.panel(isKind('thread', isFresh));
  return panel;
};
const showsPending = (panel: FakeView, states: PendingAction['state'][]) =>
  panel.panel(isKind('thread', ({ pending }) => pending.map(({ state }) => state).join() === states.join()));
const kindsSent = () =>
  setting.server.acts.map(({ action }) => (action.kind === 'label' ? `label ${action.on}` : action.kind));

describe('an act', () => {
  test('shows at once, and is gone from the pending ones only when the server shows it', async () => {
    const panel = await openFresh();
    const held = Promise.withResolvers<void>();
    setting.server.act = () => held.promise;
    setting.server.view = async (ref) =>
      aThreadView({ ref, thread: { state: 'not-kept', isLabelled: true, notKeptBecause: [] } });
    panel.say({ kind: 'act', action: aLabel(thread, true) });
    await showsPending(panel, ['sending']);
    held.resolve();
    const after = await showsPending(panel, []);
    expect(after.view.thread).toMatchObject({ isLabelled: true });
    const gaps = panel
      .states()
      .filter(
        (state) =>
          state.kind === 'thread' &&
          state.pending.length === 0 &&
          !JSON.stringify(state.view).includes('"isLabelled":true'),
      );
    expect(panel.states().indexOf(gaps.at(-1) as never)).toBeLessThan(
      panel.states().findIndex((state) => state.kind === 'thread' && state.pending.length > 0),
    );
  });

  test('the server has stays shown as under way until a fresh view comes', async () => {
    const panel = await openFresh();
    setting.server.raw = { path: 'thread.view', times: 1, answer: (response) => sendText(response, 503, '') };
    panel.say({ kind: 'act', action: aLog(thread) });
    const unseen = await panel.panel(
      isKind('thread', ({ freshness }) => freshness.state === 'server-unreachable'),
    );
    expect(setting.server.done.size).toBe(1);
    expect(unseen.pending.map(({ state }) => state)).toEqual(['sending']);
    const pass = () => {
      setting.browser.pass(1_000);
      return setting.browser.alarms.has('candor:outbox');
    };
    await expect.poll(pass).toBe(false);
    await showsPending(panel, []);
    expect(setting.server.acts).toHaveLength(1);
  });

  test('done while offline is sent once when the network comes back', async () => {
    const panel = await openFresh();
    setting.browser.setOnline(false);
    panel.say({ kind: 'act', action: aLog(thread) });
    await showsPending(panel, ['queued']);
    expect(setting.server.acts).toEqual([]);
    setting.browser.setOnline(true);
    await showsPending(panel, []);
    expect(kindsSent()).toEqual(['log']);
  });

  test('done while offline is sent by the alarm when the worker was stopped meanwhile', async () => {
    const panel = await openFresh();
    setting.browser.setOnline(false);
    panel.say({ kind: 'act', action: aLog(thread) });
    await showsPending(panel, ['queued']);
    await expect.poll(() => [...setting.browser.alarms]).toContain('candor:outbox');
    setting.browser.stopWorker();
    setting.browser.setOnline(true);
    setting.browser.ring('candor:outbox');
    await expect.poll(() => setting.server.done.size).toBe(1);
  });

  test('cut short by the end of the worker is sent again by the same key, so that it is done once', async () => {
    const panel = await openFresh();
    const arrived = Promise.withResolvers<void>();
    const action = aLog(thread);
    const held = Promise.withResolvers<void>();
    setting.server.act = async () => {
      arrived.resolve();
      await held.promise;
    };
    panel.say({ kind: 'act', action });
    await arrived.promise;
    setting.browser.stopWorker();
    held.resolve();

    const later = openPanel(setting.browser, thread);
    await later.panel(isKind('thread', ({ pending }) => pending.length === 1));
    await showsPending(later, []);
    expect(setting.server.acts.map(({ action: { key } }) => key)).toEqual([action.key, action.key]);
    expect(setting.server.done.size).toBe(1);
  });

  test('said twice by its view is done once', async () => {
    const panel = await openFresh();
    const action = aLog(thread);
    const held = Promise.withResolvers<void>();
    setting.server.act = () => held.promise;
    panel.say({ kind: 'act', action });
    panel.say({ kind: 'act', action });
    await showsPending(panel, ['sending']);
    held.resolve();
    await showsPending(panel, []);
    expect(kindsSent()).toEqual(['log']);
  });

  test('waits out a storm of 503 and a busy provider, and is then done', async () => {
    const panel = await openFresh();
    let refusals = 0;
    setting.server.act = async () => {
      refusals += 1;
      if (refusals === 1) throw new Refusal('provider-busy');
    };
    setting.server.raw = {
      path: 'thread.log',
      times: 3,
      answer: (response) => sendText(response, 503, '<h1>503'),
    };
    panel.say({ kind: 'act', action: aLog(thread) });
    const pass = () => {
      setting.browser.pass(1_000);
      return setting.server.done.size;
    };
    await expect.poll(pass, { interval: 5, timeout: 20_000 }).toBe(1);
    await showsPending(panel, []);
    expect(setting.server.done.size).toBe(1);
  });

  test('is not sent again before its time has come, however often the worker wakes', async () => {
    const panel = await openFresh();
    setting.server.raw = {
      path: 'thread.log',
      times: 1,
      answer: (response) => sendText(response, 503, '<h1>503'),
    };
    panel.say({ kind: 'act', action: aLog(thread) });
    await showsPending(panel, ['queued']);
    setting.browser.ring('candor:outbox');
    panel.say({ kind: 'act', action: aLabel(thread, true) });
    await showsPending(panel, ['queued', 'queued']);
    expect(setting.server.asked.filter((path) => /thread\.(log|label)$/.test(path))).toHaveLength(1);
  });

  test('that the server refuses stays with its reason until the person drops it', async () => {
    const panel = await openFresh();
    setting.server.act = async () => {
      throw new Refusal('policy-forbids');
    };
    const action = aLog(thread);
    panel.say({ kind: 'act', action });
    const refused = await showsPending(panel, ['refused']);
    expect(refused.pending[0]?.refusedFor).toBe('policy-forbids');
    setting.browser.stopWorker();
    const later = openPanel(setting.browser, thread);
    await showsPending(later, ['refused']);
    later.say({ kind: 'settle', key: action.key, how: 'drop' });
    await showsPending(later, []);
    expect(setting.server.acts).toHaveLength(1);
  });

  test('that was refused is sent again when the person retries it', async () => {
    const panel = await openFresh();
    setting.server.act = async () => {
      throw new Refusal('provider-refused');
    };
    const action = aLog(thread);
    panel.say({ kind: 'act', action });
    await showsPending(panel, ['refused']);
    setting.server.act = async () => {};
    panel.say({ kind: 'settle', key: action.key, how: 'retry' });
    await showsPending(panel, []);
    expect(setting.server.done.has(action.key)).toBe(true);
  });
});

describe('several acts', () => {
  test('of one thread arrive in the order they were done, one after the other', async () => {
    const panel = await openFresh();
    let underWay = 0;
    let most = 0;
    setting.server.act = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    };
    for (const on of [true, false, true, false]) panel.say({ kind: 'act', action: aLabel(thread, on) });
    panel.say({ kind: 'act', action: aLog(thread) });
    await expect.poll(() => setting.server.done.size).toBe(5);
    expect(kindsSent()).toEqual(['label true', 'label false', 'label true', 'label false', 'log']);
    expect(most).toBe(1);
  });

  test('keep their order when the first one has to be sent again', async () => {
    const panel = await openFresh();
    setting.browser.setOnline(false);
    panel.say({ kind: 'act', action: aLabel(thread, true) });
    panel.say({ kind: 'act', action: aLabel(thread, false) });
    await showsPending(panel, ['queued', 'queued']);
    setting.server.raw = {
      path: 'thread.label',
      times: 1,
      answer: (response) => sendText(response, 503, ''),
    };
    setting.browser.setOnline(true);
    await expect.poll(() => setting.server.raw?.times).toBe(0);
    await expect
      .poll(() => {
        setting.browser.pass(1_000);
        return setting.server.done.size;
      })
      .toBe(2);
    expect(kindsSent()).toEqual(['label true', 'label false']);
  });

  test('of another thread do not wait for one the provider keeps waiting', async () => {
    const panel = await openFresh();
    const other = anOpenThread(2);
    setting.server.act = async ({ ref }) => {
      if (ref.providerThreadId === thread.providerThreadId) throw new Refusal('provider-busy');
    };
    panel.say({ kind: 'act', action: aLog(thread) });
    panel.say({ kind: 'act', action: aLog(other) });
    await expect
      .poll(() => [...setting.server.done.values()].map(({ ref }) => ref.providerThreadId))
      .toEqual([other.providerThreadId]);
  });

  test('an undo of what never left takes both back without a request', async () => {
    const panel = await openFresh();
    setting.browser.setOnline(false);
    const log = aLog(thread);
    panel.say({ kind: 'act', action: log });
    await showsPending(panel, ['queued']);
    panel.say({ kind: 'act', action: anUndo(log) });
    await showsPending(panel, []);
    setting.browser.setOnline(true);
    panel.say({ kind: 'act', action: aLabel(thread, true) });
    await expect.poll(() => setting.server.done.size).toBe(1);
    expect(kindsSent()).toEqual(['label true']);
  });

  test('an undo of what may have arrived follows it', async () => {
    const panel = await openFresh();
    const held = Promise.withResolvers<void>();
    setting.server.raw = {
      path: 'thread.log',
      times: 1,
      answer: (response) => void held.promise.then(() => response.destroy()),
    };
    const log = aLog(thread);
    panel.say({ kind: 'act', action: log });
    await showsPending(panel, ['sending']);
    held.resolve();
    await showsPending(panel, ['queued']);
    panel.say({ kind: 'act', action: anUndo(log) });
    await showsPending(panel, ['queued', 'queued']);
    panel.say({ kind: 'refresh' });
    await expect.poll(() => setting.server.done.size).toBe(2);
    expect(kindsSent()).toEqual(['log', 'undo']);
  });
});
