// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { keptForMs, privateSubject } from '../../lib/client/store.ts';
import type { ThreadView } from '../../lib/contract/thread.ts';
import { aHistoryThread, anOpenThread, aThreadView } from './a-thread-view.ts';
import { Refusal, sendText } from './fake-server.ts';
import { isKind } from './fake-view.ts';
import { isFresh, openPanel, withBrowserAndServer } from './setting.ts';

const setting = withBrowserAndServer();

const seenOnce = async (thread = anOpenThread()) => {
  const panel = openPanel(setting.browser, thread);
  await panel.panel(isKind('thread', isFresh));
  setting.browser.stopWorker();
  return thread;
};

describe('painting', () => {
  test('a thread seen before paints while the server has not answered', async () => {
    const thread = await seenOnce();
    const held = Promise.withResolvers<ThreadView>();
    setting.server.view = () => held.promise;
    const panel = openPanel(setting.browser, thread);
    const state = await panel.panel(isKind('thread', ({ freshness }) => freshness.state === 'refreshing'));
    expect(state.view.candidates[0]?.name).toBe('Jane Doe');
    held.resolve(aThreadView({ ref: thread, history: { threads: [], hiddenCount: 4, contacts: [] } }));
    const fresh = await panel.panel(isKind('thread', isFresh));
    expect(fresh.view.history.hiddenCount).toBe(4);
  });

  test('a thread never seen shows as loading, then as the server gives it', async () => {
    const panel = openPanel(setting.browser, anOpenThread());
    await panel.panel(isKind('thread', isFresh));
    expect(panel.states().map(({ kind }) => kind)).toContain('loading');
  });

  test('a stored thread shows with its age while the browser is offline', async () => {
    const thread = await seenOnce();
    const seenAt = setting.browser.now();
    setting.browser.setOnline(false);
    setting.browser.pass(60_000);
    const panel = openPanel(setting.browser, thread);
    const state = await panel.panel(isKind('thread', ({ freshness }) => freshness.state === 'offline'));
    expect(state.freshness.asOf).toBe(new Date(seenAt).toISOString());
  });

  test('a thread that is not stored fails as offline while the browser is offline, and comes with the network', async () => {
    setting.browser.setOnline(false);
    const panel = openPanel(setting.browser, anOpenThread());
    expect((await panel.panel(isKind('failed'))).why).toBe('offline');
    setting.browser.setOnline(true);
    await panel.panel(isKind('thread', isFresh));
  });

  test('a stored thread shows as "server unreachable" when a proxy answers in the place of the server', async () => {
    const thread = await seenOnce();
    setting.server.raw = {
      path: 'thread.view',
      times: 9,
      answer: (response) => sendText(response, 502, '<h1>Bad gateway'),
    };
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread', ({ freshness }) => freshness.state === 'server-unreachable'));
  });

  test.each([
    ['a page where JSON is due', 200, '<html>Welcome to the hotel', 'bug'],
    ['JSON that is no view', 200, '{"result":{"data":{"ref":1}}}', 'bug'],
    [
      'a fault',
      500,
      '{"error":{"message":"x","code":-32603,"data":{"code":"INTERNAL_SERVER_ERROR"}}}',
      'bug',
    ],
    ['a proxy without its server', 503, '{"message":"no available server"}', 'server-unreachable'],
    ['a reason', 404, '{"error":{"message":"x","code":-32004,"data":{"reason":"not-found"}}}', 'not-found'],
  ])('%s in answer is told by its own name', async (_, status, text, why) => {
    setting.server.raw = {
      path: 'thread.view',
      times: 1,
      answer: (response) => sendText(response, status, text),
    };
    const panel = openPanel(setting.browser, anOpenThread());
    expect((await panel.panel(isKind('failed'))).why).toBe(why);
  });

  test('an answer that is cut off is no answer', async () => {
    setting.server.raw = {
      path: 'thread.view',
      times: 1,
      answer: (response) => {
        response.writeHead(200, { 'content-length': '5000' });
        response.write('{"result":', () => response.destroy());
      },
    };
    const panel = openPanel(setting.browser, anOpenThread());
    expect((await panel.panel(isKind('failed'))).why).toBe('server-unreachable');
  });

  test('a server that does not answer in time counts as unreachable', async () => {
    const asked = Promise.withResolvers<void>();
    setting.server.view = () => {
      asked.resolve();
      return new Promise(() => {});
    };
    const panel = openPanel(setting.browser, anOpenThread());
    await asked.promise;
    setting.browser.pass(25_000);
    expect((await panel.panel(isKind('failed'))).why).toBe('server-unreachable');
  });

  test('a thread the server no longer shows is no longer shown from the store either', async () => {
    const thread = await seenOnce();
    setting.server.view = async () => {
      throw new Refusal('not-found');
    };
    const panel = openPanel(setting.browser, thread);
    expect((await panel.panel(isKind('failed'))).why).toBe('not-found');
    setting.browser.stopWorker();
    expect(await setting.browser.dump()).not.toContain('Jane Doe');
  });

  test('the address of an account is the same however the page writes it', async () => {
    const thread = await seenOnce();
    setting.server.view = () => new Promise(() => {});
    const panel = openPanel(setting.browser, { ...thread, mailboxAddress: 'Ana@ACME.example' });
    await panel.panel(isKind('thread'));
  });

  test('one thread in two views is asked for once', async () => {
    const held = Promise.withResolvers<void>();
    setting.server.view = async (ref) => {
      await held.promise;
      return aThreadView({ ref });
    };
    const thread = anOpenThread();
    const first = openPanel(setting.browser, thread, 7);
    const second = openPanel(setting.browser, thread, 8);
    await Promise.all([first.panel(isKind('loading')), second.panel(isKind('loading'))]);
    held.resolve();
    await Promise.all([first.panel(isKind('thread', isFresh)), second.panel(isKind('thread', isFresh))]);
    expect(setting.server.asked.filter((path) => path.endsWith('thread.view'))).toHaveLength(1);
  });

  test('news from the server are asked for and shown', async () => {
    const panel = openPanel(setting.browser, anOpenThread());
    await panel.panel(isKind('thread', isFresh));
    setting.server.view = async (ref) =>
      aThreadView({ ref, history: { threads: [], hiddenCount: 9, contacts: [] } });
    await expect
      .poll(() => {
        setting.browser.pass(1_000);
        return setting.server.news.length;
      })
      .toBe(1);
    setting.server.tell({ cursor: 'second', changed: true });
    await panel.panel(isKind('thread', ({ view }) => view.history.hiddenCount === 9));
  });

  test('no request holds an address or an id in its URL', async () => {
    const panel = openPanel(setting.browser, anOpenThread());
    await panel.panel(isKind('thread', isFresh));
    await panel.ask({ ask: 'search-candidates', input: { text: 'jane@mail.example' } });
    expect(setting.server.urls.every((url) => /^\/trpc\/[a-zA-Z.]+$/.test(url))).toBe(true);
  });
});

describe('what is kept', () => {
  test('the subject of a private thread is shown but not stored, nor is any body', async () => {
    const threads = [
      aHistoryThread(1, { subject: 'Salary wishes of Jane', isPrivate: true }),
      aHistoryThread(2, { subject: 'Interview on Monday' }),
    ];
    setting.server.view = async (ref) =>
      aThreadView({ ref, history: { threads, hiddenCount: 0, contacts: [] } });
    setting.server.read = async () => ({
      threadId: threads[1]?.threadId as never,
      subject: 'Interview on Monday',
      messages: [
        {
          messageId: '00000000-0000-4000-8000-000000000077' as never,
          subject: 'Interview on Monday',
          to: [],
          cc: [],
          sentAt: '2026-11-01T10:00:00.000Z',
          text: 'The body of the message.',
          isHeadersOnly: false,
          isPartlyUnread: false,
          attachments: [],
          canReadBecause: 'was on Cc',
          canDeleteInMailbox: false,
        },
      ],
      hiddenMessageCount: 0,
      leavesReceipt: false,
    });
    const thread = anOpenThread();
    const panel = openPanel(setting.browser, thread);
    const fresh = await panel.panel(isKind('thread', isFresh));
    expect(fresh.view.history.threads[0]?.subject).toBe('Salary wishes of Jane');
    const answer = await panel.ask({ ask: 'read-thread', input: { threadId: threads[1]?.threadId } });
    expect(JSON.stringify(answer)).toContain('The body of the message.');

    setting.browser.stopWorker();
    const stored = (await setting.browser.dump()) + [...setting.browser.local, ...setting.browser.session];
    expect(stored).toContain('Interview on Monday');
    expect(stored).not.toContain('Salary wishes');
    expect(stored).not.toContain('The body of the message.');

    setting.server.view = () => new Promise(() => {});
    const later = await openPanel(setting.browser, thread).panel(isKind('thread'));
    expect(later.view.history.threads[0]?.subject).toBe(privateSubject);
  });

  test('a thread looked at seven days ago is not shown any more', async () => {
    const thread = await seenOnce();
    setting.browser.setOnline(false);
    setting.browser.pass(keptForMs - 1);
    await openPanel(setting.browser, thread).panel(isKind('thread'));
    setting.browser.pass(1);
    const panel = openPanel(setting.browser, thread, 8);
    expect((await panel.panel(isKind('failed'))).why).toBe('offline');
  });

  test('what is too old is deleted when the worker next wakes', async () => {
    await seenOnce();
    expect(await setting.browser.dump()).toContain('Jane Doe');
    setting.browser.pass(keptForMs);
    await expect.poll(setting.browser.dump).not.toContain('Jane Doe');
    expect(setting.browser.alarms).toContain('candor:tidy');
  });
});
