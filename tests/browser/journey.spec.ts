/* The main job in the real extension: from an open thread to the candidate's record, and back. */
import { expect, type Locator, test } from '@playwright/test';
import { keptThread, log as logAs, look, refusal, setStance } from '../world/acts.ts';
import { ana, candidates, jane, mia, noor, raj, type WorldCandidate } from '../world/people.ts';
import { pictures, worldWithBrowsers } from '../world/with-browsers.ts';
import { didLine, foot, labelButton, logButton, region } from './in-panel.ts';

const world = worldWithBrowsers('journey', [ana, raj], { connected: [ana, mia] });

const candidate = (name: string): WorldCandidate => {
  const found = candidates.find((each) => each.name === name);
  if (found === undefined) throw new Error(`Nobody here is called ${name}.`);
  return found;
};

/** Ana's thread with that candidate, by Gmail's id: an invitation and its answer. */
const invitationOf = (name: string): string =>
  world.threadId(ana, `invitation-${candidates.filter((each) => each !== jane).indexOf(candidate(name))}`);

const inPanel = (name: string): Locator => region(world.browser(ana), name);
const did = (words: string): Locator => didLine(world.browser(ana), words);
const log = (): Locator => logButton(world.browser(ana));

test('beside an open thread stands who the candidate is [DC-01]', async () => {
  const { openThread, panel, mail } = world.browser(ana);
  await openThread(world.threadId(ana, 'jane'));
  const who = inPanel('Candidate');
  await expect(who.getByRole('heading', { name: 'Jane Doe' })).toBeVisible();
  await expect(who).toContainText('On-site interview · Backend Engineer');
  const box = await mail.locator('iframe[title="Candor"]').boundingBox();
  const thread = await mail.locator('.a98.iY').boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual((thread?.x ?? 0) + (thread?.width ?? 0) - 1);
  expect(box?.width).toBeGreaterThanOrEqual(280);
  await mail.screenshot({ path: `${pictures}journey-1-found.png` });
  // Chrome gives the pages of extensions a smaller type of its own.
  for (const text of [
    panel.locator('body'),
    who.getByText('Backend Engineer'),
    panel.getByRole('button').first(),
  ])
    await expect(text).toHaveCSS('font-size', '13px');
});

test('one click on "Log to ATS" puts the thread on the candidate’s record [DC-03]', async () => {
  const { openThread, panel, mail } = world.browser(ana);
  const threadId = world.threadId(ana, 'jane');
  await openThread(threadId);
  await log().click();
  await expect(did('Logged 4 messages on Jane Doe’s record.')).toBeVisible();
  await expect(panel.getByText(/^Logged by you · /)).toBeVisible();
  await mail.screenshot({ path: `${pictures}journey-2-logged.png` });
  const view = await look(world.as(ana), threadId);
  expect(keptThread(view)).toMatchObject({ messageCount: 4, logged: { by: { name: 'Ana Ortiz' } } });
  expect(view.candidates.map((each) => each.candidateId)).toEqual([world.candidateId(jane.address)]);
  await expect(inPanel('Who can read this thread')).toContainText('You');
});

test('a reply written beside the thread goes out from the person’s own mailbox, in its thread, and is on the record once [JS-26] [LV-10]', async () => {
  const { openThread, panel } = world.browser(ana);
  const threadId = world.threadId(ana, 'jane');
  const sent = () =>
    world.lab
      .mailbox(ana.address)
      .messages()
      .filter((message) => message.threadId === threadId && message.raw.includes('Nine suits us'));
  await openThread(threadId);
  await panel.getByRole('button', { name: 'Reply' }).click();
  const form = panel.getByRole('form', { name: /^Re: / });
  await form.getByRole('textbox', { name: 'Your reply' }).fill('Nine suits us as well.');
  await form.getByRole('button', { name: 'Send' }).click();
  await expect(panel.getByRole('list', { name: 'Your replies' })).toContainText('Your reply was sent');
  expect(sent().map(({ labelIds }) => labelIds.has('SENT'))).toEqual([true]);
  await expect
    .poll(async () => keptThread(await look(world.as(ana), threadId)).messageCount, { timeout: 30_000 })
    .toBe(5);
});

test('"Undo" takes a log back, and nothing of the thread is kept [N-23]', async () => {
  const { openThread } = world.browser(ana);
  const threadId = invitationOf('Luca Moretti');
  await openThread(threadId);
  await log().click();
  await did('Logged 2 messages').getByRole('button', { name: 'Undo' }).click();
  await expect(log()).toBeVisible();
  await expect(inPanel('Who can read this thread')).toContainText(
    'Only you. This thread is in your mailbox and not in Candor.',
  );
  expect((await look(world.as(ana), threadId)).thread.state).toBe('not-kept');
});

test('"Label as candidate" puts the label on in Gmail, and new mail of the thread is kept at the next pull [DC-04]', async () => {
  const { openThread, panel, mail } = world.browser(ana);
  const threadId = invitationOf('Aisha Khan');
  await openThread(threadId);
  await expect(inPanel('Candidate')).toContainText('Aisha Khan');
  const label = labelButton(world.browser(ana));
  await label.click();
  await expect(did('Labelled “Candidate”.')).toBeVisible();
  await expect(label).toHaveAttribute('aria-pressed', 'true');
  await expect(mail.locator('.ha .chip')).toHaveText('Candidate');
  await mail.screenshot({ path: `${pictures}journey-3-labelled.png` });

  const from = { name: 'Sam Reed', address: 'sam@reed.test' };
  const references = ['invitation-1.0@acme.test', 'invitation-1.1@mailbox.test'];
  const newId = world.send(ana, {
    id: 'reference@reed.test',
    from,
    to: [ana],
    subject: 'Re: Interview for Robotics Engineer',
    text: 'I worked with Aisha for three years.',
    references,
  });
  expect(newId).toBe(threadId);
  await expect(panel.getByText('3 messages kept')).toBeVisible({ timeout: 15_000 });
});

test('"Make private" says beforehand who loses sight of what, with private chosen, and can be undone [JS-32] [JS-33] [LF-13] [N-23]', async () => {
  const { openThread, panel, mail } = world.browser(ana);
  const threadId = invitationOf('Piotr Nowak');
  await logAs(world.as(ana), threadId, [world.candidateId(candidate('Piotr Nowak').address)]);
  const kept = keptThread(await look(world.as(ana), threadId));
  await setStance(world.as(ana), threadId, kept.threadId, 'shared');
  const canMiaRead = async (): Promise<boolean> =>
    (await refusal(world.as(mia).api.thread.read.query({ threadId: kept.threadId }))) === undefined;

  await openThread(threadId);
  await inPanel('Who can read this thread').getByRole('button').first().click();
  await panel.getByRole('button', { name: 'Make private' }).click();
  const dialog = panel.getByRole('dialog', { name: 'Who can read this thread' });
  await expect(dialog.getByRole('radio', { name: 'Private' })).toBeChecked();
  await expect(dialog).toContainText('will no longer see 2 messages');
  await expect(dialog.getByRole('region', { name: 'Will see less' })).toContainText('Mia Chen');
  await mail.screenshot({ path: `${pictures}journey-4-privacy.png` });
  expect(await canMiaRead()).toBe(true);
  await dialog.getByRole('button', { name: 'Make private' }).click();
  await expect(did('This thread is private now.')).toBeVisible();
  expect(keptThread(await look(world.as(ana), threadId)).stance).toBe('private');
  expect(await canMiaRead()).toBe(false);

  await did('This thread is private now.').getByRole('button', { name: 'Undo' }).click();
  await expect(did('This thread is private now.')).toHaveCount(0);
  await expect.poll(canMiaRead).toBe(true);
});

test('the panel shows what the whole team has said to the candidate, and only counts what is hidden [DC-06] [KL-03]', async () => {
  const shared = world.threadId(mia, 'jane-mia');
  const hidden = world.threadId(mia, 'jane-salary');
  for (const threadId of [shared, hidden])
    await logAs(world.as(mia), threadId, [world.candidateId(jane.address)]);
  const kept = keptThread(await look(world.as(mia), shared));
  await setStance(world.as(mia), shared, kept.threadId, 'shared');

  const { openThread, panel, mail } = world.browser(ana);
  await openThread(world.threadId(ana, 'jane'));
  const history = inPanel('History with the team');
  const row = history.getByRole('button', { name: 'Coffee chat about Acme' });
  await row.click();
  await expect(history.getByText('Thursday afternoon works well for me.')).toBeVisible();
  await expect(history).toContainText('1 conversation is hidden from you');
  await expect(panel.locator('body')).not.toContainText('Your expectations');
  await mail.screenshot({ path: `${pictures}journey-5-history.png` });
});

test('somebody on no record yet becomes a candidate from the thread, with name and address filled in [DC-03]', async () => {
  const { openThread, panel, mail } = world.browser(ana);
  const threadId = world.threadId(ana, 'noor');
  await openThread(threadId);
  await expect(inPanel('Candidate')).toContainText('Not on a candidate’s record yet.');
  await log().click();
  await expect(panel.getByLabel('Name', { exact: true })).toHaveValue(noor.name);
  await expect(panel.getByLabel('Address on this thread')).toHaveValue(noor.address);
  await mail.screenshot({ path: `${pictures}journey-6-nobody.png` });
  await panel.getByRole('button', { name: 'Create Noor Haddad and log' }).click();
  await expect(did('Logged 1 message on Noor Haddad’s record.')).toBeVisible();
  const view = await look(world.as(ana), threadId);
  expect(view.candidates.map(({ name, addresses }) => [name, addresses])).toEqual([
    [noor.name, [noor.address]],
  ]);
});

test('a thread with several candidates is filed on all of them', async () => {
  const [luca, sofia] = [candidate('Luca Moretti'), candidate('Sofía Herrera')];
  const threadId = world.send(ana, {
    id: 'both@posta.test',
    from: luca,
    to: [ana],
    cc: [sofia],
    subject: 'We know each other',
    text: 'Sofía and I worked together.',
  });
  const { openThread, panel } = world.browser(ana);
  await openThread(threadId);
  await expect(inPanel('Candidates on this thread').getByRole('listitem')).toHaveText([
    /Luca Moretti/,
    /Sofía Herrera/,
  ]);
  await log().click();
  await panel.getByRole('button', { name: 'Log on 2 candidates' }).click();
  await expect(did('Logged 1 message on Luca Moretti and Sofía Herrera’s record.')).toBeVisible();
  for (const { address } of [luca, sofia]) {
    const { candidates: cards } = await look(world.as(ana), threadId);
    expect(cards.map((each) => each.candidateId)).toContain(world.candidateId(address));
  }
});

test('a person connects their own Gmail, and no other, on the consent page', async () => {
  const { app, context, openThread, panel, mail } = world.browser(raj);
  const consent = async (account: string): Promise<string> => {
    const page = await app();
    const again = page.getByRole('button', { name: 'Start again' });
    if (await again.isVisible()) await again.click();
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.getByRole('button', { name: 'Google (Gmail, Workspace)' }).click();
    await page.getByRole('checkbox', { name: 'Mail' }).check();
    const [google] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('button', { name: 'Continue to Google' }).click(),
    ]);
    await google.getByRole('radio', { name: account }).check();
    await google.getByRole('button', { name: 'Allow' }).click();
    const said = await google.getByRole('heading').innerText();
    await google.close();
    return said;
  };
  await openThread(world.threadId(raj, 'noise-3'));
  await expect(panel.getByText('Your Gmail is not connected.')).toBeVisible();
  await mail.screenshot({ path: `${pictures}journey-7-not-connected.png` });
  expect(await consent(mia.address)).toBe('Your mailbox was not connected');
  expect(await consent(raj.address)).toBe('Your mailbox is connected');

  const page = await app();
  await expect(page.getByRole('row', { name: /raj@acme\.test/ })).toContainText('Yes');
  await page.screenshot({ path: `${pictures}journey-8-app.png` });
  await openThread(world.threadId(raj, 'noise-3'));
  await expect(panel.getByText('Your Gmail is not connected.')).toHaveCount(0);
  await expect(foot(world.browser(raj))).toHaveText(/^In sync/);
});

test('an invited colleague joins by the link that the app page shows', async () => {
  const { app, context } = world.browser(ana);
  const page = await app();
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Eva Lind');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('eva@acme.test');
  await page.getByRole('button', { name: 'Invite' }).click();
  const link = await page.getByRole('textbox', { name: 'Invitation link for Eva Lind' }).inputValue();
  await page.screenshot({ path: `${pictures}journey-9-invited.png` });
  const evas = await context.newPage();
  await evas.goto(link);
  await expect(evas.getByRole('heading', { name: 'Join Acme Robotics on Candor' })).toBeVisible();
  await evas.getByLabel('Password').fill('a-long-password-of-eva');
  await evas.getByRole('button', { name: 'Join' }).click();
  await expect(evas.getByRole('heading', { name: 'Sign in to Candor' })).toBeVisible();
  await evas.close();
});
