/* What must not be lost when something stops: the background, the network, the server, the sign-in, Google, the extension itself. */
import { type CDPSession, expect, type Locator, test } from '@playwright/test';
import { keptThread, look } from '../world/acts.ts';
import { type PersonsBrowser, signInByHand } from '../world/browser.ts';
import { ana, jane } from '../world/people.ts';
import { apiFor } from '../world/start-world.ts';
import { pictures, worldWithBrowsers } from '../world/with-browsers.ts';
import { didLine, foot, labelButton, logButton, region } from './in-panel.ts';

const elsewhere = { address: 'ana.ortiz@home.test', name: 'Ana Ortiz' };
const world = worldWithBrowsers('resilience', [ana], { browsers: { otherAccounts: [elsewhere] } });
const anas = (): PersonsBrowser => world.browser(ana);
const did = (words: string | RegExp): Locator => didLine(anas(), words);
const picture = (name: string): Promise<Buffer> =>
  anas().mail.screenshot({ path: `${pictures}resilience-${name}.png` });

let questionCount = 0;
/** A thread with Jane that nobody has touched, from before the mailbox was connected: it is kept only by hand. */
const newThread = (): string => {
  questionCount += 1;
  return world.send(ana, {
    id: `question-${questionCount}@mailbox.test`,
    from: jane,
    to: [ana],
    subject: `One more question (${questionCount})`,
    text: 'How many people are on the team?',
    at: Date.now() - 5 * 86_400_000,
  });
};

const openNewThread = async (): Promise<string> => {
  const threadId = newThread();
  await anas().openThread(threadId);
  await expect(foot(anas())).toHaveText(/^In sync/);
  await expect(logButton(anas())).toBeVisible();
  return threadId;
};

/** What the server was told to do, by the keys of the acts. */
const loggedKeys = (): string[] =>
  world.door.exchanges
    .filter(({ path }) => path.startsWith('/trpc/thread.log'))
    .map(({ requestBody }) => /"key":"([^"]+)"/.exec(requestBody)?.[1] ?? '');

const expectLoggedOnce = async (threadId: string): Promise<void> => {
  await expect(did('Logged 1 message on Jane Doe’s record.')).toHaveCount(1);
  const view = await look(world.as(ana), threadId);
  expect(keptThread(view).messageCount).toBe(1);
  expect(view.undoable.filter(({ kind }) => kind === 'log')).toHaveLength(1);
};

test('the background may be stopped between any two clicks', async () => {
  const threadId = await openNewThread();
  await anas().stopWorker();
  await logButton(anas()).click();
  await expectLoggedOnce(threadId);
  await anas().stopWorker();
  await labelButton(anas()).click();
  await expect(did('Labelled “Candidate”.')).toBeVisible();
  await anas().stopWorker();
  await did('Labelled “Candidate”.').getByRole('button', { name: 'Undo' }).click();
  await expect(labelButton(anas())).toHaveAttribute('aria-pressed', 'false');
  await expect(did('Labelled “Candidate”.')).toHaveCount(0);
});

test('an act cut off by the end of the background is done once', async () => {
  const threadId = await openNewThread();
  const before = loggedKeys().length;
  world.door.before('/trpc/thread.log', () => anas().stopWorker());
  await logButton(anas()).click();
  await expectLoggedOnce(threadId);
  expect(new Set(loggedKeys().slice(before)).size).toBe(1);
});

test('an act whose answer is lost on the way is sent again and done once', async () => {
  const threadId = await openNewThread();
  const before = loggedKeys().length;
  world.door.loseAnswer('/trpc/thread.log');
  await logButton(anas()).click();
  await expectLoggedOnce(threadId);
  const sent = loggedKeys().slice(before);
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent).size).toBe(1);
});

test('offline the panel shows what it knows and from when, keeps a click, and does it once when back [N-08]', async () => {
  const threadId = await openNewThread();
  const { panel, setOffline } = anas();
  await setOffline(true);
  await expect(foot(anas())).toHaveText(/^Offline · showing what was here at \d\d:\d\d$/);
  await expect(region(anas(), 'Candidate')).toContainText('Jane Doe');
  await logButton(anas()).click();
  await expect(did('This will be logged as soon as you are back online.')).toBeVisible();
  await expect(panel.getByText('Waits to be logged')).toBeVisible();
  await picture('1-offline');
  await setOffline(false);
  await expectLoggedOnce(threadId);
  await expect(foot(anas())).toHaveText(/^In sync/);
});

test('a thread that was never looked up says offline that there is nothing to show yet, and shows when back', async () => {
  const { panel, setOffline } = anas();
  await openNewThread();
  await setOffline(true);
  await expect(foot(anas())).toHaveText(/^Offline/);
  await anas().openThread(newThread());
  await expect(panel.getByRole('heading', { name: 'You are offline' })).toBeVisible();
  await setOffline(false);
  await expect(region(anas(), 'Candidate')).toContainText('Jane Doe');
});

test('a server that does not answer is said so, with the age of what is shown, and a click waits for it', async () => {
  const threadId = await openNewThread();
  const { panel } = anas();
  await world.door.shut();
  await logButton(anas()).click();
  await expect(did('This will be logged as soon as the server answers.')).toBeVisible();
  await panel.getByRole('button', { name: 'More for this thread' }).click();
  await panel.getByRole('menuitem', { name: 'Look again' }).click();
  await expect(foot(anas())).toHaveText(/^Server does not answer · showing what was here at \d\d:\d\d$/);
  await picture('2-server-unreachable');

  await anas().openThread(newThread());
  await expect(panel.getByRole('heading', { name: 'Your Candor server does not answer.' })).toBeVisible();
  await picture('3-server-unreachable-and-nothing-known');
  await world.door.open();
  await panel.getByRole('button', { name: 'Try again' }).click();
  await expect(region(anas(), 'Candidate')).toContainText('Jane Doe');
  await anas().openThread(threadId);
  await expectLoggedOnce(threadId);
});

test('a sign-in that ends in the middle of a click leaves the panel signed out, and the act is done after the next sign-in', async () => {
  const threadId = await openNewThread();
  const { panel, worker } = anas();
  const token = await (await worker()).evaluate(async () => {
    const { session } = await chrome.storage.local.get('session');
    return (session as { token: string }).token;
  });
  world.door.before('/trpc/thread.log', () => apiFor(world.server.url, token).session.signOut.mutate());
  await logButton(anas()).click();
  await expect(panel.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  await picture('4-signed-out');
  expect((await look(world.as(ana), threadId)).thread.state).toBe('not-kept');

  await signInByHand(world, anas(), world.door.url);
  await anas().openThread(threadId);
  await expectLoggedOnce(threadId);
});

test('the second account of the browser is told as another one, and nothing of the first is shown beside it', async () => {
  if (!world.lab.accounts.has(elsewhere.address)) world.lab.addAccount(elsewhere.address);
  const threadId = world.send(
    { ...ana, ...elsewhere },
    {
      id: 'aunt@home.test',
      from: { name: 'Aunt Rosa', address: 'rosa@home.test' },
      to: [elsewhere],
      subject: 'Sunday',
      text: 'Will you come for lunch?',
    },
  );
  const { panel } = anas();
  await anas().openThread(threadId, 1);
  await expect(panel.getByText('This is another account.')).toBeVisible();
  await expect(
    panel.getByText('The page shows ana.ortiz@home.test. Candor reads ana@acme.test for you.'),
  ).toBeVisible();
  await expect(logButton(anas())).toHaveCount(0);
  await picture('5-other-account');
  await openNewThread();
});

test('opening a collapsed message leaves the panel as it is', async () => {
  await anas().openThread(world.threadId(ana, 'jane'));
  await expect(region(anas(), 'Candidate')).toContainText('Jane Doe');
  const frame = anas().panelFrame();
  const { mail } = anas();
  await expect(mail.locator('.kv')).toHaveCount(3);
  await mail.locator('.kv').first().click();
  await expect(mail.getByText('Tom, who leads the backend team, will show you around.')).toBeVisible();
  await expect(region(anas(), 'Candidate')).toContainText('Jane Doe');
  expect(anas().panelFrame()).toBe(frame);
});

test('in the reading pane the panel goes with the chosen row', async () => {
  const { changePage, mail } = anas();
  const threadId = newThread();
  changePage({ readingPane: true });
  try {
    await mail.goto('https://mail.google.com/mail/u/0/#inbox');
    await mail.reload();
    await mail.locator(`tr.zA[data-thread="${world.threadId(ana, 'noor')}"]`).click();
    await expect(region(anas(), 'Candidate')).toContainText('Noor Haddad');
    await mail.locator(`tr.zA[data-thread="${threadId}"]`).click();
    await expect(region(anas(), 'Candidate')).toContainText('Jane Doe');
    await logButton(anas()).click();
    await expectLoggedOnce(threadId);
    await picture('6-reading-pane');
  } finally {
    changePage({});
    await mail.reload();
  }
});

test('from thread to thread thirty times, nothing is left behind in the mail page or the panel [N-08]', async () => {
  const { mail, context } = anas();
  await openNewThread();
  const frame = anas().panelFrame();
  if (frame === undefined) throw new Error('There is no panel.');
  const sessions = [await context.newCDPSession(mail), await context.newCDPSession(frame)];
  const threadIds = Array.from({ length: 30 }, (_, index) => world.threadId(ana, `noise-${4 * index}`));
  const walk = async (): Promise<void> => {
    await mail.evaluate(async (ids) => {
      const panel = document.querySelector('iframe[title="Candor"]');
      const nextPaint = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      for (const id of ids) {
        const former = panel?.parentElement;
        location.hash = `inbox/${id}`;
        while (panel?.parentElement === former || panel?.closest('[aria-hidden]') !== null) await nextPaint();
      }
    }, threadIds);
    await expect(foot(anas())).toHaveText(/^In sync/);
  };
  await walk();
  const [mailBefore, panelBefore] = await Promise.all(sessions.map(weigh));
  await walk();
  expect(anas().panelFrame()).toBe(frame);
  expect(mail.frames()).toHaveLength(2);
  // InboxSDK alone keeps about 3 listeners and 25 nodes a switch in the mail page, and some more for five seconds.
  const [mailSession, panelSession] = sessions;
  if (mailSession === undefined || panelSession === undefined) throw new Error('There are two pages.');
  await expect
    .poll(async () => ((await weigh(mailSession)).listeners - (mailBefore?.listeners ?? 0)) / 30, {
      timeout: 15_000,
    })
    .toBeLessThan(4);
  expect(((await weigh(mailSession)).nodes - (mailBefore?.nodes ?? 0)) / 30).toBeLessThan(40);
  const panelAfter = await weigh(panelSession);
  expect(panelAfter.listeners - (panelBefore?.listeners ?? 0)).toBeLessThan(30);
  expect(panelAfter.nodes - (panelBefore?.nodes ?? 0)).toBeLessThan(300);
  await Promise.all(sessions.map((session) => session.detach()));
});

test('a permission taken back at Google shows in the panel with the way to give it again', async () => {
  const threadId = await openNewThread();
  const { panel, context } = anas();
  world.lab.revoke(ana.address);
  // The looks before may have used up what this minute's quota leaves to the background.
  await expect(panel.getByText('Candor may not read this mailbox any more.').first()).toBeVisible({
    timeout: 90_000,
  });
  await expect(foot(anas())).toHaveText('Needs you: reconnect Gmail');
  await picture('7-reconnect');
  const [google] = await Promise.all([
    context.waitForEvent('page'),
    panel.getByRole('button', { name: 'Reconnect Gmail' }).click(),
  ]);
  await google.getByRole('button', { name: 'Allow' }).click();
  await expect(google.getByRole('heading', { name: 'Your mailbox is connected' })).toBeVisible();
  await google.close();
  await anas().openThread(threadId);
  await expect(foot(anas())).toHaveText(/^In sync/);
  await logButton(anas()).click();
  await expectLoggedOnce(threadId);
});

test('an extension updated beneath the page asks to reload the tab, and after that goes on signed in', async () => {
  const threadId = await openNewThread();
  const { context, mail, worker } = anas();
  const old = await worker();
  const renewed = context.waitForEvent('serviceworker', (each) => each !== old);
  await old.evaluate(() => chrome.runtime.reload());
  await expect(mail.getByText('Candor was updated. Reload this tab to go on.')).toBeVisible();
  await picture('8-updated');
  await renewed;
  await mail.reload();
  await expect(logButton(anas())).toBeVisible();
  await logButton(anas()).click();
  await expectLoggedOnce(threadId);
});

const weigh = async (devtools: CDPSession): Promise<{ listeners: number; nodes: number }> => {
  await devtools.send('HeapProfiler.collectGarbage');
  const { jsEventListeners, nodes } = await devtools.send('Memory.getDOMCounters');
  return { listeners: jsEventListeners, nodes };
};
