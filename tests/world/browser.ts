/* A Chromium with the built extension, the Gmail replica of one person in it, and nothing else in reach. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrowserContext,
  chromium,
  expect,
  type Frame,
  type FrameLocator,
  type Page,
  type Worker,
} from '@playwright/test';
import { extensionOrigin, extensionPages } from '../../lib/contract/extension.ts';
import { extensionDirectory } from '../browser/build-extension.ts';
import { chromiumPath } from '../browser/chromium.ts';
import { gmailPage } from '../lab/gmail-page/gmail-page.ts';
import type { PageAccount, PageVariant } from '../lab/gmail-page/variant.ts';
import { labMailbox } from './lab-mailbox.ts';
import type { WorldPerson } from './people.ts';
import { signIn } from './sign-in.ts';
import { type World, worldPassword } from './start-world.ts';

export type PersonsBrowser = {
  readonly context: BrowserContext;
  readonly person: WorldPerson;
  readonly mail: Page;
  /** The panel beside the open thread. */
  readonly panel: FrameLocator;
  readonly panelFrame: () => Frame | undefined;
  /** Opens a thread by Gmail's id, in the person's mailbox or in one of `otherAccounts` (from 1). */
  readonly openThread: (threadId: string, accountIndex?: number) => Promise<void>;
  /** Gives the mail page another face from its next load on. */
  readonly changePage: (variant: Partial<PageVariant>) => void;
  readonly app: () => Promise<Page>;
  /** The extension's background, once it is awake. */
  readonly worker: () => Promise<Worker>;
  /** Stops the background as the browser does with an idle one; resolves when a new one has been woken by an open view. */
  readonly stopWorker: () => Promise<void>;
  /** Takes the network away from every page and the background, or gives it back. */
  readonly setOffline: (isOffline: boolean) => Promise<void>;
  /** Every request that went to a host other than the mail page and this machine. */
  readonly strangers: readonly string[];
  readonly close: () => Promise<void>;
};

export type BrowserOptions = {
  readonly isHeadless: boolean;
  readonly colorScheme?: 'light' | 'dark';
  readonly variant?: Partial<PageVariant>;
  /** Accounts signed in to the mail page after the person's own: at /mail/u/1/ and so on. */
  readonly otherAccounts?: readonly PageAccount[];
  readonly args?: readonly string[];
};

export const openBrowser = async (
  world: World,
  person: WorldPerson,
  options: BrowserOptions,
): Promise<PersonsBrowser> => {
  const profile = await mkdtemp(join(tmpdir(), 'candor-browser-'));
  // Without it the browser would not start an unpacked extension again once that was reloaded.
  await mkdir(join(profile, 'Default'));
  await writeFile(
    join(profile, 'Default', 'Preferences'),
    JSON.stringify({ extensions: { ui: { developer_mode: true } } }),
  );
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: options.isHeadless,
    // In a window of its own size, whatever that is, so that nothing has to be scrolled into sight.
    viewport: options.isHeadless ? { width: 1280, height: 800 } : null,
    colorScheme: options.colorScheme ?? 'light',
    args: [
      `--disable-extensions-except=${extensionDirectory}`,
      `--load-extension=${extensionDirectory}`,
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ...(options.args ?? []),
    ],
  });
  context.setDefaultTimeout(30_000);
  const strangers: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const isNear = url.hostname === 'mail.google.com' || url.hostname === '127.0.0.1';
    if (/^(https?|wss?):$/.test(url.protocol) && !isNear) strangers.push(request.url());
  });
  const accounts = [{ address: person.address, name: person.name }, ...(options.otherAccounts ?? [])];
  const source = labMailbox(world.lab);
  let page = gmailPage({ accounts, source, variant: options.variant ?? {} });
  await context.route('https://mail.google.com/**', (route) => page.route(route));
  const first = context.pages()[0];
  const installed = await appPageOf(context);
  const mail = first === undefined || first === installed ? await context.newPage() : first;
  const worker = async (): Promise<Worker> =>
    context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  return {
    context,
    person,
    mail,
    panel: mail.frameLocator(`iframe[src*="${extensionPages.panel}"]`),
    panelFrame: () => mail.frames().find((frame) => frame.url().endsWith(`/${extensionPages.panel}`)),
    openThread: async (threadId, accountIndex = 0) => {
      const account = `https://mail.google.com/mail/u/${accountIndex}/`;
      if (mail.url().startsWith(account))
        await mail.evaluate((id) => (location.hash = `#inbox/${id}`), threadId);
      else await mail.goto(`${account}#inbox/${threadId}`);
      await mail.bringToFront();
    },
    changePage: (variant) => {
      page = gmailPage({ accounts, source, variant });
    },
    app: async () => {
      await installed.bringToFront();
      return installed;
    },
    worker,
    stopWorker: () => stopWorker(context, mail, worker),
    setOffline: async (isOffline) => {
      await context.setOffline(isOffline);
      await (await worker()).evaluate(tellOffline, isOffline);
    },
    strangers,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
};

/** Once installed, the extension opens its own page. A page is first told of before it has its address. */
const appPageOf = async (context: BrowserContext): Promise<Page> => {
  const find = (): Page | undefined =>
    context.pages().find((page) => page.url().startsWith(`${extensionOrigin}/${extensionPages.app}`));
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  const page = find();
  if (page === undefined) throw new Error('The extension closed its page.');
  return page;
};

/** Signs the extension in as its person does: the code in the extension, confirmed on the server's page. */
export const signInByHand = async (
  world: World,
  browser: PersonsBrowser,
  serverAddress = world.server.url,
): Promise<void> => {
  const app = await browser.app();
  await app.getByLabel('Server address').fill(serverAddress);
  await app.getByRole('button', { name: 'Connect to your Candor server' }).click();
  const [confirm] = await Promise.all([
    browser.context.waitForEvent('page'),
    app.getByRole('link', { name: `Open ${new URL(world.server.url).host}` }).click(),
  ]);
  await confirmOn(confirm, browser.person);
  await confirm.close();
  await app.bringToFront();
  await app.getByRole('heading', { name: 'My mailboxes' }).waitFor();
};

/** The server's pages from where the extension sends the person: sign-in, unless this browser is signed in there, then the code. */
const confirmOn = async (page: Page, person: WorldPerson): Promise<void> => {
  const connect = page.getByRole('button', { name: 'Connect it' });
  const address = page.getByLabel('Work address');
  await connect.or(address).waitFor();
  if (await address.isVisible()) {
    await address.fill(person.address);
    await page.getByLabel('Password').fill(worldPassword);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }
  await connect.click();
  await page.getByRole('heading', { name: 'Connected' }).waitFor();
};

/** Signs the server's own pages in, so that a consent that comes back finds its person. */
export const giveCookies = async (world: World, browser: PersonsBrowser): Promise<void> => {
  const cookies = await signIn(world.server.url, browser.person.address, worldPassword);
  await browser.context.addCookies(
    cookies.split('; ').map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return { name, value: value.join('='), url: world.server.url };
    }),
  );
};

/** A worker whose network is taken away from outside is not told so by the browser, as it is when the machine loses it. */
const tellOffline = (isOffline: boolean): void => {
  Object.defineProperty(navigator, 'onLine', { get: () => !isOffline, configurable: true });
  dispatchEvent(new Event(isOffline ? 'offline' : 'online'));
};

const stopWorker = async (
  context: BrowserContext,
  mail: Page,
  worker: () => Promise<Worker>,
): Promise<void> => {
  await (await worker()).evaluate(() => Object.assign(globalThis, { isOfOldWorker: true }));
  const helper = await context.newPage();
  await helper.goto(`${extensionOrigin}/icon/16.png`);
  const devtools = await context.newCDPSession(helper);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  // A view that was connected wakes the next one at once. It is a new one when it no longer knows what was put in.
  await expect
    .poll(async () => (await worker()).evaluate(() => 'isOfOldWorker' in globalThis).catch(() => true))
    .toBe(false);
  await helper.close();
  // A tab that is not in front paints nothing, and the next one does not come there by itself.
  await mail.bringToFront();
};
