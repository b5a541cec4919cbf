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

type Started = {
  readonly launched: Launched;
  /** Asked for by any page, of hosts that are none of ours. */
  readonly strangers: readonly string[];
  readonly close: () => Promise<void>;
};

const start = async (): Promise<Started> => {
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
  return {
    launched: await startOf(context),
    strangers,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
};

/** As it was after the launch: one blank tab, no mail page, nothing heard and nothing left behind by the page before. */
const renew = async ({ launched: { context, worker } }: Started): Promise<void> => {
  await context.unrouteAll();
  const former = context.pages();
  const page = await context.newPage();
  for (const each of former) await each.close();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Storage.clearDataForOrigin', {
    origin: 'https://mail.google.com',
    storageTypes: 'all',
  });
  await devtools.detach();
  await (await worker()).evaluate(async () => {
    await chrome.storage.session.clear();
    (globalThis as { heardByTest?: unknown[] }).heardByTest?.splice(0);
  });
};

const expectNoStrangers = ({ strangers }: Started): void =>
  expect(strangers, 'requests that left the mail page and this machine').toEqual([]);

type PerTest = { launched: Launched; context: BrowserContext; page: Page };

const inLaunched = base.extend<PerTest>({
  launched: async () => {
    throw new Error('A browser is launched by one of the tests below.');
  },
  context: async ({ launched }, use) => use(launched.context),
  page: async ({ launched }, use) => {
    const [page = await launched.context.newPage()] = launched.context.pages();
    await use(page);
  },
});

/** For what does not change the browser itself: one for many tests, as starting one takes longer than most of them. */
export const test = inLaunched.extend<PerTest, { started: Started }>({
  started: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
    async ({}, use) => {
      const started = await start();
      await use(started);
      await started.close();
    },
    { scope: 'worker' },
  ],
  launched: async ({ started }, use) => {
    await renew(started);
    await use(started.launched);
    expectNoStrangers(started);
  },
});

/** In a browser of its own. */
export const testAlone = inLaunched.extend<PerTest>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
  launched: async ({}, use) => {
    const started = await start();
    await use(started.launched);
    await started.close();
    expectNoStrangers(started);
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
