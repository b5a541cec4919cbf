/* A Chromium with the built extension, the Gmail replica of one person in it, and nothing else in reach. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Frame, type FrameLocator, type Page } from '@playwright/test';
import { extensionOrigin, extensionPages } from '../../lib/contract/extension.ts';
import { extensionDirectory } from '../browser/build-extension.ts';
import { chromiumPath } from '../browser/chromium.ts';
import { gmailPage } from '../lab/gmail-page/gmail-page.ts';
import type { PageVariant } from '../lab/gmail-page/variant.ts';
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
  /** Opens a thread of the person's mailbox by Gmail's id. */
  readonly openThread: (threadId: string) => Promise<void>;
  readonly app: () => Promise<Page>;
  /** Every request that went to a host other than the mail page and this machine. */
  readonly strangers: readonly string[];
  readonly close: () => Promise<void>;
};

export type BrowserOptions = {
  readonly isHeadless: boolean;
  readonly colorScheme?: 'light' | 'dark';
  readonly variant?: Partial<PageVariant>;
};

export const openBrowser = async (
  world: World,
  person: WorldPerson,
  options: BrowserOptions,
): Promise<PersonsBrowser> => {
  const profile = await mkdtemp(join(tmpdir(), 'candor-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: options.isHeadless,
    viewport: { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? 'light',
    args: [
      `--disable-extensions-except=${extensionDirectory}`,
      `--load-extension=${extensionDirectory}`,
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  const strangers: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const isNear = url.hostname === 'mail.google.com' || url.hostname === '127.0.0.1';
    if (/^(https?|wss?):$/.test(url.protocol) && !isNear) strangers.push(request.url());
  });
  const page = gmailPage({
    accounts: [{ address: person.address, name: person.name }],
    source: labMailbox(world.lab),
    variant: options.variant ?? {},
  });
  await context.route('https://mail.google.com/**', page.route);
  const appUrl = `${extensionOrigin}/${extensionPages.app}`;
  const first = context.pages()[0];
  // Once installed, the extension opens its own page.
  const installed =
    context.pages().find((each) => each.url().startsWith(appUrl)) ??
    (await context.waitForEvent('page', (each) => each.url().startsWith(appUrl)));
  const mail = first === undefined || first === installed ? await context.newPage() : first;
  return {
    context,
    person,
    mail,
    panel: mail.frameLocator(`iframe[src*="${extensionPages.panel}"]`),
    panelFrame: () => mail.frames().find((frame) => frame.url().endsWith(`/${extensionPages.panel}`)),
    openThread: async (threadId) => {
      const here = new URL(mail.url().startsWith('https://mail.google.com/') ? mail.url() : 'https://mail.google.com/');
      if (here.pathname.startsWith('/mail/u/')) await mail.evaluate((id) => (location.hash = `#inbox/${id}`), threadId);
      else await mail.goto(`https://mail.google.com/mail/u/0/#inbox/${threadId}`);
      await mail.bringToFront();
    },
    app: async () => {
      await installed.bringToFront();
      return installed;
    },
    strangers,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
};

/** Signs the extension in as its person does: the code in the extension, confirmed on the server's page. */
export const signInByHand = async (world: World, browser: PersonsBrowser): Promise<void> => {
  const app = await browser.app();
  await app.getByLabel('Server address').fill(world.server.url);
  await app.getByRole('button', { name: 'Connect to your Candor server' }).click();
  const [confirm] = await Promise.all([
    browser.context.waitForEvent('page'),
    app.getByRole('link', { name: `Open ${new URL(world.server.url).host}` }).click(),
  ]);
  await confirm.getByLabel('Work address').fill(browser.person.address);
  await confirm.getByLabel('Password').fill(worldPassword);
  await confirm.getByRole('button', { name: 'Sign in', exact: true }).click();
  await confirm.getByRole('button', { name: 'Connect it' }).click();
  await confirm.getByRole('heading', { name: 'Connected' }).waitFor();
  await confirm.close();
  await app.bringToFront();
  await app.getByRole('heading', { name: 'My mailboxes' }).waitFor();
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
