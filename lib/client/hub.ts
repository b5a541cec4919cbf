/* The views that are open now, what each watches, and the snapshots they are sent. A view is painted from the store first; asking the server comes after and repaints. */
import { type BackgroundMessage, ViewMessage, viewPortName } from '../contract/runtime.ts';
import type { Fill } from './fill.ts';
import type { TabThread } from './open-threads.ts';
import type { Outbox } from './outbox.ts';
import type { Answer } from './questions.ts';
import type { Port, World } from './world.ts';

type Watch = Extract<ViewMessage, { kind: 'watch' }>['view'];
type Question = Extract<ViewMessage, { kind: 'question' }>['question'];
type Snapshot = Extract<BackgroundMessage, { kind: 'panel' | 'app' }>;
type View = {
  readonly port: Port;
  watches?: Watch;
  isPainting: boolean;
  isStale: boolean;
  painted: string | undefined;
};

export type HubParts = {
  readonly world: World;
  readonly fill: Fill;
  readonly outbox: Outbox;
  readTab(tabId: number): Promise<TabThread | undefined>;
  readSnapshot(watches: Watch, tab: TabThread | undefined): Promise<Snapshot>;
  answer(question: Question): Promise<Answer>;
  onViewCount(count: number): void;
};

export const makeHub = (parts: HubParts) => {
  const { world, fill, outbox } = parts;
  const views = new Set<View>();

  const tabOf = async ({ port, watches }: View): Promise<TabThread | undefined> => {
    const tabId = watches === 'side-panel' ? await activeTabId(world, port) : port.sender?.tab?.id;
    return tabId === undefined ? undefined : parts.readTab(tabId);
  };

  const paint = async (view: View): Promise<void> => {
    view.isStale = true;
    if (view.isPainting) return;
    view.isPainting = true;
    try {
      while (view.isStale && view.watches !== undefined && views.has(view)) {
        view.isStale = false;
        const snapshot = await parts.readSnapshot(view.watches, await tabOf(view));
        const text = JSON.stringify(snapshot);
        if (view.isStale || text === view.painted || !views.has(view)) continue;
        view.painted = text;
        view.port.postMessage(snapshot);
      }
    } finally {
      view.isPainting = false;
    }
  };

  const revalidate = async (view: View, how: 'join' | 'anew'): Promise<void> => {
    if (view.watches === 'app') await fill.app(how);
    const tab = await tabOf(view);
    if (view.watches !== 'app' && tab?.state === 'open') await fill.thread(tab.thread, how);
  };

  const revalidateOld = async (view: View): Promise<void> => {
    const tab = view.watches === 'app' ? undefined : await tabOf(view);
    if (tab?.state === 'open' && !fill.isRecent(tab.thread)) await fill.thread(tab.thread, 'join');
  };

  const heed = async (view: View, message: ViewMessage): Promise<void> => {
    switch (message.kind) {
      case 'watch':
        view.watches = message.view;
        view.painted = undefined;
        await Promise.all([paint(view), revalidate(view, 'join')]);
        return;
      case 'act':
        return outbox.add(message.action);
      case 'settle':
        return outbox.settle(message.key, message.how);
      case 'refresh':
        await Promise.all([revalidate(view, 'anew'), outbox.drainNow()]);
        return;
      case 'question': {
        const answer = await parts.answer(message.question);
        if (views.has(view)) view.port.postMessage(toMessage(message.id, answer));
      }
    }
  };

  return {
    connect: (port: Port): void => {
      if (port.name !== viewPortName || !isOurPage(world, port)) return;
      const view: View = { port, isPainting: false, isStale: false, painted: undefined };
      views.add(view);
      parts.onViewCount(views.size);
      port.onMessage.addListener((message) => {
        const parsed = ViewMessage.safeParse(message);
        if (parsed.success) void heed(view, parsed.data);
      });
      port.onDisconnect.addListener(() => {
        views.delete(view);
        parts.onViewCount(views.size);
      });
    },
    paintAll: (): void => {
      for (const view of views) void paint(view);
    },
    /** The person came back to a view, or the side panel to another tab. */
    comeBack: (): void => {
      for (const view of views) void Promise.all([paint(view), revalidateOld(view)]);
    },
    /** What every open view shows is asked for again. */
    revalidateAll: (how: 'join' | 'anew'): void => {
      for (const view of views) void revalidate(view, how);
    },
  };
};

/** A content script may open a port too, and says so by the address of its page. */
const isOurPage = ({ extension }: World, { sender }: Port): boolean =>
  sender?.id === extension.runtime.id &&
  URL.parse(sender.url ?? '')?.protocol === URL.parse(extension.runtime.getURL('/'))?.protocol;

/** The tab in front in the window the side panel stands in; in the last used window where that cannot be known. */
const activeTabId = async ({ extension }: World, { sender }: Port): Promise<number | undefined> => {
  const windowId = sender?.tab?.windowId ?? (await panelWindowId(extension, sender?.documentId));
  const [tab] = await extension.tabs.query({
    active: true,
    ...(windowId === undefined ? { lastFocusedWindow: true } : { windowId }),
  });
  return tab?.id;
};

const panelWindowId = async (
  { runtime }: World['extension'],
  documentId: string | undefined,
): Promise<number | undefined> => {
  if (documentId === undefined || runtime.getContexts === undefined) return undefined;
  const [context] = await runtime.getContexts({ documentIds: [documentId] });
  // -1 where the page stands in no window.
  return context === undefined || context.windowId < 0 ? undefined : context.windowId;
};

/** A port carries no undefined: what has no answer but that it was done is answered by null. */
const toMessage = (id: number, answer: Answer): BackgroundMessage =>
  'why' in answer
    ? { kind: 'answer-failed', id, why: answer.why }
    : { kind: 'answer', id, value: answer.value ?? null };
