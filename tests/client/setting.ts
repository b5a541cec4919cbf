import { afterEach, beforeEach } from 'vitest';
import { ana } from './a-thread-view.ts';
import { type FakeBrowser, makeFakeBrowser } from './fake-browser.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';

/** A fresh browser, signed in as Ana, and her server, for each test of the file. */
export const withBrowserAndServer = (): { browser: FakeBrowser; server: FakeServer } => {
  const setting = {} as { browser: FakeBrowser; server: FakeServer };
  beforeEach(async () => {
    setting.server = await startFakeServer();
    setting.browser = makeFakeBrowser();
    setting.browser.signIn(setting.server.address, 'token-ana', ana);
  });
  afterEach(async () => {
    setting.browser.stopWorker();
    await setting.server.stop();
  });
  return setting;
};

/** The panel's iframe in a mail tab, with the thread open in it. */
export const openPanel = (browser: FakeBrowser, thread: unknown, tabId = 7) => {
  browser.fromPage(tabId, { kind: 'candor:thread-open', thread });
  return browser.openView('panel', { tab: { id: tabId, windowId: 1 } });
};

export const isFresh = (state: { freshness: { state: string } }): boolean =>
  state.freshness.state === 'fresh';
