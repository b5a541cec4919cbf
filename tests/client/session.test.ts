// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { serverAddressOf } from '../../lib/client/pairing.ts';
import { Unserved } from '../../lib/client/server-fetch.ts';
import type { ThreadView } from '../../lib/contract/thread.ts';
import { aLog, ana, anOpenThread, aThreadView } from './a-thread-view.ts';
import { sendText } from './fake-server.ts';
import { isKind } from './fake-view.ts';
import { isFresh, openPanel, withBrowserAndServer } from './setting.ts';

const setting = withBrowserAndServer();
const thread = anOpenThread();
const tokenPolls = () => setting.server.asked.filter((path) => path.endsWith('device/token')).length;

describe('signing in', () => {
  const startPairing = async () => {
    setting.browser.local.clear();
    const app = setting.browser.openView('app');
    await app.app('signed-out');
    const answer = await app.ask({ ask: 'pair', input: { serverAddress: setting.server.address } });
    return { app, answer };
  };

  test('shows the code to confirm, and goes on by itself once it is confirmed', async () => {
    setting.server.deviceAnswers.push({ error: 'authorization_pending' }, { access_token: 'token-ana' });
    const { app, answer } = await startPairing();
    expect(answer?.kind).toBe('answer');
    const pairing = await app.app('pairing');
    expect(pairing).toMatchObject({
      userCode: 'ABCD-EFGH',
      verificationUrl: `${setting.server.address}/device?user_code=ABCD-EFGH`,
    });
    setting.browser.pass(5_000);
    await expect.poll(tokenPolls).toBe(1);
    await expect
      .poll(() => {
        setting.browser.pass(1_000);
        return tokenPolls();
      })
      .toBe(2);
    expect((await app.app('signed-in')).me.name).toBe('Ana');
  });

  test('goes on after the worker was stopped', async () => {
    setting.server.deviceAnswers.push({ access_token: 'token-ana' });
    const { app } = await startPairing();
    await app.app('pairing');
    expect(setting.browser.alarms).toContain('candor:pairing');
    setting.browser.stopWorker();
    setting.browser.pass(30_000);
    setting.browser.ring('candor:pairing');
    const later = setting.browser.openView('app');
    expect((await later.app('signed-in')).me.name).toBe('Ana');
  });

  test('asks more slowly from then on when the server says so', async () => {
    setting.server.deviceAnswers.push({ error: 'slow_down' });
    const { app } = await startPairing();
    await app.app('pairing');
    setting.browser.pass(5_000);
    await expect.poll(() => setting.browser.local.get('session')).toContain('"intervalMs":10000');
    setting.browser.pass(9_999);
    setting.browser.ring('candor:pairing');
    await app.ask({ ask: 'open-app' });
    expect(tokenPolls()).toBe(1);
    await expect
      .poll(() => {
        setting.browser.pass(1);
        return tokenPolls();
      })
      .toBe(2);
  });

  test.each(['access_denied', 'expired_token'])('ends when the answer is %s', async (error) => {
    setting.server.deviceAnswers.push({ error });
    const { app } = await startPairing();
    await app.app('pairing');
    setting.browser.pass(5_000);
    await app.app('signed-out');
  });

  test('is not lost when the server goes away right after the confirmation', async () => {
    setting.server.deviceAnswers.push({ access_token: 'token-ana' });
    setting.server.raw = { path: 'session.me', times: 1, answer: (response) => sendText(response, 502, '') };
    const { app } = await startPairing();
    await app.app('pairing');
    setting.browser.pass(5_000);
    await app.app('server-unreachable');
    setting.browser.stopWorker();
    const later = setting.browser.openView('app');
    await later.app('signed-in');
  });

  test('says that no server answers', async () => {
    setting.browser.local.clear();
    const app = setting.browser.openView('app');
    setting.browser.setOnline(false);
    const answer = await app.ask({ ask: 'pair', input: { serverAddress: setting.server.address } });
    expect(answer).toMatchObject({ kind: 'answer-failed', why: 'offline' });
  });

  test.each([
    ['candor.acme.example', 'https://candor.acme.example'],
    [' https://candor.acme.example/app/?x ', 'https://candor.acme.example'],
    ['http://127.0.0.1:4310', 'http://127.0.0.1:4310'],
    ['http://localhost:4310/', 'http://localhost:4310'],
  ])('takes "%s" for the server %s', (typed, address) => {
    expect(serverAddressOf(typed)).toBe(address);
  });

  test.each([
    '',
    'http://candor.acme.example',
    'ftp://candor.acme.example',
    'javascript:alert(1)',
    'http://localhost.evil.example',
  ])('does not take "%s" for a server', (typed) => {
    expect(() => serverAddressOf(typed)).toThrow(Unserved);
  });
});

describe('leaving', () => {
  test('signing out deletes everything of the person from the browser, acts included, even when the server is away', async () => {
    const panel = openPanel(setting.browser, thread);
    await panel.panel(isKind('thread', isFresh));
    setting.browser.setOnline(false);
    panel.say({ kind: 'act', action: aLog(thread) });
    await panel.panel(isKind('thread', ({ pending }) => pending.length === 1));
    await panel.ask({ ask: 'sign-out' });
    await panel.panel(isKind('signed-out'));
    setting.browser.stopWorker();
    const stored = (await setting.browser.dump()) + [...setting.browser.local];
    expect(stored).not.toMatch(/jane|token-ana|18c2f/i);
  });

  test('the server is told of a sign-out', async () => {
    const app = setting.browser.openView('app');
    await app.app('signed-in');
    await app.ask({ ask: 'sign-out' });
    expect(setting.server.asked).toContain('/trpc/session.signOut');
  });

  test('an answer that comes after the person left is not stored', async () => {
    const held = Promise.withResolvers<ThreadView>();
    const asked = Promise.withResolvers<void>();
    setting.server.view = () => {
      asked.resolve();
      return held.promise;
    };
    const panel = openPanel(setting.browser, thread);
    await asked.promise;
    await panel.ask({ ask: 'sign-out' });
    held.resolve(aThreadView({ ref: thread }));
    const app = setting.browser.openView('app');
    await app.app('signed-out');
    // A request begun after the late answer left the server: when its answer is here, so is the late one.
    await app.ask({ ask: 'pair', input: { serverAddress: setting.server.address } });
    expect(panel.states().at(-1)?.kind).toBe('signed-out');
    setting.browser.stopWorker();
    expect(await setting.browser.dump()).not.toContain('Jane Doe');
  });

  test('a late refusal of an old session does not end a new one', async () => {
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    setting.server.raw = {
      path: 'thread.view',
      times: 1,
      answer: (response) => {
        asked.resolve();
        void held.promise.then(() =>
          sendText(
            response,
            401,
            '{"error":{"message":"x","code":-32001,"data":{"reason":"not-signed-in"}}}',
          ),
        );
      },
    };
    const panel = openPanel(setting.browser, thread);
    await asked.promise;
    setting.server.people.set('token-new', ana);
    setting.browser.signIn(setting.server.address, 'token-new', ana);
    held.resolve();
    panel.say({ kind: 'refresh' });
    await panel.panel(isKind('thread', isFresh));
    expect(setting.browser.local.get('session')).toContain('token-new');
  });

  test('rows left behind by somebody who is not signed in are deleted when the worker wakes', async () => {
    await openPanel(setting.browser, thread).panel(isKind('thread', isFresh));
    setting.browser.stopWorker();
    setting.browser.local.clear();
    setting.browser.wake();
    await expect.poll(setting.browser.dump).not.toContain('Jane Doe');
  });
});

describe('the stored session', () => {
  test('is closed to content scripts before anything is read or written', async () => {
    await setting.browser.openView('app').app('signed-in');
    const local = setting.browser.storageCalls.filter((call) => call.startsWith('local'));
    expect(local[0]).toBe('local.setAccessLevel TRUSTED_CONTEXTS');
  });

  test('that cannot be understood counts as signed out', async () => {
    setting.browser.local.set('session', '{"state":"signed-in","token":7}');
    await setting.browser.openView('app').app('signed-out');
  });

  test('a change of role is taken over', async () => {
    setting.server.people.set('token-ana', { ...ana, role: 'admin' });
    const app = setting.browser.openView('app');
    await app.app('signed-in');
    await expect
      .poll(() => app.heard.findLast(({ kind }) => kind === 'app'))
      .toMatchObject({ state: { me: { role: 'admin' } } });
  });
});
