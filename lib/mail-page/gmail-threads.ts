/* What a Gmail page tells through InboxSDK, made safe: whatever is missing, late or thrown becomes trouble, told once a thread. */
import type { OpenThread, ReaderTrouble } from '../contract/page.ts';
import type { PanelHost, ReaderListener } from './reader.ts';
import { pause, within } from './wait.ts';

/** The part of InboxSDK that is used. */
export type GmailSdk = {
  readonly User: { getEmailAddress: () => string };
  readonly Conversations: {
    registerThreadViewHandler: (handler: (view: GmailThreadView) => void) => () => void;
  };
};
export type GmailThreadView = {
  readonly destroyed: boolean;
  getThreadIDAsync: () => Promise<string>;
  addSidebarContentPanel: (panel: {
    el: HTMLElement;
    id: string;
    title: string;
    iconUrl: string;
    hideTitleBar: boolean;
  }) => { once: (event: 'activate', listener: () => void) => unknown };
  once: (event: 'destroy', listener: () => void) => unknown;
};

/** How long each thing is waited for before it counts as missing. The SDK is welcome even later. */
export type GmailWaits = {
  readonly sdkMs: number;
  readonly threadIdMs: number;
  readonly retryMs: number;
  readonly hostMs: number;
};
const gmailWaits: GmailWaits = { sdkMs: 15_000, threadIdMs: 5_000, retryMs: 250, hostMs: 5_000 };

/** Whether Gmail shows a mailbox here: not a popped-out window, a print view, an attachment or another of its pages. */
export const isMailboxPage = ({
  origin,
  pathname,
  search,
}: Pick<Location, 'origin' | 'pathname' | 'search'>): boolean => {
  if (origin !== 'https://mail.google.com') return false;
  // "/d/..." is a mailbox that was delegated to this account.
  if (!/^\/mail\/(u\/\d+\/)?(d\/[^/]+\/)?$/.test(pathname)) return false;
  const view = new URLSearchParams(search).get('view');
  return view === null || view === 'btop';
};

export const watchGmail = (
  load: () => Promise<GmailSdk>,
  iconUrl: string,
  listener: ReaderListener,
  signal: AbortSignal,
  waits: GmailWaits = gmailWaits,
): void => {
  const trouble = (missing: ReaderTrouble['missing']): void => listener.onTrouble({ page: 'gmail', missing });
  let current: GmailThreadView | undefined;

  const open = async (sdk: GmailSdk, view: GmailThreadView): Promise<void> => {
    if (signal.aborted || view.destroyed) return;
    current = view;
    const gone = new AbortController();
    const until = AbortSignal.any([signal, gone.signal]);
    view.once('destroy', () => {
      gone.abort();
      // When the next thread came before this one went, its going is no news.
      if (current !== view || signal.aborted) return;
      current = undefined;
      listener.onClosed();
    });
    const providerThreadId = await readThreadId(view, waits, until);
    if (until.aborted || current !== view) return;
    const mailboxAddress = readAccount(sdk);
    if (providerThreadId === undefined) return trouble('thread-id');
    if (mailboxAddress === undefined) return trouble('account');
    const thread: OpenThread = { page: 'gmail', mailboxAddress, providerThreadId };
    const element = document.createElement('div');
    const placed = addPanel(view, element, iconUrl);
    // Told even without a place for the panel: the browser's side panel can show the thread.
    listener.onThread(thread, { placed: placed ?? new Promise(() => {}), signal: until });
    if (placed === undefined) return trouble('sidebar');
    await within(placed, waits.hostMs, until);
    if (!until.aborted && !element.isConnected) trouble('sidebar');
  };

  const late = setTimeout(() => trouble('sdk'), waits.sdkMs);
  signal.addEventListener('abort', () => clearTimeout(late), { once: true });
  (async () => await load())().then(
    (sdk) => {
      clearTimeout(late);
      if (signal.aborted) return;
      const stop = sdk.Conversations.registerThreadViewHandler((view) => void open(sdk, view));
      signal.addEventListener('abort', stop, { once: true });
    },
    () => {
      clearTimeout(late);
      if (!signal.aborted) trouble('sdk');
    },
  );
};

/** The id Gmail's own addresses use, at most 16 hex digits. Gmail may write it into the page a while after the thread. */
const readThreadId = async (
  view: GmailThreadView,
  waits: GmailWaits,
  signal: AbortSignal,
): Promise<string | undefined> => {
  for (let waitedMs = 0; waitedMs < waits.threadIdMs && !signal.aborted; waitedMs += waits.retryMs) {
    const id = await within(
      (async () => await view.getThreadIDAsync())(),
      waits.threadIdMs - waitedMs,
      signal,
    );
    if (id !== undefined && /^[0-9a-f]{1,16}$/i.test(id)) return id.toLowerCase();
    await pause(waits.retryMs, signal);
  }
  return undefined;
};

const readAccount = (sdk: GmailSdk): string | undefined => {
  try {
    const address: unknown = sdk.User.getEmailAddress();
    return typeof address === 'string' && address.length <= 320 && /^[^@\s]+@[^@\s]+$/.test(address)
      ? address
      : undefined;
  } catch {
    return undefined;
  }
};

/** Resolves when the page shows the element; undefined when the page has no side bar. */
const addPanel = (
  view: GmailThreadView,
  el: HTMLElement,
  iconUrl: string,
): PanelHost['placed'] | undefined => {
  try {
    const panel = view.addSidebarContentPanel({
      el,
      id: 'candor',
      title: 'Candor',
      iconUrl,
      hideTitleBar: true,
    });
    return new Promise((resolve) => panel.once('activate', () => resolve(el)));
  } catch {
    return undefined;
  }
};
