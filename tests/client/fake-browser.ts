/*
 * A browser with one background worker that can be stopped and started: storage, database, alarms and tabs outlive it,
 * listeners, ports, timers and requests do not. Time passes only by `pass`.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { runBackground } from '../../lib/client/background.ts';
import type { Port, Sender, StorageArea, Tab, World } from '../../lib/client/world.ts';
import { extensionPages } from '../../lib/contract/extension.ts';
import { event } from './fake-event.ts';
import { makeView } from './fake-view.ts';

const extensionId = 'pmpncaohjeipedlefgnfjboljmoagjdl';
const extensionOrigin = `chrome-extension://${extensionId}`;

export type FakeBrowser = ReturnType<typeof makeFakeBrowser>;

export const makeFakeBrowser = () => {
  const local = new Map<string, string>();
  const session = new Map<string, string>();
  const alarms = new Set<string>();
  const storageCalls: string[] = [];
  const opened: string[] = [];
  const sentToTabs: { tabId: number; message: unknown }[] = [];
  const sidePanelsOpened: number[] = [];
  const indexedDB = new IDBFactory();
  let tabs: (Tab & { active: boolean })[] = [];
  let now = Date.parse('2026-11-21T09:00:00Z');
  let isOnline = true;
  let worker: Worker | undefined;

  const makeWorker = () => {
    let isAlive = true;
    const alive = <T>(work: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        if (!isAlive) return;
        work().then(
          (value) => isAlive && resolve(value),
          (reason) => isAlive && reject(reason),
        );
      });
    const events = {
      connect: event<[Port]>(),
      message: event<[unknown, Sender]>(),
      installed: event<[{ reason: string }]>(),
      startup: event<[]>(),
      alarm: event<[{ name: string }]>(),
      tabRemoved: event<[number]>(),
      tabUpdated: event<[number, { status?: string }, Tab]>(),
      tabActivated: event<[]>(),
      windowFocus: event<[]>(),
      actionClicked: event<[]>(),
      command: event<[string, Tab?]>(),
      online: event<[]>(),
      offline: event<[]>(),
    };
    const timers = new Set<{ at: number; run: () => void }>();
    const ports = new Set<{ cut(): void }>();
    const area = (name: string, map: Map<string, string>): StorageArea => ({
      get: (key) =>
        alive(async () => {
          storageCalls.push(`${name}.get`);
          const text = map.get(key);
          return text === undefined ? {} : { [key]: JSON.parse(text) };
        }),
      set: (entries) =>
        alive(async () => {
          storageCalls.push(`${name}.set`);
          for (const [key, value] of Object.entries(entries)) map.set(key, JSON.stringify(value));
        }),
      remove: (key) =>
        alive(async () => {
          map.delete(key);
        }),
      setAccessLevel: ({ accessLevel }) =>
        alive(async () => {
          storageCalls.push(`${name}.setAccessLevel ${accessLevel}`);
        }),
    });
    const stopping = new AbortController();
    const world: World = {
      extension: {
        runtime: {
          id: extensionId,
          getURL: (path) => new URL(path, extensionOrigin).href,
          onConnect: events.connect,
          onMessage: {
            addListener: (listener) =>
              events.message.addListener((message, sender) => void listener(message, sender)),
          },
          onInstalled: events.installed,
          onStartup: events.startup,
          getContexts: async () => [{ windowId: 1 }],
        },
        storage: { local: area('local', local), session: area('session', session) },
        alarms: {
          create: (name) => alive(async () => void alarms.add(name)),
          clear: (name) => alive(async () => alarms.delete(name)),
          get: (name) => alive(async () => (alarms.has(name) ? { name } : undefined)),
          onAlarm: events.alarm,
        },
        tabs: {
          query: (filter) =>
            alive(async () =>
              tabs.filter(
                (tab) =>
                  (filter.active === undefined || tab.active === filter.active) &&
                  (filter.windowId === undefined || tab.windowId === filter.windowId) &&
                  (filter.url === undefined || tab.url === filter.url),
              ),
            ),
          create: ({ url }) => alive(async () => void opened.push(url)),
          update: (_, { url }) => alive(async () => void (url === undefined ? undefined : opened.push(url))),
          sendMessage: (tabId, message) => alive(async () => void sentToTabs.push({ tabId, message })),
          onRemoved: events.tabRemoved,
          onUpdated: events.tabUpdated,
          onActivated: events.tabActivated,
        },
        windows: { onFocusChanged: events.windowFocus },
        action: { onClicked: events.actionClicked },
        commands: { onCommand: events.command },
        sidePanel: {
          setPanelBehavior: async () => {},
          open: async ({ windowId }) => void sidePanelsOpened.push(windowId),
        },
      },
      clock: {
        now: () => now,
        after: (waitMs, run) => {
          const timer = { at: now + waitMs, run };
          timers.add(timer);
          return () => void timers.delete(timer);
        },
      },
      network: {
        fetch: (url, init) =>
          alive(async () => {
            if (!isOnline) throw new TypeError('Failed to fetch');
            const signal = init.signal ? AbortSignal.any([init.signal, stopping.signal]) : stopping.signal;
            return fetch(url, { ...init, signal });
          }),
        isOnline: () => isOnline,
        onOnline: events.online,
        onOffline: events.offline,
      },
      indexedDb: { indexedDB, IDBKeyRange },
    };
    return {
      world,
      events,
      ports,
      runTimers: (): void => {
        for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
          if (timer.at > now || !timers.delete(timer)) continue;
          timer.run();
        }
      },
      stop: (): void => {
        isAlive = false;
        stopping.abort();
        timers.clear();
        for (const port of [...ports]) port.cut();
      },
    };
  };
  type Worker = ReturnType<typeof makeWorker>;

  const awake = (): Worker => {
    if (worker !== undefined) return worker;
    worker = makeWorker();
    runBackground(worker.world);
    return worker;
  };
  const stopWorker = (): void => {
    worker?.stop();
    worker = undefined;
  };

  return {
    local,
    session,
    alarms,
    storageCalls,
    opened,
    sentToTabs,
    sidePanelsOpened,
    indexedDB,
    now: () => now,
    /** Wakes the worker, as any event does. */
    wake: (): void => void awake(),
    stopWorker,
    setTabs: (next: typeof tabs): void => {
      tabs = next;
    },
    setOnline: (online: boolean): void => {
      isOnline = online;
      const { events } = awake();
      if (online) events.online.fire();
      else events.offline.fire();
    },
    pass: (ms: number): void => {
      now += ms;
      awake().runTimers();
    },
    ring: (name: string): void => awake().events.alarm.fire({ name }),
    fire: <Name extends keyof Worker['events']>(
      name: Name,
      ...args: Parameters<Worker['events'][Name]['fire']>
    ): void => {
      const { fire } = awake().events[name] as { fire(...args: unknown[]): void };
      fire(...args);
    },
    signIn: (serverAddress: string, token: string, me: unknown): void => {
      local.set('session', JSON.stringify({ state: 'signed-in', serverAddress, token, me }));
    },
    /** As the Gmail content script of the tab says it. */
    fromPage: (tabId: number, message: unknown, sender: Partial<Sender> = {}): void =>
      awake().events.message.fire(message, {
        id: extensionId,
        url: 'https://mail.google.com/mail/u/0/',
        frameId: 0,
        tab: { id: tabId, windowId: 1 },
        ...sender,
      }),
    openView: (watches: 'panel' | 'app' | 'side-panel', sender: Partial<Sender> = {}) => {
      const page = { panel: 'panel', app: 'app', 'side-panel': 'sidePanel' } as const;
      return makeView(awake(), watches, {
        id: extensionId,
        url: `${extensionOrigin}/${extensionPages[page[watches]]}`,
        documentId: 'document-1',
        ...sender,
      });
    },
    /** Everything the browser would find on disk. */
    dump: () => dumpDatabases(indexedDB),
  };
};

const dumpDatabases = async (factory: IDBFactory): Promise<string> => {
  const found: unknown[] = [];
  for (const { name } of await factory.databases()) {
    const db = await settled<IDBDatabase>(factory.open(name ?? ''));
    for (const table of db.objectStoreNames) {
      const rows = await settled(db.transaction(table).objectStore(table).getAll());
      found.push({ table, rows });
    }
    db.close();
  }
  return JSON.stringify(found);
};
const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
