import type { ListedThread, MailRoute } from '../mailbox-source.ts';
import { decimalOf, el, longDate, shortDate } from './dom.ts';
import { readThreads, setup } from './mail-data.ts';
import { routeTitle, threadHash } from './place.ts';
import { toolbar } from './toolbar.ts';

/** One list of threads; with a reading pane it also holds the open thread. */
export type ListView = {
  readonly element: HTMLElement;
  /** Where an open thread goes when it stands beside the list. */
  readonly pane: HTMLElement | undefined;
  readonly threads: () => readonly ListedThread[];
  readonly refresh: () => Promise<void>;
  readonly select: (threadId: string | undefined) => void;
};

export const listView = async (route: MailRoute): Promise<ListView> => {
  let shown: readonly ListedThread[] = [];
  let written = '';
  const rows = el('tbody');
  const table = el('table.F.cf.zt', { role: 'grid' }, el('colgroup', {}, el('col')), rows);
  const empty = el('p.empty', {}, 'Nothing here.');
  const list = el(
    'div.tl',
    { gh: 'tl' },
    el('h1.list-title', {}, routeTitle(route)),
    el('div.Cp', {}, el('div', {}, table)),
    empty,
  );
  const pane = setup.variant.readingPane ? el('div.ao9') : undefined;
  const element = el('div.nH.bGI', {});

  const refresh = async (): Promise<void> => {
    const threads = await readThreads(route);
    const text = JSON.stringify(threads);
    if (text === written) return;
    written = text;
    shown = threads;
    rows.replaceChildren(...threads.map((thread) => row(route, thread)));
    empty.hidden = threads.length > 0;
  };
  const bar = toolbar([{ name: 'Refresh', sign: '↻', onClick: () => void refresh() }]);
  element.append(bar, list);
  if (pane !== undefined) {
    pane.append(nothingChosen());
    element.append(el('div.aia', {}, pane));
  }
  await refresh();
  return {
    element,
    pane,
    threads: () => shown,
    refresh,
    select: (threadId) => {
      for (const each of rows.children)
        each.classList.toggle('aps', each.getAttribute('data-thread') === threadId);
    },
  };
};

export const nothingChosen = (): HTMLElement => el('div.apa', {}, 'No conversation chosen');

const row = (route: MailRoute, thread: ListedThread): HTMLElement => {
  const open = (): void => {
    location.hash = threadHash(route, thread.threadId);
  };
  const number = decimalOf(thread.threadId);
  const keys = (event: Event): void => {
    if (event instanceof KeyboardEvent && event.key === 'Enter') open();
  };
  const tick = el('div', {
    role: 'checkbox',
    'aria-checked': 'false',
    click: (event) => event.stopPropagation(),
  });
  const senders = thread.senders.flatMap((sender, index) => [
    index > 0 ? ', ' : '',
    el('span', { email: sender.address, name: nameOf(sender) }, nameOf(sender)),
  ]);
  return el(
    `tr.zA${thread.isUnread ? '.zE' : '.yO'}`,
    { id: `:r${thread.threadId}`, 'data-thread': thread.threadId, tabindex: 0, click: open, keydown: keys },
    el('td.oZ-x3.xY', {}, tick),
    el('td.apU.xY', {}, el('span.T-KT', { 'aria-label': 'Not starred' }, '☆')),
    el(
      'td.yX.xY',
      {},
      el('div.yW', {}, ...senders),
      thread.messageCount > 1 ? el('span.bx0', {}, String(thread.messageCount)) : undefined,
    ),
    el(
      'td.xY.a4W',
      {},
      el(
        'div.xS',
        {},
        el(
          'div.xT',
          {},
          ...thread.labels.map((label) => el('span.chip', {}, label)),
          el(
            'div.y6',
            {},
            el(
              'span.bog',
              {
                id: `:s${thread.threadId}`,
                'data-thread-id': `#thread-f:${number}`,
                'data-legacy-thread-id': thread.threadId,
              },
              thread.subject,
            ),
          ),
          el('span.y2', {}, ` - ${thread.snippet}`),
        ),
      ),
    ),
    el(
      'td.yf.xY',
      { title: thread.hasAttachments ? 'Has attachments' : '' },
      thread.hasAttachments ? 'file' : '',
    ),
    el('td.xW.xY', {}, el('span', { title: longDate(thread.lastAt) }, shortDate(thread.lastAt))),
  );
};

const nameOf = (sender: { readonly address: string; readonly name: string }): string =>
  sender.address === setup.account.address ? 'me' : sender.name || sender.address;
