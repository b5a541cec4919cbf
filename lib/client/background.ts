/* Joins the parts of the background and listens. All listeners are registered before the first await: a worker is woken for an event and must already hear it. */
import { browser } from 'wxt/browser';
import { focusPanelCommand, focusPanelMessage } from '../contract/extension.ts';
import type { PageMessage } from '../contract/runtime.ts';
import { makeFill } from './fill.ts';
import { makeHub } from './hub.ts';
import { makeLiveNews } from './live-news.ts';
import { makeOpenThreads, type TabThread } from './open-threads.ts';
import { makeOutbox, outboxAlarm } from './outbox.ts';
import { isMailPage, parsePageMessage } from './page-messages.ts';
import { makePairing, pairingAlarm } from './pairing.ts';
import { answerQuestion, openApp } from './questions.ts';
import { makeSession } from './session.ts';
import { openStore } from './store.ts';
import { readAppState, readPanelState } from './view-states.ts';
import type { Tab, World } from './world.ts';

const tidyAlarm = 'candor:tidy';
const tidyEveryMinutes = 6 * 60;

/** To be called once, synchronously, when the background starts. */
export const startBackground = (): void => {
  runBackground({
    extension: browser as typeof browser & { runtime: { getURL(path: string): string } },
    clock: {
      now: () => Date.now(),
      after: (waitMs, run) => {
        const timer = setTimeout(run, waitMs);
        return () => clearTimeout(timer);
      },
    },
    network: {
      fetch: (url, init) => fetch(url, init),
      isOnline: () => navigator.onLine,
      onOnline: { addListener: (listener) => addEventListener('online', listener) },
      onOffline: { addListener: (listener) => addEventListener('offline', listener) },
    },
    indexedDb: { indexedDB, IDBKeyRange },
  });
};

export const runBackground = (world: World): void => {
  const { extension, network } = world;
  const repaint = (): void => hub.paintAll();
  const store = openStore(world);
  const session = makeSession(world, store);
  const openThreads = makeOpenThreads(world);
  const fill = makeFill(world, session, store, repaint);
  const outbox = makeOutbox(world, session, store, fill, repaint);
  const pairing = makePairing(world, session, repaint);
  const parts = { world, session, store, fill, outbox, pairing };
  const news = makeLiveNews(world, session, () => hub.revalidateAll('anew'));
  const hub = makeHub({
    world,
    fill,
    outbox,
    readTab: openThreads.read,
    readSnapshot: async (watches, tab) =>
      watches === 'app'
        ? { kind: 'app', state: await readAppState(parts) }
        : { kind: 'panel', state: await readPanelState(parts, tab) },
    answer: (question) => answerQuestion(parts, question),
    onViewCount: (count) => news.want(count > 0),
  });

  session.onChange(() => {
    repaint();
    hub.revalidateAll('join');
    void outbox.drain();
  });

  extension.runtime.onConnect.addListener(hub.connect);
  extension.runtime.onMessage.addListener((message, sender) => {
    const heard = parsePageMessage(world, message, sender);
    if (heard === undefined) return undefined;
    const { tab, said } = heard;
    // Asked for before anything is waited for: the browser grants it only while it handles the person's click.
    if (said.kind === 'candor:open-side-panel') void openBeside(world, tab);
    else void setTab(tab.id, toTabThread(said));
    return undefined;
  });

  const setTab = async (tabId: number, what: TabThread | undefined): Promise<void> => {
    await (what === undefined ? openThreads.drop(tabId) : openThreads.put(tabId, what));
    repaint();
    if (what?.state === 'open') await fill.thread(what.thread, 'join');
  };
  extension.tabs.onRemoved.addListener((tabId) => void openThreads.drop(tabId));
  extension.tabs.onUpdated.addListener((tabId, { status }, tab) => {
    // A tab whose address we may not see has left the mail page.
    if (status === 'loading' && !isMailPage(tab.url)) void setTab(tabId, undefined);
  });
  extension.tabs.onActivated.addListener(hub.comeBack);
  extension.windows.onFocusChanged.addListener(hub.comeBack);

  network.onOnline.addListener(() => {
    hub.revalidateAll('join');
    void outbox.drainNow();
  });
  network.onOffline.addListener(repaint);
  extension.alarms.onAlarm.addListener(({ name }) => {
    if (name === outboxAlarm) void outbox.drain();
    else if (name === pairingAlarm) void pairing.goOn();
    else if (name === tidyAlarm) void session.tidy();
  });

  extension.runtime.onStartup.addListener(() => void session.tidy());
  extension.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install') void openApp(world);
  });
  if (extension.sidePanel === undefined) extension.action.onClicked.addListener(() => void openApp(world));
  else void extension.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
  extension.commands.onCommand.addListener((command, tab) => {
    if (command === focusPanelCommand && tab !== undefined) void focusPanel(world, tab);
  });

  void goOnWhereStopped();

  async function goOnWhereStopped(): Promise<void> {
    if ((await extension.alarms.get(tidyAlarm)) === undefined) {
      await extension.alarms.create(tidyAlarm, { periodInMinutes: tidyEveryMinutes });
    }
    await session.tidy();
    await Promise.all([pairing.goOn(), outbox.drain()]);
  }
};

/** The browser's side panel; where the browser has none, the app page. */
const openBeside = (world: World, { windowId }: Pick<Tab, 'windowId'>): Promise<void> =>
  world.extension.sidePanel?.open({ windowId }) ?? openApp(world);

/** The panel beside the mail; elsewhere, and where its content script does not answer, the browser's side panel. */
const focusPanel = async ({ extension }: World, tab: Tab): Promise<void> => {
  // Nothing may come before `open`: the browser grants it only while it handles the person's key.
  if (tab.id === undefined || !isMailPage(tab.url))
    return extension.sidePanel?.open({ windowId: tab.windowId });
  try {
    await extension.tabs.sendMessage(tab.id, focusPanelMessage);
  } catch {
    await extension.sidePanel?.open({ windowId: tab.windowId });
  }
};

const toTabThread = (
  said: Exclude<PageMessage, { kind: 'candor:open-side-panel' }>,
): TabThread | undefined => {
  switch (said.kind) {
    case 'candor:thread-open':
      return { state: 'open', thread: said.thread };
    case 'candor:reader-trouble':
      return { state: 'trouble', trouble: said.trouble };
    case 'candor:thread-closed':
      return undefined;
  }
};
