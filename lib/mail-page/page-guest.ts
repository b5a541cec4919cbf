/* Joins a reader to the background and to the panel's frame. Holds no token, makes no request, reads no bodies. */
import { extensionPages, focusPanelMessage } from '../contract/extension.ts';
import type { OpenThread } from '../contract/page.ts';
import type { PageMessage } from '../contract/runtime.ts';
import { panelFrame } from './panel-frame.ts';
import type { MailPageReader, PanelHost } from './reader.ts';
import { reloadLine } from './reload-line.ts';
import { troubleLine } from './trouble-line.ts';

const lookMs = 2_000;

/** Shows the panel beside every thread the reader tells of, and tells the background which one it is, until the signal aborts. */
export const showPanelBeside = (reader: MailPageReader, signal: AbortSignal): void => {
  if (!reader.isHere(document.location)) return;
  const outdated = new AbortController();
  const frame = panelFrame(
    chrome.runtime.getURL(extensionPages.panel),
    AbortSignal.any([signal, outdated.signal]),
  );
  let shown: PanelHost | undefined;
  let open: OpenThread | undefined;

  const isOutdated = (): boolean => {
    // The browser takes the runtime away from the page scripts of an extension it has replaced.
    if (!outdated.signal.aborted && chrome.runtime?.id === undefined) outdated.abort();
    return outdated.signal.aborted;
  };
  const tell = (message: PageMessage): void => {
    // A refused message needs no answer: either the extension was replaced, which shows at the next look, or the next one gets through.
    if (!isOutdated()) chrome.runtime.sendMessage(message).catch(isOutdated);
  };
  const trouble = troubleLine(
    () => tell({ kind: 'candor:open-side-panel' }),
    AbortSignal.any([signal, outdated.signal]),
  );
  const show = (host: PanelHost): void => {
    shown = host;
    void host.placed.then(trouble.hide);
    if (isOutdated()) showReloadLine(host);
    else frame.show(host);
  };

  outdated.signal.addEventListener('abort', () => {
    clearInterval(looking);
    if (shown !== undefined) showReloadLine(shown);
  });
  const looking = setInterval(isOutdated, lookMs);
  const focusOnMessage = (message: unknown): void => {
    if (isFocusMessage(message)) frame.focus();
  };
  chrome.runtime.onMessage.addListener(focusOnMessage);
  signal.addEventListener('abort', () => {
    clearInterval(looking);
    if (!isOutdated()) chrome.runtime.onMessage.removeListener(focusOnMessage);
  });

  reader.watch(
    {
      // Told before the frame is moved, so that the panel has the thread by the time it is seen.
      onThread: (thread, host) => {
        open = thread;
        tell({ kind: 'candor:thread-open', thread });
        show(host);
      },
      onClosed: () => {
        open = shown = undefined;
        tell({ kind: 'candor:thread-closed' });
      },
      onTrouble: (met) => {
        tell({ kind: 'candor:reader-trouble', trouble: met });
        trouble.show();
        // Only the place for the panel is missing: the thread is known, and the browser's side panel goes on showing it.
        if (met.missing === 'sidebar' && open !== undefined)
          tell({ kind: 'candor:thread-open', thread: open });
        else open = undefined;
      },
    },
    signal,
  );
};

const showReloadLine = (host: PanelHost): void => {
  void host.placed.then((element) => {
    if (!host.signal.aborted) element.replaceChildren(reloadLine());
  });
};

const isFocusMessage = (message: unknown): boolean =>
  typeof message === 'object' &&
  message !== null &&
  'kind' in message &&
  message.kind === focusPanelMessage.kind;
