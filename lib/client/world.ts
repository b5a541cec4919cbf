/* All the background touches outside itself, in one type, so that tests hand it another browser, clock and network. */

/** The part of the extension API that is used; `browser` of wxt/browser is one. Where a browser lacks a part it is optional. */
export type Extension = {
  readonly runtime: {
    readonly id: string;
    getURL(path: string): string;
    readonly onConnect: Event<(port: Port) => void>;
    readonly onMessage: Event<(message: unknown, sender: Sender) => undefined>;
    readonly onInstalled: Event<(details: { reason: string }) => void>;
    readonly onStartup: Event<() => void>;
    /** Chrome: which window each side panel stands in. */
    getContexts?(filter: { documentIds: string[] }): Promise<{ readonly windowId: number }[]>;
  };
  readonly storage: { readonly local: StorageArea; readonly session: StorageArea };
  readonly alarms: {
    create(name: string, when: { when: number } | { periodInMinutes: number }): Promise<void>;
    clear(name: string): Promise<boolean>;
    get(name: string): Promise<{ readonly name: string } | undefined>;
    readonly onAlarm: Event<(alarm: { readonly name: string }) => void>;
  };
  readonly tabs: {
    query(filter: {
      active?: boolean;
      windowId?: number;
      lastFocusedWindow?: boolean;
      url?: string;
    }): Promise<Tab[]>;
    create(page: { url: string }): Promise<unknown>;
    update(tabId: number, change: { active: boolean; url?: string }): Promise<unknown>;
    sendMessage(tabId: number, message: unknown): Promise<unknown>;
    readonly onRemoved: Event<(tabId: number) => void>;
    readonly onUpdated: Event<(tabId: number, change: { status?: string | undefined }, tab: Tab) => void>;
    readonly onActivated: Event<() => void>;
  };
  readonly windows: { readonly onFocusChanged: Event<() => void> };
  readonly action: { readonly onClicked: Event<() => void> };
  readonly commands: { readonly onCommand: Event<(command: string, tab?: Tab) => void> };
  readonly sidePanel?: {
    setPanelBehavior(behavior: { openPanelOnActionClick: boolean }): Promise<void>;
    open(where: { windowId: number }): Promise<void>;
  };
};

export type Port = {
  readonly name: string;
  readonly sender?: Sender | undefined;
  postMessage(message: unknown): void;
  disconnect(): void;
  readonly onMessage: Event<(message: unknown) => void>;
  readonly onDisconnect: Event<() => void>;
};

export type Sender = {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly frameId?: number | undefined;
  readonly documentId?: string | undefined;
  readonly tab?: Tab | undefined;
};

export type Tab = {
  readonly id?: number | undefined;
  readonly windowId: number;
  readonly url?: string | undefined;
};

export type StorageArea = {
  get(key: string): Promise<Record<string, unknown>>;
  set(entries: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
  /** Absent in Firefox. */
  setAccessLevel?(access: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void>;
};

type Event<Listener> = { addListener(listener: Listener): void };

export type Clock = {
  /** Epoch ms. */
  now(): number;
  /** Runs once after `waitMs`, unless the returned function is called first. */
  after(waitMs: number, run: () => void): () => void;
};

export type Network = {
  fetch(url: string, init: RequestInit): Promise<Response>;
  isOnline(): boolean;
  readonly onOnline: Event<() => void>;
  readonly onOffline: Event<() => void>;
};

export type World = {
  readonly extension: Extension;
  readonly clock: Clock;
  readonly network: Network;
  readonly indexedDb: { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof IDBKeyRange };
};
