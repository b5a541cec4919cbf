/* Two colleagues at the same time, each in their own browser: what one decides, the other's panel follows within seconds. */
import { expect, test } from '@playwright/test';
import { keptThread, log, look, setStance } from '../world/acts.ts';
import { storedByExtension } from '../world/extension-data.ts';
import { ana, jane, mia, tom } from '../world/people.ts';
import { pictures, worldWithBrowsers } from '../world/with-browsers.ts';
import { didLine, region } from './in-panel.ts';

const world = worldWithBrowsers('two-people', [ana, mia, tom]);

/** Ana's thread with Jane, on the record; as the company has it by default, only those on it read it. */
const anasThread = () => world.threadId(ana, 'jane');

test.beforeEach(async () => {
  const who = world.as(ana);
  const view = await look(who, anasThread());
  if (view.thread.state !== 'kept') await log(who, anasThread(), [world.candidateId(jane.address)]);
  await setStance(who, anasThread(), keptThread(await look(who, anasThread())).threadId, 'default');
});

test('what one shares stands in the other’s history within seconds, and is gone from it when made private: counted, with who is in contact, and nothing of it told [DC-05] [LI-08] [N-18]', async () => {
  const anas = world.browser(ana);
  const mias = world.browser(mia);
  await mias.openThread(world.threadId(mia, 'jane-mia'));
  const history = region(mias, 'History with the team');
  await expect(history).toContainText('1 conversation is hidden from you');
  await expect(history).not.toContainText('On-site interview next week');

  await anas.openThread(anasThread());
  const decide = async (choice: 'Team' | 'Private', button: string): Promise<void> => {
    await region(anas, 'Actions').getByRole('button', { name: 'More for this thread' }).click();
    await anas.panel.getByRole('menuitem', { name: /Make private|Open to the team/ }).click();
    const dialog = anas.panel.getByRole('dialog');
    await dialog.getByRole('radio', { name: choice }).check();
    await dialog.getByRole('button', { name: button }).click();
  };
  await decide('Team', 'Open to the team');
  const row = history.getByRole('button', { name: 'On-site interview next week' });
  await expect(row).toBeVisible();
  await expect(history).not.toContainText('hidden from you');
  await row.click();
  await expect(history).toContainText('I have another offer and must answer by Friday.');
  await mias.mail.screenshot({ path: `${pictures}two-people-1-shared.png` });

  await decide('Private', 'Make private');
  await expect(didLine(anas, 'This thread is private now.')).toBeVisible();
  await expect(row).toHaveCount(0);
  await expect(history).toContainText('1 conversation is hidden from you');
  await mias.mail.screenshot({ path: `${pictures}two-people-2-private.png` });
  const words = await mias.panel.locator('html').innerHTML();
  await expect(history).toContainText('In contact: Ana Ortiz and Tom Becker.');
  for (const secret of ['On-site interview next week', 'another offer']) expect(words).not.toContain(secret);
});

test('nothing of a thread made private stays in a colleague’s browser', async () => {
  const mias = world.browser(mia);
  const { threadId } = keptThread(await look(world.as(ana), anasThread()));
  await setStance(world.as(ana), anasThread(), threadId, 'shared');
  await mias.openThread(world.threadId(mia, 'jane-mia'));
  const row = region(mias, 'History with the team').getByRole('button', {
    name: 'On-site interview next week',
  });
  await expect(row).toBeVisible();
  await setStance(world.as(ana), anasThread(), threadId, 'private');
  await expect(row).toHaveCount(0);
  // The row goes from the panel a moment before it goes from the store, or after.
  await expect.poll(() => storedByExtension(mias)).not.toContain('On-site interview next week');
  expect(await storedByExtension(mias)).toContain(jane.name);
});

test('a colleague who was on the first messages of a private thread reads those and no later one [JS-34]', async () => {
  const toms = world.browser(tom);
  const { threadId } = keptThread(await look(world.as(ana), anasThread()));
  await setStance(world.as(ana), anasThread(), threadId, 'private');
  await toms.openThread(world.threadId(tom, 'jane'));
  await expect(toms.panel.getByText('2 messages kept, 2 more hidden from you')).toBeVisible();
  const history = region(toms, 'History with the team');
  await history.getByRole('button', { name: 'On-site interview next week' }).click();
  const messages = history.getByRole('list', { name: /^Messages of/ }).getByRole('listitem');
  await expect(messages).toHaveCount(2);
  await expect(history).toContainText('Should I prepare anything?');
  await expect(history).toContainText('2 more messages are hidden from you.');
  await expect(toms.panel.locator('body')).not.toContainText('another offer');
  await toms.mail.screenshot({ path: `${pictures}two-people-3-first-messages.png` });
});

test('each finds by its words what they may read, in the panel and on the app page, and nothing of the rest [N-06]', async () => {
  const { threadId } = keptThread(await look(world.as(ana), anasThread()));
  await setStance(world.as(ana), anasThread(), threadId, 'private');

  const toms = world.browser(tom);
  await toms.openThread(world.threadId(tom, 'jane'));
  const history = region(toms, 'History with the team');
  await history.getByRole('button', { name: 'Search what was written' }).click();
  const box = history.getByRole('searchbox', { name: `Search mail with ${jane.name}` });
  await expect(box).toBeFocused();
  await box.fill('"prepare anything"');
  const found = history.getByRole('list', { name: 'Messages found' }).getByRole('listitem');
  await expect(found).toHaveCount(1);
  await expect(found.locator('mark')).toHaveText(['prepare anything']);
  await box.press('ArrowDown');
  await toms.panelFrame()?.locator(':focus').press('Enter');
  await expect(found.getByRole('list', { name: /^Messages of/ })).toContainText('Should I prepare anything?');
  await toms.mail.screenshot({ path: `${pictures}two-people-4-search-panel.png` });
  await box.fill('another offer');
  await expect(history).toContainText('Nothing you may read holds all of this.');
  await expect(toms.panel.locator('body')).not.toContainText('must answer by Friday');

  const app = await world.browser(ana).app();
  await app.getByRole('link', { name: 'Search' }).click();
  await app.getByRole('searchbox', { name: 'Words' }).fill('"another offer" friday');
  const hits = app.getByRole('list', { name: 'Messages found' }).getByRole('listitem');
  await expect(hits).toHaveCount(1);
  await hits.getByRole('button', { expanded: false }).click();
  await expect(hits.getByRole('list', { name: /^Messages of/ })).toContainText('must answer by Friday.');
  await app.screenshot({ path: `${pictures}two-people-5-search-app.png` });
});

test('a colleague asks for access to what is hidden, and who is asked opens one conversation from their own panel [N-18] [JS-35]', async () => {
  const { threadId } = keptThread(await look(world.as(ana), anasThread()));
  await setStance(world.as(ana), anasThread(), threadId, 'private');
  const mias = world.browser(mia);
  await mias.openThread(world.threadId(mia, 'jane-mia'));
  const history = region(mias, 'History with the team');
  await history.getByRole('button', { name: 'Ask for access' }).click();
  const ask = mias.panel.getByRole('dialog', { name: 'Ask for access' });
  await ask.getByLabel('Why you ask (optional)').fill('I call her on Friday');
  await ask.getByRole('button', { name: 'Ask Ana Ortiz' }).click();
  await expect(history).toContainText('You asked Ana Ortiz about Jane Doe');
  await mias.mail.screenshot({ path: `${pictures}two-people-6-asked.png` });

  const anas = world.browser(ana);
  await anas.openThread(anasThread());
  await expect(anas.panel.getByText('“I call her on Friday”')).toBeVisible();
  await anas.panel.getByRole('button', { name: 'Answer' }).click();
  const answer = anas.panel.getByRole('dialog', { name: 'What may Mia Chen read?' });
  await expect(answer.getByRole('checkbox', { name: /On-site interview/ })).toBeChecked();
  await answer.getByRole('radio', { name: 'For a week' }).check();
  await anas.mail.screenshot({ path: `${pictures}two-people-7-answer.png` });
  await answer.getByRole('button', { name: 'Share 1 conversation' }).click();

  await expect(history.getByRole('button', { name: /On-site interview next week/ })).toBeVisible();
  await expect(history).toContainText('Ana Ortiz let you read what they chose with Jane Doe');
});

test('a share stands still when somebody outside joins, and goes on by its owner’s word [N-10]', async () => {
  const { threadId } = keptThread(await look(world.as(ana), anasThread()));
  await setStance(world.as(ana), anasThread(), threadId, 'shared');
  const anas = world.browser(ana);
  await anas.openThread(anasThread());
  const raw = [
    'Message-ID: <joined@mailbox.test>',
    `From: ${jane.address}`,
    `To: ${ana.address}`,
    'Cc: rita@agency.test',
    'Subject: Re: On-site interview next week',
    'References: <jane.0@acme.test> <jane.1@mailbox.test>',
    '',
    'Rita will come along.',
  ].join('\r\n');
  world.lab.deliver(ana.address, Buffer.from(raw), { at: Date.now(), labels: ['INBOX', 'UNREAD'] });
  const notice = anas.panel.getByText('New mail of this thread is not shared.');
  await expect(notice).toBeVisible({ timeout: 30_000 });
  await expect(anas.panel.getByText(/rita@agency\.test was not on this thread before/)).toBeVisible();
  await anas.mail.screenshot({ path: `${pictures}two-people-8-share-paused.png` });
  const mias = world.browser(mia);
  await mias.openThread(world.threadId(mia, 'jane-mia'));
  const history = region(mias, 'History with the team');
  await history.getByRole('button', { name: /On-site interview next week/ }).click();
  await expect(history).not.toContainText('Rita will come along.');
  await anas.panel.getByRole('button', { name: 'Share it too' }).click();
  await expect(notice).toHaveCount(0);
  await expect(history).toContainText('Rita will come along.');
});
