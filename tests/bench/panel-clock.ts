/*
 * Tells when the content script heard of a thread and when the panel had painted its candidate, without a line in the product:
 * the script's own call to the background is noted in its isolated world, and the painted name by a script in the panel's page.
 * Times are epoch ms with fractions, so that those of different pages can be compared.
 */
import type { BrowserContext, CDPSession, Frame, Page } from '@playwright/test';
import { extensionOrigin, extensionPages } from '../../lib/contract/extension.ts';

export type Painted = {
  /** From the content script's thread event. */
  readonly sinceThreadMs: number;
  /** From the click, here the change of the page's address: the mail page and InboxSDK included. */
  readonly sinceClickMs: number;
};

export type PanelClock = {
  /** Opens a thread in the tab, and waits until the panel shows this name in its place beside the thread. */
  readonly open: (threadId: string, candidateName: string) => Promise<Painted>;
};

type Seen = { readonly what: string; readonly at: number };
const longestWaitMs = 30_000;

/** Before any page that is to be measured opens. */
export const watchPaints = async (context: BrowserContext): Promise<void> => {
  await context.addInitScript(notePaints);
};

/** A clock for a tab that has not opened the mail page yet. */
export const panelClock = async (page: Page): Promise<PanelClock> => {
  const devtools = await page.context().newCDPSession(page);
  let contentScript: number | undefined;
  devtools.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.origin !== extensionOrigin || context.auxData?.type !== 'isolated') return;
    contentScript = context.id;
    void devtools.send('Runtime.evaluate', { contextId: context.id, expression: `(${noteThreads})()` });
  });
  await devtools.send('Runtime.enable');

  return {
    open: async (threadId, candidateName) => {
      const clickedAt = await navigate(page, threadId);
      const panel = await panelOf(page);
      const painted = await panel.waitForFunction(
        ({ name, after }) =>
          (globalThis as { candorPaints?: Seen[] }).candorPaints?.findLast(
            ({ what, at }) => what === name && at > after,
          ),
        { name: candidateName, after: clickedAt },
        { timeout: longestWaitMs, polling: 25 },
      );
      const paintedAt = (await painted.jsonValue())?.at;
      const heardAt = (await readThreads(devtools, contentScript)).findLast(
        ({ what, at }) => what === threadId && at > clickedAt,
      )?.at;
      if (paintedAt === undefined || heardAt === undefined)
        throw new Error('The panel showed a thread of which the content script was not seen to tell.');
      return { sinceThreadMs: paintedAt - heardAt, sinceClickMs: paintedAt - clickedAt };
    },
  };
};

const navigate = async (page: Page, threadId: string): Promise<number> => {
  if (page.url().startsWith('https://mail.google.com/mail/u/0/'))
    return page.evaluate((id) => {
      const at = performance.timeOrigin + performance.now();
      location.hash = `#inbox/${id}`;
      return at;
    }, threadId);
  await page.goto(`https://mail.google.com/mail/u/0/#inbox/${threadId}`);
  return page.evaluate(() => performance.timeOrigin);
};

const panelOf = async (page: Page): Promise<Frame> => {
  const isPanel = (frame: Frame): boolean => frame.url().endsWith(`/${extensionPages.panel}`);
  return (
    page.frames().find(isPanel) ??
    page.waitForEvent('framenavigated', { predicate: isPanel, timeout: longestWaitMs })
  );
};

const readThreads = async (devtools: CDPSession, contextId: number | undefined): Promise<readonly Seen[]> => {
  if (contextId === undefined) throw new Error('The page has no content script of ours.');
  const { result } = await devtools.send('Runtime.evaluate', {
    contextId,
    expression: 'globalThis.candorThreads ?? []',
    returnByValue: true,
  });
  return result.value as readonly Seen[];
};

// The two below run in the browser, as text: they lean on nothing of this file.

const noteThreads = (): void => {
  const threads: Seen[] = [];
  Object.assign(globalThis, { candorThreads: threads });
  const send = chrome.runtime.sendMessage as (...args: unknown[]) => unknown;
  const noting = (...args: unknown[]): unknown => {
    const message = args[0] as { kind?: unknown; thread?: { providerThreadId: string } } | undefined;
    if (message?.kind === 'candor:thread-open' && message.thread !== undefined)
      threads.push({ what: message.thread.providerThreadId, at: performance.timeOrigin + performance.now() });
    return Reflect.apply(send, chrome.runtime, args);
  };
  Object.assign(chrome.runtime, { sendMessage: noting });
};

/** A frame that is out of sight gets no animation frames, so a name counts only once the panel is in its place. */
const notePaints = (): void => {
  if (location.protocol !== 'chrome-extension:') return;
  const paints: Seen[] = [];
  Object.assign(globalThis, { candorPaints: paints });
  let shown = '';
  const look = (): void => {
    const name = document.querySelector('.candidate-name')?.textContent ?? '';
    if (name === shown) return;
    shown = name;
    // The first of two comes before the paint, the second after it.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (shown === name) paints.push({ what: name, at: performance.timeOrigin + performance.now() });
      }),
    );
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
};
