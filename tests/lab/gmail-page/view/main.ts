import type { MailRoute } from '../mailbox-source.ts';
import { buildFrame } from './frame.ts';
import { type ListView, listView, nothingChosen } from './list-view.ts';
import { readLabels, readThread, setup } from './mail-data.ts';
import { readPlace, routeHash, threadHash } from './place.ts';
import { type ThreadView, threadElement, threadPage } from './thread-view.ts';
import { markShown } from './toolbar.ts';

const refreshMs = 1_000;

/** What Gmail leaves on its window for its own parts, and InboxSDK reads. */
const writeGlobals = (): void => {
  const globals: unknown[] = [];
  globals[4] = 'x.en';
  globals[9] = 'ik0123456789';
  globals[10] = setup.account.address;
  globals[17] = [];
  Object.assign(window, {
    GM_SPT_ENABLED: 'true',
    GM_ACTION_TOKEN: 'action-token',
    gmonkey: {
      load: (_version: string, done: (api: unknown) => void) =>
        done({ isConversationViewDisabled: () => false }),
      v2: { getCurrentThread: () => ({ getThreadId: () => readPlace(location.hash).threadId }) },
    },
    ...(setup.variant.globals === 'given' ? { GLOBALS: globals } : {}),
  });
};

const start = async (): Promise<void> => {
  writeGlobals();
  const frame = buildFrame();
  const lists = new Map<string, ListView>();
  let open:
    | { readonly threadId: string; readonly view: ThreadView; readonly container: HTMLElement }
    | undefined;
  let turn = 0;

  const listOf = async (route: MailRoute): Promise<ListView> => {
    const key = routeHash(route);
    const known = lists.get(key);
    if (known !== undefined) return known;
    const made = await listView(route);
    lists.set(key, made);
    return made;
  };
  const showOnly = (shown: HTMLElement): void => {
    for (const view of [...frame.views.children] as HTMLElement[]) {
      if (view === shown) continue;
      markShown(view, false);
      if (setup.variant.list === 'removed') view.remove();
    }
    if (!shown.isConnected) frame.views.append(shown);
    markShown(shown, true);
  };
  const closeThread = (): void => {
    open?.container.remove();
    open = undefined;
  };

  const go = async (): Promise<void> => {
    turn += 1;
    const mine = turn;
    const { route, threadId } = readPlace(location.hash);
    frame.showPlace();
    const list = await listOf(route);
    const thread = threadId === undefined ? undefined : await readThread(threadId);
    if (mine !== turn) return;
    closeThread();
    list.select(threadId);
    if (list.pane !== undefined) {
      showOnly(list.element);
      const view = thread && threadElement(thread);
      list.pane.replaceChildren(view?.element ?? nothingChosen());
      if (thread && view) open = { threadId: thread.threadId, view, container: view.element };
      return;
    }
    if (thread === undefined) return showOnly(list.element);
    const step = (by: number) => (): void => {
      const all = list.threads();
      const next = all[all.findIndex((each) => each.threadId === thread.threadId) + by];
      if (next !== undefined) location.hash = threadHash(route, next.threadId);
    };
    const view = threadPage(thread, [
      { name: 'Back to list', sign: '←', onClick: () => (location.hash = routeHash(route)), isBack: true },
      { name: 'Newer', sign: '‹', onClick: step(-1) },
      { name: 'Older', sign: '›', onClick: step(1) },
    ]);
    open = { threadId: thread.threadId, view, container: view.element };
    showOnly(view.element);
  };

  const refresh = async (): Promise<void> => {
    frame.showLabels(await readLabels());
    await lists.get(routeHash(readPlace(location.hash).route))?.refresh();
    await open?.view.refresh();
  };
  const refreshForEver = (): void => {
    const again = (): void => void setTimeout(refreshForEver, refreshMs);
    if (document.visibilityState === 'hidden') again();
    else refresh().then(again, again);
  };

  window.addEventListener('hashchange', () => void go());
  if (location.hash === '') location.replace('#inbox');
  await go();
  refreshForEver();
};

void start();
