import type { Page } from '@playwright/test';
import { extensionOrigin, extensionPages, focusPanelMessage } from '../../lib/contract/extension.ts';
import type { PageMessage } from '../../lib/contract/runtime.ts';
import { type GmailPage, gmailPage } from '../lab/gmail-page/gmail-page.ts';
import { memoryMailbox } from '../lab/gmail-page/memory-mailbox.ts';
import type { PageVariant } from '../lab/gmail-page/variant.ts';
import { expect, panelFrameOf, test, testAlone } from './launch.ts';
import { ana, anaElsewhere, sampleThreads, threadIdOf } from './sample-mail.ts';

const pageOf = (variant: Partial<PageVariant> = {}): GmailPage =>
  gmailPage({
    accounts: [ana, anaElsewhere],
    source: memoryMailbox(
      new Map([
        [ana.address, sampleThreads(40)],
        [anaElsewhere.address, sampleThreads(3, anaElsewhere)],
      ]),
    ),
    variant,
  });

const opened = (number: number, mailboxAddress = ana.address): PageMessage => ({
  kind: 'candor:thread-open',
  thread: { page: 'gmail', mailboxAddress, providerThreadId: threadIdOf(number) },
});
const missing = (what: 'sdk' | 'account' | 'thread-id' | 'sidebar'): PageMessage => ({
  kind: 'candor:reader-trouble',
  trouble: { page: 'gmail', missing: what },
});
const closed: PageMessage = { kind: 'candor:thread-closed' };

const mailUrl = (hash: string, account = 0): string => `https://mail.google.com/mail/u/${account}/#${hash}`;

/** The panel's frame as the person sees it: how many there are, and where the one stands. */
const panelBox = async (page: Page) => {
  const frames = page.locator('iframe[title="Candor"]');
  await expect(frames).toHaveCount(1);
  return await frames.boundingBox();
};
const expectPanelBeside = async (page: Page, selector = '.a98.iY'): Promise<void> => {
  await expect
    .poll(
      async () => {
        const [panel, thread] = [await panelBox(page), await page.locator(selector).boundingBox()];
        if (panel === null || thread === null) return 'not shown';
        if (panel.x < thread.x + thread.width - 1) return 'over the thread or left of it';
        return panel.width >= 280 && panel.height >= 320 ? 'beside' : `only ${panel.width} x ${panel.height}`;
      },
      { intervals: [20, 50, 100] },
    )
    .toBe('beside');
};
const expectPanelAway = async (page: Page): Promise<void> => {
  await expect.poll(async () => (await panelBox(page))?.x ?? 0).toBeLessThan(-1000);
};

/** Opens these threads one after the other, each as soon as the panel stands beside the one before. Runs inside the page, as handles kept by the test would count as left behind. */
const switchThrough = async (page: Page, first: number, last: number): Promise<void> => {
  const ids = Array.from({ length: last - first + 1 }, (_, index) => threadIdOf(first + index));
  await page.evaluate(async (threadIds) => {
    const frame = document.querySelector('iframe[title="Candor"]');
    const nextPaint = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    for (const threadId of threadIds) {
      const former = frame?.parentElement;
      location.hash = `inbox/${threadId}`;
      while (frame?.parentElement === former || frame?.closest('[aria-hidden]') !== null) await nextPaint();
    }
  }, ids);
};

/** What the page and its scripts complain of: nothing, with the extension as without. */
const complaintsOf = (page: Page): readonly string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
};

const variants: readonly (readonly [name: string, variant: Partial<PageVariant>])[] = [
  ['the usual page', {}],
  ['a page that takes the list away', { list: 'removed' }],
  ['a page with the reading pane', { readingPane: true }],
  ['a page with the Chat and Meet rail', { chatRail: true }],
  ['a page that writes "undefined" for the newer thread id', { permId: 'undefined' }],
  ['a page with all messages open', { expanded: 'all' }],
  ['a page with no message open', { expanded: 'none' }],
  ['a page whose side panel comes three seconds late', { sidePanel: 'late' }],
  ['a page with a strict policy and Trusted Types', { strictPolicy: true }],
  ['a thread in a window of its own', { standalone: true }],
];

for (const [name, variant] of variants) {
  test(`the panel stands beside the open thread on ${name} [DC-01]`, async ({ launched, page }) => {
    const complaints = complaintsOf(page);
    await launched.serveGmail(pageOf(variant));
    await page.goto(mailUrl(`inbox/${threadIdOf(2)}`));
    await expect.poll(launched.pageMessages).toEqual([opened(2)]);
    await expectPanelBeside(page);
    await panelFrameOf(page);
    expect(complaints).toEqual([]);
  });
}

for (const [name, hash] of [
  ['a label', 'label/Candidate'],
  ['a search', 'search/talk%202'],
  ['all mail', 'all'],
] as const) {
  test(`a thread opened by hand from ${name} has the panel beside it, and loses it on the way back`, async ({
    launched,
    page,
  }) => {
    await launched.serveGmail(pageOf());
    await page.goto(mailUrl(hash));
    await page.locator(`tr.zA[data-thread="${threadIdOf(2)}"]`).click();
    await expect.poll(launched.pageMessages).toEqual([opened(2)]);
    await expectPanelBeside(page);
    await page.getByRole('button', { name: 'Back to list' }).click();
    await expect.poll(launched.pageMessages).toEqual([opened(2), closed]);
    await expectPanelAway(page);
  });
}

test('the panel fills its column without making it scroll', async ({ launched, page }) => {
  await launched.serveGmail(pageOf());
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expectPanelBeside(page);
  const beyond = await page.locator('iframe[title="Candor"]').evaluate((frame) => {
    const scrollers: number[] = [];
    for (let around = frame.parentElement; around !== null; around = around.parentElement) {
      const isScroller = /^(auto|scroll)$/.test(getComputedStyle(around).overflowY);
      if (isScroller) scrollers.push(around.scrollHeight - around.clientHeight);
    }
    return scrollers;
  });
  expect(beyond.length).toBeGreaterThan(0);
  expect(Math.max(...beyond)).toBe(0);
});

test('in the reading pane each chosen row brings its own thread', async ({ launched, page }) => {
  await launched.serveGmail(pageOf({ readingPane: true }));
  await page.goto(mailUrl('inbox'));
  for (const number of [1, 3]) {
    await page.locator(`tr.zA[data-thread="${threadIdOf(number)}"]`).click();
    await expect.poll(async () => (await launched.pageMessages()).at(-1)).toEqual(opened(number));
    await expectPanelBeside(page);
  }
});

test('the second account of the browser is told as itself', async ({ launched, page }) => {
  await launched.serveGmail(pageOf());
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`, 1));
  await expect.poll(launched.pageMessages).toEqual([opened(1, anaElsewhere.address)]);
});

test('thirty thread switches keep the one frame and its page, and leave nothing behind [N-08]', async ({
  launched,
  page,
}) => {
  const complaints = complaintsOf(page);
  await launched.serveGmail(pageOf());
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expectPanelBeside(page);
  const frame = await panelFrameOf(page);
  await frame.evaluate(() => document.documentElement.setAttribute('data-mark', 'first'));
  const devtools = await page.context().newCDPSession(page);
  const weigh = async (): Promise<{ listeners: number; nodes: number }> => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { jsEventListeners, nodes } = await devtools.send('Memory.getDOMCounters');
    return { listeners: jsEventListeners, nodes };
  };
  await switchThrough(page, 2, 9);
  const before = await weigh();
  await switchThrough(page, 10, 39);

  expect((await launched.pageMessages()).filter(({ kind }) => kind === 'candor:thread-open')).toHaveLength(
    39,
  );
  expect((await launched.pageMessages()).at(-1)).toEqual(opened(39));
  expect(await frame.evaluate(() => document.documentElement.getAttribute('data-mark'))).toBe('first');
  expect(page.frames()).toHaveLength(2);
  // InboxSDK alone, with no handler registered, keeps about 3 listeners and 25 nodes a switch, and some more for five seconds.
  await expect
    .poll(async () => ((await weigh()).listeners - before.listeners) / 30, { timeout: 15_000 })
    .toBeLessThan(4);
  expect(((await weigh()).nodes - before.nodes) / 30).toBeLessThan(40);
  expect(complaints).toEqual([]);
});

test('a page without its globals is trouble with the SDK, and nothing is thrown into it [N-21]', async ({
  launched,
  page,
}) => {
  const complaints = complaintsOf(page);
  await launched.serveGmail(pageOf({ globals: 'missing' }));
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expect.poll(launched.pageMessages, { timeout: 25_000 }).toEqual([missing('sdk')]);
  expect(complaints).toEqual([]);
});

test('a thread without its id is trouble [N-21]', async ({ launched, page }) => {
  await launched.serveGmail(pageOf({ legacyThreadId: 'missing' }));
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expect.poll(launched.pageMessages, { timeout: 15_000 }).toEqual([missing('thread-id')]);
  await expectPanelAway(page);
});

test('a page without a side panel is trouble, yet the thread is told [N-21]', async ({ launched, page }) => {
  await launched.serveGmail(pageOf({ sidePanel: 'missing' }));
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expect
    .poll(launched.pageMessages, { timeout: 30_000 })
    .toEqual([opened(1), missing('sidebar'), opened(1)]);
});

testAlone(
  'a page the panel finds no place on offers the browser’s side panel, and a click opens it there [N-21]',
  async ({ launched, page }) => {
    await launched.serveGmail(pageOf({ sidePanel: 'missing' }));
    await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
    await expect(page.getByText('Candor does not find its place on this page.')).toBeVisible({
      timeout: 30_000,
    });
    await page.getByRole('button', { name: 'Open Candor at the side' }).click();
    const worker = await launched.worker();
    const atTheSide = () =>
      worker.evaluate(async () =>
        (await chrome.runtime.getContexts({ contextTypes: [chrome.runtime.ContextType.SIDE_PANEL] })).map(
          (context) => context.documentUrl,
        ),
      );
    await expect.poll(atTheSide).toEqual([`${extensionOrigin}/${extensionPages.sidePanel}`]);
    await expect(page.getByText('Candor does not find its place on this page.')).toBeHidden();
  },
);

test('a label set elsewhere shows on the page by itself', async ({ launched, page }) => {
  const threads = sampleThreads(3);
  const mail = new Map([[ana.address, threads]]);
  await launched.serveGmail(gmailPage({ accounts: [ana], source: memoryMailbox(mail) }));
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expect(page.getByRole('heading', { name: 'Backend role, talk 1' })).toBeVisible();
  mail.set(
    ana.address,
    threads.map((thread) => ({ ...thread, labels: ['Hired'] })),
  );
  await expect(page.locator('.ha .chip')).toHaveText('Hired');
  await expect(page.getByRole('link', { name: 'Hired' })).toBeVisible();
});

for (const path of ['/mail/u/0/popout#inbox', '/mail/u/0/?view=pt&search=all', '/chat/u/0/']) {
  test(`nothing is started on ${path}`, async ({ launched, page }) => {
    const complaints = complaintsOf(page);
    await launched.context.route('https://mail.google.com/**', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><title>Another page</title><body class="x">',
      }),
    );
    await page.goto(`https://mail.google.com${path}`);
    await expect(page.locator('body.x')).toBeAttached();
    await expect(page.locator('iframe')).toHaveCount(0);
    expect(await launched.pageMessages()).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test('the command moves the keyboard into the panel', async ({ launched, page }) => {
  await launched.serveGmail(pageOf());
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expectPanelBeside(page);
  const worker = await launched.worker();
  await worker.evaluate(async (message) => {
    const [tab] = await chrome.tabs.query({ url: 'https://mail.google.com/*' });
    if (tab?.id !== undefined) await chrome.tabs.sendMessage(tab.id, message);
  }, focusPanelMessage);
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('title'))).toBe('Candor');
});

testAlone('a stopped background is woken by the next thread', async ({ launched, page }) => {
  await launched.serveGmail(pageOf());
  await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
  await expectPanelBeside(page);
  await launched.stopWorker();
  await page.getByRole('button', { name: 'Older' }).click();
  const kept = async (): Promise<string> =>
    JSON.stringify(await (await launched.worker()).evaluate(() => chrome.storage.session.get()));
  await expect.poll(kept).toContain(threadIdOf(2));
  await expectPanelBeside(page);
});

testAlone(
  'when the extension is updated beneath the page, a line asks to reload the tab',
  async ({ launched, page }) => {
    const thrown: Error[] = [];
    page.on('pageerror', (error) => thrown.push(error));
    await launched.serveGmail(pageOf());
    await page.goto(mailUrl(`inbox/${threadIdOf(1)}`));
    await expectPanelBeside(page);
    const line = page.getByText('Candor was updated. Reload this tab to go on.');
    await (await launched.worker()).evaluate(() => chrome.runtime.reload());
    await expect(line).toBeVisible();
    await page.getByRole('button', { name: 'Older' }).click();
    await expect(page.getByRole('heading', { name: 'Backend role, talk 2' })).toBeVisible();
    await expect(line).toBeVisible();
    await expect(page.locator('iframe')).toHaveCount(0);
    expect(thrown).toEqual([]);
  },
);
