import type { ShownMessage, ShownThread } from '../mailbox-source.ts';
import { decimalOf, el, longDate, shortDate } from './dom.ts';
import { readThread, setup } from './mail-data.ts';
import { type ToolbarButton, toolbar } from './toolbar.ts';

/** One open thread. Built anew each time it is opened, as Gmail does. */
export type ThreadView = { readonly element: HTMLElement; readonly refresh: () => Promise<void> };

/** The thread in a view of its own, with a toolbar. */
export const threadPage = (thread: ShownThread, buttons: readonly ToolbarButton[]): ThreadView => {
  const { element, refresh } = threadElement(thread);
  return { element: el('div.nH', {}, toolbar(buttons), el('div.nH.g.id', {}, element)), refresh };
};

/** The thread alone, for the reading pane. */
export const threadElement = (thread: ShownThread): ThreadView => {
  const { variant } = setup;
  const labels = el('div.J-J5-Ji.chips');
  const heading = el('h2.hP', { tabindex: -1 }, thread.subject);
  heading.setAttribute(
    'data-thread-perm-id',
    variant.permId === 'given' && variant.legacyThreadId === 'given'
      ? `thread-f:${decimalOf(thread.threadId)}`
      : 'undefined',
  );
  if (variant.legacyThreadId === 'given') heading.setAttribute('data-legacy-thread-id', thread.threadId);
  const messages = el('div', { role: 'list' });
  const seen = new Set<string>();

  const write = (now: ShownThread): void => {
    labels.replaceChildren(...now.labels.map((label) => el('span.chip', {}, label)));
    now.messages.forEach((message, index) => {
      if (seen.has(message.messageId)) return;
      seen.add(message.messageId);
      const isLast = index === now.messages.length - 1;
      messages.append(
        messageElement(message, variant.expanded === 'all' || (variant.expanded === 'last' && isLast)),
      );
    });
  };
  write(thread);
  return {
    element: el(
      'div.nH.a98.iY',
      {},
      el('div.nH.V8djrc.byY', {}, el('div.ha', {}, heading, labels), el('div.bHJ')),
      el('div.nH', {}, el('div.nH.aHU', {}, messages, el('div.amn'))),
    ),
    refresh: async () => {
      const now = await readThread(thread.threadId);
      if (now !== undefined) write(now);
    },
  };
};

const messageElement = (message: ShownMessage, isOpen: boolean): HTMLElement => {
  const element = el(isOpen ? 'div.h7' : 'div.kv', { role: 'listitem' });
  const ids = {
    'data-message-id': `#msg-f:${decimalOf(message.messageId)}`,
    'data-legacy-message-id': message.messageId,
  };
  const sender = el(
    'span.gD',
    { email: message.from.address, name: message.from.name },
    message.from.name || message.from.address,
  );
  const head = (rest: readonly Node[]): HTMLElement =>
    el('table.cf.gJ', {}, el('tbody', {}, el('tr.acZ', {}, el('td.gF', {}, sender), ...rest)));
  const fill = (): void => {
    element.className = 'h7';
    element.replaceChildren(
      el(
        'div.ads',
        ids,
        head([
          el('td.gK', {}, el('span.g3', { title: longDate(message.sentAt) }, shortDate(message.sentAt))),
          el('td.acX', {}, moreButton()),
        ]),
        el(
          'div.hb',
          {},
          'to ',
          ...named(message.to),
          ...(message.cc.length > 0 ? [', cc ', ...named(message.cc)] : []),
        ),
        el('div.ii.gt', {}, el('div.a3s.aiL', {}, message.text)),
        message.attachments.length > 0
          ? el(
              'div.hq',
              {},
              ...message.attachments.map(({ name, sizeBytes }) =>
                el('span.file', {}, `${name} (${Math.ceil(sizeBytes / 1024)} kB)`),
              ),
            )
          : undefined,
        el('div.hi'),
        el('div.ip'),
      ),
    );
  };
  if (isOpen) fill();
  else {
    const start = el('td.y2', {}, message.text.slice(0, 80));
    element.append(
      el(
        'div.ads',
        {},
        head([
          start,
          el('td.gK', {}, el('span.g3', { title: longDate(message.sentAt) }, shortDate(message.sentAt))),
        ]),
      ),
    );
    element.addEventListener('click', fill, { once: true });
  }
  return element;
};

const named = (people: ShownMessage['to']): readonly (Node | string)[] =>
  people.flatMap(({ address, name }, index) => [
    index > 0 ? ', ' : '',
    el('span.g2', { email: address, name }, address === setup.account.address ? 'me' : name || address),
  ]);

const moreButton = (): HTMLElement =>
  el(
    'div.T-I.J-J5-Ji.aap.L3',
    { role: 'button', 'aria-haspopup': 'true', 'aria-label': 'More message options' },
    '⋮',
  );
