// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { aLabel, aLog, ana, anOpenThread, tom } from './a-thread-view.ts';
import { isKind } from './fake-view.ts';
import { isFresh, openPanel, withBrowserAndServer } from './setting.ts';

const setting = withBrowserAndServer();
const thread = anOpenThread();

describe('a session that ends between click and answer', () => {
  const clickAfterRevocation = async () => {
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread', isFresh));
    setting.server.people.clear();
    const action = aLog(thread);
    panel.say({ kind: 'act', action });
    await panel.panel(isKind('signed-out'));
    return { panel, action };
  };

  test('shows as signed out, and the act is sent when the same person signs in again', async () => {
    const { panel, action } = await clickAfterRevocation();
    expect(setting.server.done.size).toBe(0);
    setting.server.people.set('token-ana-2', ana);
    setting.browser.stopWorker();
    setting.browser.signIn(setting.server.address, 'token-ana-2', ana);
    setting.browser.wake();
    await expect.poll(() => [...setting.server.done.keys()]).toEqual([action.key]);
    expect(setting.server.acts.at(-1)?.by).toBe('Ana');
    expect(panel.states().at(-1)?.kind).toBe('signed-out');
  });

  test('keeps the act from another person who signs in: it is neither shown to them nor sent as theirs', async () => {
    await clickAfterRevocation();
    setting.browser.stopWorker();
    setting.server.people.set('token-tom', tom);
    setting.browser.signIn(setting.server.address, 'token-tom', tom);
    const panel = openPanel(setting.browser, thread);
    const state = await panel.panel(isKind('thread', isFresh));
    expect(state.pending).toEqual([]);
    panel.say({ kind: 'act', action: aLabel(thread, true) });
    await expect.poll(() => setting.server.done.size).toBe(1);
    expect(setting.server.acts.map(({ action, by }) => `${by} ${action.kind}`)).toEqual(['Tom label']);
  });

  test('leaves nothing of what was shown', async () => {
    await clickAfterRevocation();
    setting.browser.stopWorker();
    expect(await setting.browser.dump()).not.toContain('Jane Doe');
  });
});
