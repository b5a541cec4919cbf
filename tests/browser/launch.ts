/* A browser with the built extension in it and nothing else in reach: every name but this machine's own is unknown to it, and a
   test fails when anything was asked of a host other than the mail page and 127.0.0.1. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrowserContext,
  test as base,
  chromium,
  expect,
  type Frame,
  type Page,
  type Worker,
} from '@playwright/test';
import { extensionOrigin, extensionPages } from '../../lib/contract/extension.ts';
import type { PageMessage } from '../../lib/contract/runtime.ts';
import type { GmailPage } from '../lab/gmail-page/gmail-page.ts';
import { extensionDirectory } from './build-extension.ts';
import { chromiumPath } from './chromium.ts';

export type Launched = {
  readonly context: BrowserContext;
  /** The extension's background, woken if it sleeps. */
  readonly worker: () => Promise<Worker>;
  /** Stops the background as the browser does with an idle one. `pageMessages` is empty from then on. */
  readonly stopWorker: () => Promise<void>;
  /** Answers https://mail.google.com from now on. */
  readonly serveGmail: (page: GmailPage) => Promise<void>;
  /** What content scripts have told the background since the launch, oldest first. */
  readonly pageMessages: () => Promise<readonly PageMessage[]>;
};

export const test = base.extend<{ launched: Launched; context: BrowserContext; page: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
  launched: async ({}, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'candor-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath(),
      headless: true,
      args: [
        `--disable-extensions-except=${extensionDirectory}`,
        `--load-extension=${extensionDirectory}`,
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    });
    const strangers: string[] = [];
    context.on('request', (request) => {
      if (isStranger(request.url())) strangers.push(request.url());
    });
    const launched = await startOf(context);
    await use(launched);
    await context.close();
    await rm(profile, { recursive: true, force: true });
    expect(strangers, 'requests that left the mail page and this machine').toEqual([]);
  },
  context: async ({ launched }, use) => use(launched.context),
  page: async ({ launched }, use) => {
    const [page = await launched.context.newPage()] = launched.context.pages();
    await use(page);
  },
});
export { expect };

/** The panel's frame in a mail page, once it is there. */
export const panelFrameOf = async (page: Page): Promise<Frame> => {
  const find = (): Frame | undefined =>
    page.frames().find((frame) => frame.url().endsWith(`/${extensionPages.panel}`));
  await expect.poll(find).toBeDefined();
  const frame = find();
  if (frame === undefined) throw new Error('The panel went away again.');
  return frame;
};

const isStranger = (text: string): boolean => {
  const url = new URL(text);
  if (!/^(https?|wss?):$/.test(url.protocol)) return false;
  return url.hostname !== 'mail.google.com' && url.hostname !== '127.0.0.1';
};

const startOf = async (context: BrowserContext): Promise<Launched> => {
  const worker = async (): Promise<Worker> =>
    context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  // Once installed, the extension opens its own page. It would come in front of the mail page just when a test looks at that.
  const appUrl = `${extensionOrigin}/${extensionPages.app}`;
  const isApp = (page: Page): boolean => page.url().startsWith(appUrl);
  const app = context.pages().find(isApp) ?? (await context.waitForEvent('page', isApp));
  await (await worker()).evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heardByTest: heard });
    chrome.runtime.onMessage.addListener((message: { kind?: unknown }) => {
      if (typeof message.kind === 'string') heard.push(message);
    });
  });
  await app.close();
  return {
    context,
    worker,
    stopWorker: async () => {
      const helper = await context.newPage();
      await helper.goto(`${extensionOrigin}/icon/16.png`);
      const devtools = await context.newCDPSession(helper);
      await devtools.send('ServiceWorker.enable');
      await devtools.send('ServiceWorker.stopAllWorkers');
      // A view that was connected wakes the next one at once. It is a new one when it no longer knows what the test put in.
      await expect.poll(async () => (await worker()).evaluate(() => 'heardByTest' in globalThis)).toBe(false);
      await helper.close();
      // A tab that is not in front paints nothing, and the next one does not come there by itself.
      await context.pages().at(-1)?.bringToFront();
    },
    serveGmail: async (page) => {
      await context.route('https://mail.google.com/**', page.route);
    },
    pageMessages: async () =>
      (await worker()).evaluate(() => (globalThis as { heardByTest?: PageMessage[] }).heardByTest ?? []),
  };
};
