/*
 * What a person does about mail that Candor brings by itself, in the real extension and to the last row: files it anew, mends what
 * is missing, deletes, answers what is held, imports, decides for the company, and takes it off the record.
 */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { historyCursor } from '../../server/providers/gmail/delta.ts';
import { keptThread, log as logAs, look } from '../world/acts.ts';
import { ana, candidates, jane, mia } from '../world/people.ts';
import { pictures, worldWithBrowsers } from '../world/with-browsers.ts';
import { schemes, wrongIn } from './axe.ts';
import { didLine, region } from './in-panel.ts';

const world = worldWithBrowsers('sync-journey', [ana], { connected: [ana, mia] });
const patience = { timeout: 30_000 };
const luca = candidates[1] ?? jane;

const did = (words: string): Locator => didLine(world.browser(ana), words);
const inPanel = (name: string): Locator => region(world.browser(ana), name);
const stateOf = async (threadId: string): Promise<string> =>
  (await look(world.as(ana), threadId)).thread.state;
const filedOn = async (threadId: string): Promise<readonly string[]> =>
  (await look(world.as(ana), threadId)).candidates.map(({ name }) => name);
/** A page in the background is not painted. */
const open = async (threadId: string): Promise<void> => {
  const { openThread, mail } = world.browser(ana);
  await mail.bringToFront();
  await openThread(threadId);
};
/** Jane's thread, on record whatever a test before did to it. */
const kept = async (): Promise<string> => {
  const threadId = world.threadId(ana, 'jane');
  if ((await stateOf(threadId)) !== 'kept')
    await logAs(world.as(ana), threadId, [world.candidateId(luca.address)]);
  return threadId;
};
const choose = async (name: string): Promise<void> => {
  const { panel } = world.browser(ana);
  await panel.getByRole('button', { name: 'More for this thread' }).click();
  await panel.getByRole('menuitem', { name }).click();
};
const section = async (name: string): Promise<Page> => {
  const page = await world.browser(ana).app();
  await page.bringToFront();
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  return page;
};
/** As it is seen in light and in dark; what axe finds wrong in either. */
const picture = async (page: Page, name: string): Promise<void> => {
  for (const scheme of schemes) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${pictures}sync-${name}.${scheme}.png`, fullPage: true });
    expect(await wrongIn(page, scheme)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
};

test('a thread that was filed on the wrong candidate is moved, with why it was there and who would see it told before, and moved back [N-11] [N-23]', async () => {
  const threadId = await kept();
  expect(await filedOn(threadId)).toContain(luca.name);
  const { panel, mail } = world.browser(ana);
  await open(threadId);
  await choose('Wrong candidate? Move or split…');
  const dialog = panel.getByRole('dialog', { name: 'Move or split this thread' });
  const why = dialog.getByRole('list', { name: 'Why it is filed so' });
  await expect(why).toContainText(`Filed on ${luca.name}: logged by Ana Ortiz on`);
  const before = await filedOn(threadId);
  await dialog.getByRole('combobox', { name: 'Name or address' }).fill('Aisha');
  await dialog.getByRole('option', { name: /Aisha Khan/ }).click();
  await expect(dialog.getByRole('button', { name: 'Move to Aisha Khan' })).toBeEnabled();
  await mail.screenshot({ path: `${pictures}sync-move.png` });
  await dialog.getByRole('button', { name: 'Move to Aisha Khan' }).click();
  const moved = did('Moved');
  await expect(moved).toBeVisible();
  expect(await filedOn(threadId)).toContain('Aisha Khan');
  expect(await filedOn(threadId)).not.toContain(luca.name);
  await moved.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => filedOn(threadId), patience).toEqual(before);
});

test('the messages that belong elsewhere are split off, each part is read and shared on its own, and they are joined again [N-11]', async () => {
  const threadId = await kept();
  const { panel, mail } = world.browser(ana);
  await open(threadId);
  await choose('Wrong candidate? Move or split…');
  const dialog = panel.getByRole('dialog', { name: 'Move or split this thread' });
  await dialog.getByRole('radio').nth(2).check();
  await dialog.getByRole('combobox', { name: 'Name or address' }).fill('Aisha');
  await dialog.getByRole('option', { name: /Aisha Khan/ }).click();
  await dialog.getByRole('button', { name: 'Split off, on Aisha Khan' }).click();
  await expect(panel.getByRole('region', { name: /^Part 1: 2 messages/ })).toBeVisible();
  await expect(panel.getByRole('region', { name: /^Part 2: 2 messages, filed on Aisha Khan/ })).toBeVisible();
  await mail.screenshot({ path: `${pictures}sync-split.png` });
  const { parts } = await look(world.as(ana), threadId);
  expect(parts?.map(({ thread }) => thread.messageCount)).toEqual([2, 2]);
  await did('Split').getByRole('button', { name: 'Undo' }).click();
  await expect(panel.getByRole('region', { name: /^Part 1/ })).toHaveCount(0);
  expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(4);
});

test('what is missing is counted with the day since when, and one click brings it [N-14]', async () => {
  const { api } = world.as(ana);
  const [row] = await api.mailbox.list.query();
  if (row === undefined) throw new Error('Ana has no mailbox.');
  const { mailboxId } = row;
  // As a fault would: the mailbox goes on past mail that was never looked at.
  await api.mailbox.change.mutate({ kind: 'pause', mailboxId });
  const hour = 3_600_000;
  const lost = world.send(ana, {
    id: 'lost@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'Lost',
    text: 'Hi',
    at: Date.now() - 2 * hour,
  });
  const past = historyCursor(String(world.lab.mailbox(ana.address).historyId()));
  await world.server.services.db.transaction({ kind: 'company', companyId: world.companyId }, async (tx) => {
    await tx
      .updateTable('candor.mailbox_cursor')
      .set({ cursor: past })
      .where('mailbox_id', '=', mailboxId)
      .execute();
    await tx
      .updateTable('candor.mailbox')
      .set({ window_from: Date.now() - 3 * hour })
      .where('id', '=', mailboxId)
      .execute();
  });
  await api.mailbox.change.mutate({ kind: 'resume', mailboxId });

  const page = await section('My mailboxes');
  await page.locator('summary', { hasText: 'Details' }).click();
  await page.getByRole('button', { name: `Count now ${ana.address}` }).click();
  await expect(page.getByText(/\d+ of \d+ messages are on record; 1 is missing since/)).toBeVisible(patience);
  await picture(page, 'missing');
  expect(await stateOf(lost)).toBe('not-kept');
  await page.getByRole('button', { name: `Fetch them now ${ana.address}` }).click();
  await expect(page.getByText(/is missing since/)).toHaveCount(0, patience);
  await expect.poll(() => stateOf(lost), patience).toBe('kept');
});

test('the company’s admin lets people delete in their mailbox, and one message goes from there by one click [KL-07] [P-07b]', async () => {
  const page = await section('Company');
  const form = page.getByRole('form', { name: 'Deleting mail' });
  await form.getByRole('checkbox', { name: /^People may delete a message in their own mailbox/ }).check();
  await form.getByRole('button', { name: 'Save what deleting does' }).click();
  await expect(form.getByText('Saved.', { exact: false })).toBeVisible();
  expect(await world.as(ana).api.company.deletionPolicy.query()).toMatchObject({
    isMailboxDeletionAllowed: true,
  });
  await picture(page, 'company');

  const threadId = await kept();
  const { panel } = world.browser(ana);
  await open(threadId);
  const rows = inPanel('History with the team').getByRole('button', { expanded: false });
  await rows.filter({ hasText: 'Open now' }).click();
  await panel
    .getByRole('button', { name: /^More for the message/ })
    .first()
    .click();
  await panel.getByRole('menuitem', { name: 'Delete in my mailbox…' }).click();
  const asked = panel.getByRole('dialog', { name: 'Delete this message in your mailbox?' });
  const inTrash = () =>
    world.lab
      .mailbox(ana.address)
      .thread(threadId)
      .filter(({ labelIds }) => labelIds.has('TRASH')).length;
  expect(inTrash()).toBe(0);
  await asked.getByRole('button', { name: 'Delete in my mailbox' }).click();
  await expect(panel.getByText(/^In the trash of your mailbox\./)).toBeVisible(patience);
  expect(inTrash()).toBe(1);
});

test('mail that a shared box is on waits for a word, and each of the two answers is what then holds [N-09]', async () => {
  const { api } = world.as(ana);
  await api.guard.setShared.mutate({ address: 'hiring@acme.test', on: true });
  const shared = { name: 'Hiring', address: 'hiring@acme.test' };
  const to = [ana, shared];
  const wanted = world.send(ana, {
    id: 'held-1@mailbox.test',
    from: jane,
    to,
    subject: 'To the box',
    text: 'Hi',
  });
  const unwanted = world.send(ana, {
    id: 'held-2@mailbox.test',
    from: jane,
    to,
    subject: 'Not this',
    text: 'Hi',
  });
  await expect.poll(async () => (await api.guard.held.query()).threads.length, patience).toBe(2);
  const page = await section('What is kept');
  const waiting = page.getByRole('region', { name: 'Waiting for your word' });
  await expect(waiting.getByRole('listitem').filter({ hasText: 'To the box' })).toContainText(
    'hiring@acme.test is a shared address',
  );
  await picture(page, 'held');
  await waiting.getByRole('button', { name: /^Don’t keep it ?: Not this$/ }).click();
  await waiting
    .getByRole('listitem')
    .filter({ hasText: 'To the box' })
    .getByRole('button', { name: 'Keep it for Jane Doe' })
    .click();
  await expect(waiting.getByText(/^Nothing waits\./)).toBeVisible(patience);
  await expect.poll(() => stateOf(wanted), patience).toBe('kept');
  expect(await stateOf(unwanted)).toBe('not-kept');
  expect((await api.guard.held.query()).threads).toEqual([]);
});

test('old mail is counted before it is imported, comes when it is said so, and is taken back whole [JS-19] [KL-21]', async () => {
  const { api } = world.as(ana);
  const month = 30 * 24 * 3_600_000;
  const old = world.send(ana, {
    id: 'old@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'Months ago',
    text: 'Hello',
    at: Date.now() - 2 * month,
  });
  await expect.poll(() => stateOf(old), patience).toBe('not-kept');
  const page = await section('My mailboxes');
  await page.getByRole('button', { name: `Import old mail… ${ana.address}` }).click();
  const dialog = page.getByRole('dialog', { name: `Old mail in ${ana.address}` });
  await dialog.getByRole('radio', { name: 'The last 3 months' }).check();
  await dialog.getByRole('button', { name: 'Count what is there' }).click();
  await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeEnabled(patience);
  await expect(dialog.getByRole('status')).toContainText('message');
  await picture(page, 'import');
  expect(await stateOf(old)).toBe('not-kept');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect.poll(() => stateOf(old), patience).toBe('kept');
  await page.getByRole('button', { name: `Take back… ${ana.address}` }).click(patience);
  await page
    .getByRole('dialog', { name: 'Take back what was imported?' })
    .getByRole('button', { name: 'Take it back' })
    .click();
  await expect.poll(() => stateOf(old), patience).toBe('not-kept');
  expect((await api.mailbox.list.query())[0]?.imports?.latest).toMatchObject({ state: 'cancelled' });
});

test('which mail is kept is changed in words on the company’s page, and holds for the next mail [P-05]', async () => {
  const page = await section('Company');
  const form = page.getByRole('form', { name: 'Which mail is kept' });
  await form.getByRole('button', { name: 'Replies only' }).click();
  await form.getByRole('button', { name: 'Save which mail is kept' }).click();
  await expect(form.getByText('Saved.', { exact: false })).toBeVisible();
  const fresh = world.send(ana, {
    id: 'fresh@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'New',
    text: 'Hi',
  });
  const { panel } = world.browser(ana);
  await open(fresh);
  await panel.getByText('why?').click();
  await expect(panel.getByText(/^Your company keeps mail only/)).toBeVisible();
  expect(await stateOf(fresh)).toBe('not-kept');
  await form.getByRole('button', { name: 'All mail with known candidates' }).click();
  await form.getByRole('button', { name: 'Save which mail is kept' }).click();
  await expect(form.getByText('Saved.', { exact: false })).toBeVisible();
  const next = world.send(ana, {
    id: 'next@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'Next',
    text: 'Hi',
  });
  await expect.poll(() => stateOf(next), patience).toBe('kept');
});

test('by keyboard: what is removed from Candor stays in the mailbox, and no sync brings it back [LF-16] [LF-17]', async () => {
  const threadId = await kept();
  const { panel, mail } = world.browser(ana);
  await open(threadId);
  const inMailbox = () => world.lab.mailbox(ana.address).thread(threadId).length;
  const before = inMailbox();
  await panel.getByRole('button', { name: 'More for this thread' }).focus();
  await mail.keyboard.press('Enter');
  const focused = panel.locator('[role=menuitem]:focus');
  await expect(focused).toHaveCount(1);
  for (let steps = 0; steps < 10; steps += 1) {
    if ((await focused.innerText()).startsWith('Remove from Candor')) break;
    await mail.keyboard.press('ArrowDown');
  }
  await mail.keyboard.press('Enter');
  const asked = panel.getByRole('dialog', { name: 'Remove this thread from Candor?' });
  await expect(asked).toContainText('The originals stay in your mailbox');
  // The two answers are all there is to reach.
  await mail.keyboard.press('Tab');
  if (
    !(await asked.getByRole('button', { name: 'Remove from Candor' }).evaluate((it) => it.matches(':focus')))
  )
    await mail.keyboard.press('Tab');
  await mail.keyboard.press('Enter');
  await expect.poll(() => stateOf(threadId), patience).toBe('not-kept');
  expect(inMailbox()).toBe(before);
  // Something happens to it, and the mailbox is looked at again.
  const mailbox = world.lab.mailbox(ana.address);
  for (const message of mailbox.thread(threadId)) mailbox.relabel(message, ['STARRED'], []);
  const seen = world.send(ana, {
    id: 'after@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'After',
    text: 'Hi',
  });
  await expect.poll(() => stateOf(seen), patience).toBe('kept');
  expect(await stateOf(threadId)).toBe('not-kept');
});
