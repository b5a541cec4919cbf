/* The extension and the server's pages for people who use a keyboard, a screen reader, or a dark room. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Frame, type Page, test } from '@playwright/test';
import { focusPanelMessage } from '../../lib/contract/extension.ts';
import { systemClock } from '../../server/base/clock.ts';
import { readEnv } from '../../server/base/env.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { startServer } from '../../server/start.ts';
import { findFreePort } from '../build/free-port.ts';
import { silentLog } from '../build/silent-log.ts';
import { keptThread, log, look } from '../world/acts.ts';
import type { PersonsBrowser } from '../world/browser.ts';
import { ana, jane } from '../world/people.ts';
import { pictures, worldWithBrowsers } from '../world/with-browsers.ts';
import { schemes, wrongIn } from './axe.ts';
import { didLine, labelButton, logButton, region } from './in-panel.ts';

const world = worldWithBrowsers('accessibility', [ana]);
const anas = (): PersonsBrowser => world.browser(ana);

/** Nothing is wrong with the page, or with one frame of it, in light and in dark. */
const expectClean = async (page: Page, name: string, frame: Page | Frame = page): Promise<void> => {
  for (const colorScheme of schemes) {
    await page.bringToFront();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `${pictures}accessibility-${name}-${colorScheme}.png` });
    expect(await wrongIn(frame, colorScheme), `${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.bringToFront();
};
const expectPanelClean = (name: string): Promise<void> => {
  const frame = anas().panelFrame();
  if (frame === undefined) throw new Error('There is no panel.');
  return expectClean(anas().mail, name, frame);
};

const focusPanel = async (): Promise<void> => {
  const worker = await anas().worker();
  await worker.evaluate(async (message) => {
    const [tab] = await chrome.tabs.query({ url: 'https://mail.google.com/*' });
    if (tab?.id !== undefined) await chrome.tabs.sendMessage(tab.id, message);
  }, focusPanelMessage);
  await expect(anas().mail.locator('iframe[title="Candor"]')).toBeFocused();
};

test('the panel beside the mail is clean in its main states, light and dark [N-24]', async () => {
  const { panel, openThread } = anas();
  await openThread(world.threadId(ana, 'jane'));
  await expect(logButton(anas())).toBeVisible();
  await expectPanelClean('found');
  await logButton(anas()).click();
  await expect(didLine(anas(), 'Logged 4 messages')).toBeVisible();
  await region(anas(), 'Who can read this thread').getByRole('button').first().click();
  await region(anas(), 'History with the team').getByRole('button', { name: 'On-site interview' }).click();
  await expect(panel.getByText('I have another offer')).toBeVisible();
  await expectPanelClean('logged');
  await panel.getByRole('button', { name: 'Make private' }).click();
  await expect(panel.getByRole('dialog')).toContainText('Who can read this thread');
  await expectPanelClean('privacy');
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await openThread(world.threadId(ana, 'noor'));
  await logButton(anas()).click();
  await expect(panel.getByLabel('Name', { exact: true })).toBeVisible();
  await expectPanelClean('nobody');
});

test('the app page is clean, light and dark [N-24]', async () => {
  const page = await anas().app();
  await expect(page.getByRole('row', { name: /ana@acme\.test/ })).toBeVisible();
  await expectClean(page, 'mailboxes');
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Eva Lind');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('eva@acme.test');
  await page.getByRole('button', { name: 'Invite' }).click();
  await expect(page.getByRole('textbox', { name: 'Invitation link for Eva Lind' })).toBeVisible();
  await expectClean(page, 'invited');
  await page.getByRole('link', { name: 'Audit' }).click();
  await expect(
    page.getByRole('cell', { name: 'Ana Ortiz invited a colleague as recruiter.' }).first(),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Check that it is whole' }).click();
  await expect(page.getByText(/^All \d+ rows hold/)).toBeVisible();
  await expectClean(page, 'audit');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download it' }).click();
  expect((await download).suggestedFilename()).toBe('audit.jsonl');
  await expect(page.getByText(/rows downloaded/)).toBeVisible();
});

test('the server’s own pages are clean, light and dark [N-24]', async () => {
  const { url } = world.server;
  const page = await anas().context.newPage();
  const { link } = await world.as(ana).api.people.invite.mutate({
    name: 'Ben Ode',
    address: 'ben@acme.test',
    role: 'recruiter',
  });
  for (const [name, address, heading] of [
    ['invitation', link, 'Join Acme Robotics on Candor'],
    ['sign-in', `${url}/sign-in`, 'Sign in to Candor'],
    ['device', `${url}/device`, 'Connect the extension'],
    ['signed-in', `${url}/`, 'Signed in'],
    ['link-used-up', `${url}/setup?token=not-a-token-that-works`, 'This link does not work any more'],
    ['not-connected', `${url}/oauth/google/callback?state=x&code=y`, 'Your mailbox was not connected'],
  ] as const) {
    await page.goto(address);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await expectClean(page, name);
  }
  await page.close();
});

test('the page to set a company up is clean and takes the company’s first person in [N-24]', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'candor-set-up-'));
  const env = readEnv({ DATA_FOLDER: dataFolder, PORT: String(await findFreePort()) });
  const server = await startServer(env, {
    clock: systemClock,
    log: silentLog,
    fetch: systemFetch,
    detect: async () => ({ kind: 'unknown' }),
    pollMs: 60_000,
    listenMs: 5_000,
  });
  try {
    const page = await anas().context.newPage();
    await page.goto(server.setupLink ?? '');
    await expect(page.getByRole('heading', { name: 'Set up Candor for your company' })).toBeVisible();
    await expectClean(page, 'set-up');
    await page.getByLabel('Company').fill('Beta Bikes');
    await page.getByLabel('Your name').fill('Bo Berg');
    await page.getByLabel('Your work address').fill('bo@beta.test');
    await page.getByLabel('Password').fill('a-long-enough-password');
    await page.getByRole('button', { name: 'Create the company' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in to Candor' })).toBeVisible();
    await page.close();
  } finally {
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
});

test('everything in the panel is done from the keyboard, and Escape gives it back to the mail [N-24]', async () => {
  const { mail, panel, openThread } = anas();
  for (let number = 0; number < 9; number += 1) {
    const threadId = world.send(ana, {
      id: `keys-${number}@mailbox.test`,
      from: jane,
      to: [ana],
      subject: `A further question ${number}`,
      text: 'Is there parking?',
      at: Date.now() - (10 + number) * 86_400_000,
    });
    await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
  }
  const threadId = world.send(ana, {
    id: 'keyboard@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'By keyboard',
    text: 'Where do I ring?',
    at: Date.now() - 5 * 86_400_000,
  });
  await openThread(threadId);
  await expect(logButton(anas())).toBeVisible();
  await mail.getByRole('heading', { name: 'By keyboard' }).click();
  await mail.keyboard.press('l');
  await focusPanel();
  await expect(logButton(anas())).toBeVisible();
  await mail.keyboard.press('l');
  await expect(didLine(anas(), 'Logged 1 message')).toBeVisible();
  await mail.keyboard.press('b');
  await expect(didLine(anas(), 'Labelled')).toBeVisible();
  await expect(labelButton(anas())).toHaveAttribute('aria-pressed', 'true');

  await mail.keyboard.press('p');
  const dialog = panel.getByRole('dialog', { name: 'Who can read this thread' });
  await expect(dialog.getByRole('radio', { name: 'Private' })).toBeFocused();
  await mail.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await mail.keyboard.press('p');
  await expect(dialog.getByRole('button', { name: 'Make private' })).not.toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await mail.keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await mail.keyboard.press('Tab');
  await mail.keyboard.press('Enter');
  await expect(didLine(anas(), 'This thread is private now.')).toBeVisible();
  expect(keptThread(await look(world.as(ana), threadId)).stance).toBe('private');

  await mail.keyboard.press('?');
  const keys = panel.getByRole('dialog', { name: 'Keyboard' });
  await expect(keys).toContainText('Log to ATS');
  await mail.keyboard.press('Escape');
  await expect(keys).toHaveCount(0);
  await mail.keyboard.press('/');
  const search = panel.getByRole('searchbox', { name: 'Search this history' });
  await expect(search).toBeFocused();
  await mail.keyboard.type('further 3');
  await expect(region(anas(), 'History with the team').getByRole('listitem')).toHaveCount(1);
  await mail.keyboard.press('Escape');
  await expect(search).toHaveValue('');
  await mail.keyboard.press('Escape');
  const heard = mail.evaluate(
    () => new Promise((resolve) => addEventListener('keydown', ({ key }) => resolve(key), { once: true })),
  );
  await expect(search).not.toBeFocused();
  await mail.keyboard.press('j');
  expect(await heard).toBe('j');
  await focusPanel();
  await mail.keyboard.press('?');
  await expect(keys).toBeVisible();
});

test('what became of an act is said aloud, once', async () => {
  const { openThread, panel } = anas();
  const threadId = world.send(ana, {
    id: 'aloud@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'Said aloud',
    text: 'Is there a lift?',
    at: Date.now() - 5 * 86_400_000,
  });
  await openThread(threadId);
  await logButton(anas()).click();
  await expect(
    panel.getByRole('status').filter({ hasText: 'Logged 1 message on Jane Doe’s record.' }),
  ).toHaveCount(1);
});
