// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { anOpenThread } from './a-thread-view.ts';
import { isKind } from './fake-view.ts';
import { isFresh, openPanel, withBrowserAndServer } from './setting.ts';

const setting = withBrowserAndServer();
const thread = anOpenThread();
const open = { kind: 'candor:thread-open', thread };

describe('what a page says', () => {
  test.each([
    ['from another extension', open, { id: 'abcdefghijklmnopabcdefghijklmnop' }],
    ['from a frame inside the page', open, { frameId: 3 }],
    ['from another site', open, { url: 'https://mail.google.com.evil.example/' }],
    ['from a page without an address', open, { url: undefined }],
    ['from no tab', open, { tab: undefined }],
    ['that is meant for another listener', { type: 'inboxsdk__injectPageWorld' }, {}],
    ['of a kind that is not known', { kind: 'candor:sign-out' }, {}],
    ['with an id no provider gives', { ...open, thread: { ...thread, providerThreadId: '../x' } }, {}],
    ['that is nothing', undefined, {}],
  ])('is ignored when it comes %s', async (_, message, sender) => {
    setting.browser.fromPage(7, message, sender);
    const panel = setting.browser.openView('panel', { tab: { id: 7, windowId: 1 } });
    await panel.panel(isKind('no-thread'));
    expect([...setting.browser.session.keys()].filter((key) => key.startsWith('tab:'))).toEqual([]);
  });

  test('a closed thread leaves the panel without one, and so does a reader that cannot find its way', async () => {
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread'));
    setting.browser.fromPage(7, { kind: 'candor:thread-closed' });
    await panel.panel(isKind('no-thread'));
    setting.browser.fromPage(7, {
      kind: 'candor:reader-trouble',
      trouble: { page: 'gmail', missing: 'sidebar' },
    });
    expect((await panel.panel(isKind('layout-not-understood'))).trouble.missing).toBe('sidebar');
  });

  test('a click on a page without a place for the panel opens the side panel in its window, and forgets nothing', async () => {
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread', isFresh));
    setting.browser.fromPage(7, { kind: 'candor:open-side-panel' }, { tab: { id: 7, windowId: 3 } });
    expect(setting.browser.sidePanelsOpened).toEqual([3]);
    expect(setting.browser.session.has('tab:7')).toBe(true);
    setting.browser.fromPage(7, { kind: 'candor:open-side-panel' }, { frameId: 1 });
    expect(setting.browser.sidePanelsOpened).toEqual([3]);
  });

  test('a stopped worker still knows which thread is open in which tab', async () => {
    await openPanel(setting.browser, thread).panel(isKind('thread', isFresh));
    setting.browser.stopWorker();
    const panel = setting.browser.openView('panel', { tab: { id: 7, windowId: 1 } });
    await panel.panel(isKind('thread'));
  });

  test.each([
    ['is closed', () => setting.browser.fire('tabRemoved', 7)],
    [
      'leaves the mail page',
      () => setting.browser.fire('tabUpdated', 7, { status: 'loading' }, { id: 7, windowId: 1 }),
    ],
  ])('a tab that %s is forgotten', async (_, happen) => {
    await openPanel(setting.browser, thread).panel(isKind('thread', isFresh));
    happen();
    await expect.poll(() => setting.browser.session.has('tab:7')).toBe(false);
  });

  test('moving about inside the mail page forgets nothing', async () => {
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread', isFresh));
    const tab = { id: 7, windowId: 1, url: 'https://mail.google.com/mail/u/0/#inbox/x' };
    setting.browser.fire('tabUpdated', 7, { status: 'loading' }, tab);
    await panel.ask({ ask: 'open-app' });
    expect(setting.browser.session.has('tab:7')).toBe(true);
  });
});

describe('views', () => {
  test('each panel shows the thread of its own tab', async () => {
    const other = anOpenThread(2);
    const first = openPanel(setting.browser, thread, 7);
    const second = openPanel(setting.browser, other, 8);
    expect((await first.panel(isKind('thread'))).ref).toEqual(thread);
    expect((await second.panel(isKind('thread'))).ref).toEqual(other);
  });

  test('the side panel follows the tab in front of its window', async () => {
    const other = anOpenThread(2);
    setting.browser.setTabs([
      { id: 7, windowId: 1, active: true },
      { id: 8, windowId: 1, active: false },
      { id: 9, windowId: 2, active: true },
    ]);
    setting.browser.fromPage(7, open);
    setting.browser.fromPage(8, { ...open, thread: other });
    const panel = setting.browser.openView('side-panel');
    expect((await panel.panel(isKind('thread'))).ref).toEqual(thread);
    setting.browser.setTabs([
      { id: 7, windowId: 1, active: false },
      { id: 8, windowId: 1, active: true },
    ]);
    setting.browser.fire('tabActivated');
    await panel.panel(isKind('thread', ({ ref }) => ref.providerThreadId === other.providerThreadId));
  });

  test('coming back to a thread asks for it again once what is shown is no longer recent', async () => {
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread', isFresh));
    setting.browser.fire('windowFocus');
    await panel.ask({ ask: 'open-app' });
    const askedCount = () => setting.server.asked.filter((path) => path.endsWith('thread.view')).length;
    expect(askedCount()).toBe(1);
    setting.browser.pass(30_000);
    setting.browser.fire('windowFocus');
    await expect.poll(askedCount).toBe(2);
  });

  test('a panel opens the app page at its candidates, in the tab that has it or a new one', async () => {
    const panel = openPanel(setting.browser, thread);
    const ask = () => panel.ask({ ask: 'open-app', section: 'candidates' });
    await ask();
    const [page = ''] = setting.browser.opened;
    expect(page).toMatch(/\/app\.html#candidates$/);
    setting.browser.setTabs([{ id: 3, windowId: 1, active: false, url: page.replace('#candidates', '') }]);
    await ask();
    expect(setting.browser.opened).toEqual([page, page]);
  });

  test.each([
    ['a content script', { url: 'https://mail.google.com/mail/u/0/' }],
    ['another extension', { id: 'abcdefghijklmnopabcdefghijklmnop' }],
  ])('a port opened by %s is told nothing', async (_, sender) => {
    const stranger = setting.browser.openView('app', sender);
    await setting.browser.openView('app').app('signed-in');
    expect(stranger.heard).toEqual([]);
  });

  test('what a view says that is no message of ours changes nothing', async () => {
    const app = setting.browser.openView('app');
    await app.app('signed-in');
    app.say({ kind: 'sign-out' } as never);
    app.say({ kind: 'question', id: 1, question: { ask: 'steal' } } as never);
    expect(await app.ask({ ask: 'open-app' })).toMatchObject({ kind: 'answer' });
    expect(app.heard.filter(({ kind }) => kind === 'answer-failed')).toEqual([]);
  });

  test('a question with input no procedure takes is refused here', async () => {
    const panel = openPanel(setting.browser, thread);
    const answer = await panel.ask({ ask: 'preview-stance', input: { threadId: 'x' } });
    expect(answer).toMatchObject({ kind: 'answer-failed', why: 'bad-input' });
    expect(setting.server.asked.some((path) => path.includes('previewStance'))).toBe(false);
  });

  test('connecting Gmail opens the consent page in a tab of its own', async () => {
    const app = setting.browser.openView('app');
    await app.ask({ ask: 'connect-mailbox', input: { provider: 'gmail' } });
    expect(setting.browser.opened).toEqual(['https://accounts.google.com/o/oauth2/v2/auth?state=x']);
  });

  test('no request waits for news once the last view is closed', async () => {
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread', isFresh));
    await expect
      .poll(() => {
        setting.browser.pass(1_000);
        return setting.server.news.length;
      })
      .toBe(1);
    panel.close();
    setting.server.tell({ cursor: 'second', changed: true });
    setting.browser.pass(60_000);
    const views = setting.server.asked.filter((path) => path.endsWith('thread.view')).length;
    const app = setting.browser.openView('app');
    await app.app('signed-in');
    expect(setting.server.asked.filter((path) => path.endsWith('thread.view'))).toHaveLength(views);
  });
});

describe('the browser', () => {
  test('opens the app page when the extension is installed, and not when it is updated', async () => {
    setting.browser.fire('installed', { reason: 'update' });
    setting.browser.fire('installed', { reason: 'install' });
    await expect
      .poll(() => setting.browser.opened)
      .toEqual(['chrome-extension://pmpncaohjeipedlefgnfjboljmoagjdl/app.html']);
  });

  test('the command goes to the panel beside the mail, and elsewhere opens the side panel', async () => {
    setting.browser.fire('command', 'focus-panel', {
      id: 7,
      windowId: 1,
      url: 'https://mail.google.com/mail/u/0/',
    });
    setting.browser.fire('command', 'focus-panel', { id: 8, windowId: 2 });
    expect(setting.browser.sidePanelsOpened).toEqual([2]);
    await expect
      .poll(() => setting.browser.sentToTabs)
      .toEqual([{ tabId: 7, message: { kind: 'candor:focus-panel' } }]);
  });
});
