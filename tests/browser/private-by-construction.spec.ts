/* What the design promises of secrets and borders, looked at from outside after a whole journey. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { extensionOrigin, focusPanelMessage } from '../../lib/contract/extension.ts';
import { keptThread, look } from '../world/acts.ts';
import type { PersonsBrowser } from '../world/browser.ts';
import { storedByExtension } from '../world/extension-data.ts';
import { ana } from '../world/people.ts';
import { worldWithBrowsers } from '../world/with-browsers.ts';
import { didLine, foot, labelButton, logButton, region } from './in-panel.ts';

const netLog = join(await mkdtemp(join(tmpdir(), 'candor-net-log-')), 'net-log.json');
const world = worldWithBrowsers('private', [ana], {
  connected: [],
  browsers: { args: [`--log-net-log=${netLog}`, '--net-log-capture-mode=Everything'] },
});
const anas = (): PersonsBrowser => world.browser(ana);

/** Connect, look, log, label, make private, read: all that makes an extension talk. */
test.beforeAll(async () => {
  const { app, context, openThread, panel } = anas();
  const page = await app();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Google (Gmail, Workspace)' }).click();
  await page.getByRole('checkbox', { name: 'Mail' }).check();
  const [google] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('button', { name: 'Continue to Google' }).click(),
  ]);
  await google.getByRole('button', { name: 'Allow' }).click();
  await google.getByRole('heading', { name: 'Your mailbox is connected' }).waitFor();
  await google.close();
  await openThread(world.threadId(ana, 'jane'));
  await logButton(anas()).click();
  await expect(didLine(anas(), 'Logged 4 messages')).toBeVisible();
  await labelButton(anas()).click();
  await expect(didLine(anas(), 'Labelled')).toBeVisible();
  await panel.getByRole('button', { name: 'More for this thread' }).click();
  await panel.getByRole('menuitem', { name: 'Make private…' }).click();
  await panel.getByRole('dialog').getByRole('button', { name: 'Make private' }).click();
  await expect(didLine(anas(), 'This thread is private now.')).toBeVisible();
  await region(anas(), 'History with the team').getByRole('button', { name: 'On-site interview' }).click();
  await expect(panel.getByText('I have another offer')).toBeVisible();
});

test.afterAll(async () => {
  await rm(join(netLog, '..'), { recursive: true, force: true });
});

/** How Google's lab begins its tokens, and its client's secret. */
const secret = /ya29\.lab-|1\/\/lab-|lab-client-secret/;

test('no provider token is in anything the extension stores, says or hears [DC-07]', async () => {
  const { accessToken, refreshToken } = world.lab.grant(ana.address, ['openid']);
  for (const token of [accessToken, refreshToken, world.lab.client.clientSecret])
    expect(token).toMatch(secret);
  expect(world.lab.requests.some(({ path, status }) => path === '/token' && status === 200)).toBe(true);

  expect(world.door.exchanges.length).toBeGreaterThan(10);
  for (const exchange of world.door.exchanges) expect(JSON.stringify(exchange)).not.toMatch(secret);
  const stored = await storedByExtension(anas());
  expect(stored).toContain('jane.doe@mailbox.test');
  expect(stored).not.toMatch(secret);
});

test('no body, and no subject of a private thread, is left in the browser’s storage', async () => {
  const stored = await storedByExtension(anas());
  for (const text of ['another offer', 'Wednesday is perfect', 'On-site interview next week'])
    expect(stored).not.toContain(text);
});

test('the content script cannot read where the session lies', async () => {
  const { context, mail } = anas();
  const devtools = await context.newCDPSession(mail);
  const worlds: number[] = [];
  devtools.on('Runtime.executionContextCreated', ({ context: { id, origin, auxData } }) => {
    if (origin === extensionOrigin && auxData?.type === 'isolated') worlds.push(id);
  });
  await devtools.send('Runtime.enable');
  await expect.poll(() => worlds.length).toBe(1);
  const [contextId = 0] = worlds;
  for (const area of ['local', 'session']) {
    const { result } = await devtools.send('Runtime.evaluate', {
      contextId,
      awaitPromise: true,
      expression: `chrome.storage.${area}.get().then(JSON.stringify, (refused) => 'refused: ' + refused.message)`,
    });
    expect(result.value).toMatch(/^refused: Access to storage is not allowed from this context/);
  }
  await devtools.detach();
});

test('the mail page cannot look into the panel', async () => {
  const looked = await anas().mail.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>('iframe[title="Candor"]');
    const attempt = (look: () => unknown): string => {
      try {
        return `saw ${String(look())}`;
      } catch (refused) {
        return refused instanceof Error ? refused.name : 'refused';
      }
    };
    return [
      attempt(() => frame?.contentDocument),
      attempt(() => frame?.contentWindow?.document.body.innerHTML),
      attempt(() => Reflect.get(frame?.contentWindow ?? {}, 'chrome')),
      attempt(() => typeof Reflect.get(Reflect.get(window, 'chrome') ?? {}, 'runtime')),
    ];
  });
  expect(looked).toEqual(['saw null', 'SecurityError', 'SecurityError', 'saw undefined']);
});

test('whatever the mail page says to the panel or to itself, nothing changes', async () => {
  const { mail, panel } = anas();
  const before = await panel.getByRole('main').innerText();
  const said = world.door.exchanges.length;
  const { thread } = await look(world.as(ana), world.threadId(ana, 'jane'));
  const { threadId } = keptThread(await look(world.as(ana), world.threadId(ana, 'jane')));
  await mail.evaluate(
    ({ threadId, providerThreadId }) => {
      const ref = { mailboxAddress: 'ana@acme.test', providerThreadId };
      const action = { kind: 'stance', key: crypto.randomUUID(), ref, threadId, stance: 'shared' };
      const messages = [
        { kind: 'act', action },
        { kind: 'question', id: 1, question: { ask: 'read-thread', input: { threadId } } },
        { kind: 'panel', state: { kind: 'signed-out' } },
        { kind: 'candor:thread-open', thread: { page: 'gmail', ...ref, mailboxAddress: 'mia@acme.test' } },
        { kind: 'candor:focus-panel' },
        'not even an object',
      ];
      const frame = document.querySelector<HTMLIFrameElement>('iframe[title="Candor"]');
      for (const message of messages) {
        frame?.contentWindow?.postMessage(message, '*');
        window.postMessage(message, '*');
        document.dispatchEvent(new CustomEvent('candor:view', { detail: message }));
      }
    },
    { threadId, providerThreadId: world.threadId(ana, 'jane') },
  );
  // Once a question asked through the panel itself is answered, all that was said before it has been heard.
  await panel.getByRole('button', { name: 'More for this thread' }).click();
  await panel.getByRole('menuitem', { name: 'Look again' }).click();
  await expect
    .poll(() => world.door.exchanges.slice(said).some(({ path }) => path.includes('thread.view')))
    .toBe(true);
  expect(
    world.door.exchanges.slice(said).filter(({ path }) => /thread\.(setStance|read|log|label)/.test(path)),
  ).toEqual([]);
  expect((await look(world.as(ana), world.threadId(ana, 'jane'))).thread).toEqual(thread);
  await expect(panel.getByRole('main')).toHaveText(before, { useInnerText: true });
});

test('keys typed in the panel never reach the mail page', async () => {
  const { mail, panel, worker } = anas();
  await mail.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const kind of ['keydown', 'keypress', 'keyup', 'input', 'beforeinput'])
      window.addEventListener(kind, (event) => heard.push(`${kind} ${Reflect.get(event, 'key')}`), true);
  });
  await anas().openThread(world.threadId(ana, 'noor'));
  await expect(foot(anas())).toHaveText(/^In sync/);
  await (await worker()).evaluate(async (message) => {
    const [tab] = await chrome.tabs.query({ url: 'https://mail.google.com/*' });
    if (tab?.id !== undefined) await chrome.tabs.sendMessage(tab.id, message);
  }, focusPanelMessage);
  await mail.keyboard.press('l');
  const name = panel.getByLabel('Name', { exact: true });
  await expect(name).toBeFocused();
  await name.press('End');
  await mail.keyboard.type(' of the third floor');
  await expect(name).toHaveValue('Noor Haddad of the third floor');
  await mail.keyboard.press('Escape');
  await expect(name).toHaveCount(0);
  expect(await mail.evaluate(() => Reflect.get(window, 'heard'))).toEqual([]);
});

test('nothing was asked of any host but the server and the mail page, and no token was among the bytes [DC-07]', async () => {
  expect(anas().strangers).toEqual([]);
  // The browser writes its own record of the network to its end when it closes.
  await anas().close();
  const record = JSON.parse(await readFile(netLog, 'utf8')) as NetLog;
  const { URL_REQUEST_START_JOB: started } = record.constants.logEventTypes;
  const asked = record.events.filter(({ type, params }) => type === started && params?.url !== undefined);
  const ours = asked.filter(({ params }) =>
    /^(chrome-extension:|https:\/\/mail\.google)/.test(params?.initiator ?? ''),
  );
  const hosts = new Set(ours.map(({ params }) => new URL(params?.url ?? '').host));
  expect(hosts).toContain(new URL(world.door.url).host);
  const near = [world.door.url, world.server.url, extensionOrigin, 'https://mail.google.com'];
  expect([...hosts].filter((host) => !near.some((url) => new URL(url).host === host))).toEqual([]);

  const bytes = record.events.flatMap(({ params }) => (params?.bytes === undefined ? [] : [params.bytes]));
  const all = bytes.map((text) => Buffer.from(text, 'base64').toString('latin1')).join('\n');
  expect(all).toContain('/trpc/thread.view');
  expect(all).not.toMatch(secret);
});

/** Source: Chromium's net/log/file_net_log_observer.h, the parts that are read here. */
type NetLog = {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly {
    readonly type: number;
    readonly params?: { readonly url?: string; readonly initiator?: string; readonly bytes?: string };
  }[];
};
