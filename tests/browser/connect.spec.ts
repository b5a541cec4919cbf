/* A person connects a mailbox of theirs at a real mail server, from the app page and by keyboard, and turns it off again. */
import { expect, type Page, test } from '@playwright/test';
import { systemClock } from '../../server/base/clock.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { otherProgram, password } from '../provider/imap-at-dovecot.ts';
import { storedByExtension } from '../world/extension-data.ts';
import { writeMessage } from '../world/mail.ts';
import { ana, jane, mia } from '../world/people.ts';
import { worldWithBrowsers } from '../world/with-browsers.ts';

const world = worldWithBrowsers('connect', [mia], { connected: [] });
let dovecot: Dovecot;

test.beforeAll(async () => {
  dovecot = await startDovecot({ persona: 'modern' });
  await dovecot.addUser(mia.address, password);
  Object.assign(world.server.services.providers, {
    imap: imapAccounts({
      clock: systemClock,
      trust: trusting([dovecot.certificate]),
      inside: ['localhost', '127.0.0.1'],
    }),
  });
  const { company } = world.as(ana).api;
  await company.setConnectPolicy.mutate({
    ...(await company.connectPolicy.query()),
    isPasswordLoginAllowed: true,
  });
});

test.afterAll(async () => {
  await dovecot.close();
});

/** Goes on to a control by Tab alone, as a person without a pointer does. */
const tabTo = async (page: Page, name: string): Promise<void> => {
  const named = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      const label = at instanceof HTMLInputElement ? at.labels?.[0] : undefined;
      return (label ?? at)?.textContent?.trim() ?? '';
    });
  for (let tabs = 0; tabs < 40; tabs += 1) {
    if ((await named()).startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`No way by Tab to “${name}”.`);
};

test('by keyboard: server, name and password; what is wrong is told, then it works [JS-17] [KL-12]', async () => {
  const page = await world.browser(mia).app();
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: `How to connect ${mia.address}` })).toBeFocused();
  await tabTo(page, 'Another server');
  await page.keyboard.press('Enter');

  await tabTo(page, 'Password');
  await page.keyboard.type('wrong horse');
  await tabTo(page, 'Host');
  await page.keyboard.type('localhost');
  await tabTo(page, 'Port');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(String(dovecot.imapsPort));
  await tabTo(page, 'Mail');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('The server does not take this name and password.');
  expect((await world.as(mia).api.mailbox.list.query()).length).toBe(0);

  await page.getByRole('textbox', { name: 'Password' }).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(page.getByText(`${mia.address} is connected.`)).toBeVisible();
});

test('its mail with a candidate is kept, and the mailbox says so [JS-12]', async () => {
  const page = await world.browser(mia).app();
  const row = page.getByRole('row', { name: mia.address });
  await expect(row).toContainText('Yes');
  const mail = await otherProgram(dovecot, mia.address);
  const raw = writeMessage({
    id: 'to-mia@mailbox.test',
    from: jane,
    to: [mia],
    subject: 'By IMAP',
    text: 'Hello Mia',
    at: Date.now(),
  });
  await mail.append('INBOX', Buffer.from(raw));
  mail.close();
  await expect(row).toContainText('1 message', { timeout: 90_000 });
});

test('the password went to the server once for each try, and lies nowhere in the browser [DC-07] [KL-24]', async () => {
  const saying = world.door.exchanges.filter((exchange) => JSON.stringify(exchange).includes(password));
  expect(saying.map(({ path }) => path.split('?')[0])).toEqual(['/trpc/mailbox.connectServer']);
  expect(saying.map(({ answer }) => answer).join()).not.toContain(password);
  const stored = await storedByExtension(world.browser(mia));
  expect(stored).toContain(mia.address);
  expect(stored).not.toContain('horse');
  expect(await (await world.browser(mia).app()).content()).not.toContain('horse');
});

test('pausing, resuming and turning off are a click each; what it brought is erased when asked [JS-36] [P-09]', async () => {
  const page = await world.browser(mia).app();
  const row = page.getByRole('row', { name: mia.address });
  await row.getByRole('button', { name: `More for ${mia.address}` }).click();
  await page.getByRole('menuitem', { name: 'Pause' }).click();
  await expect(row).toContainText('No: paused by you');
  await row.getByRole('button', { name: 'Resume' }).click();
  await expect(row).toContainText('Yes');
  await row.getByRole('button', { name: 'Turn off' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Erase what it brought' }).check();
  await dialog.getByRole('button', { name: 'Turn off, and erase 1 message' }).click();
  await expect(row).toContainText('No: turned off');
  await expect(row).toContainText('0 messages');
});
