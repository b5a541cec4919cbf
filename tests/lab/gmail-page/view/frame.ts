import { el } from './dom.ts';
import { setup } from './mail-data.ts';
import { readPlace, routeHash } from './place.ts';

/** The page around the views: header, left column, side panel. `views` is where lists and threads go. */
export type Frame = {
  readonly views: HTMLElement;
  readonly showLabels: (labels: readonly string[]) => void;
  readonly showPlace: () => void;
};

export const buildFrame = (): Frame => {
  const { variant } = setup;
  const views = el('div.nH');
  const content = el('div.nH.bkK', {}, el('div.nH', {}, el('div.nH.ar4', {}, el('div.aeF', {}, views))));
  const labelRows = el('div.labels');
  const nav = leftColumn(labelRows);
  const side = el('div.aUx');
  const row = el('div.nH.row', {});
  if (variant.chatRail) {
    row.append(
      el(
        'div.aeN.WR.a6o.anZ.nH.oy8Mbf',
        { role: 'navigation' },
        el('div.Xa', {}, railButton('Mail'), railButton('Chat')),
      ),
      el('div.aqn.aIH', {}, el('div.aqk.aql.bkL', {}, nav, content)),
    );
  } else row.append(el('div.bkL', {}, nav, content));
  row.append(side);
  document.body.append(el('div.b8', { role: 'alert' }, el('div.vh')), el('div.nH.page', {}, header(), row));
  if (variant.sidePanel === 'given') side.append(...sidePanel());
  if (variant.sidePanel === 'late') setTimeout(() => side.append(...sidePanel()), 3_000);

  const showPlace = (): void => {
    const at = routeHash(readPlace(location.hash).route);
    for (const link of nav.querySelectorAll('a'))
      link.toggleAttribute('data-here', link.getAttribute('href') === at);
  };
  return {
    views,
    showPlace,
    showLabels: (labels) => {
      labelRows.replaceChildren(...labels.map((name) => navRow(name, routeHash({ kind: 'label', name }))));
      showPlace();
    },
  };
};

const header = (): HTMLElement => {
  const others = setup.accounts.flatMap((account, index) =>
    index === setup.accountIndex ? [] : [el('a', { href: `/mail/u/${index}/` }, account.address)],
  );
  const search = el('input', {
    type: 'search',
    name: 'q',
    placeholder: 'Search mail',
    'aria-label': 'Search mail',
  });
  const form = el(
    'form',
    { role: 'search', submit: find },
    search,
    el('button', { type: 'submit' }, 'Search'),
  );
  return el(
    'header',
    { role: 'banner' },
    el('div', {}, el('div', {}, el('div', { 'aria-expanded': 'true', 'aria-label': 'Main menu' }, '≡'))),
    el('div.brand', {}, el('div', {}, 'Mail'), el('div.finder', {}, form)),
    el('div', {}, el('div', {}, el('div', { 'data-tooltip': 'Support' }, '?'), el('div', { role: 'menu' }))),
    el(
      'div.who',
      { 'aria-label': 'Account' },
      el(
        'div',
        {},
        el(
          'div',
          {},
          el('div', {}, setup.account.name),
          el('div', {}, setup.account.address),
          el('a', { href: 'https://myaccount.google.com/' }, 'Account'),
        ),
      ),
      ...others,
    ),
    el('button.look', { type: 'button', click: switchLook, 'aria-label': 'Light or dark' }, '◐'),
  );
};

const find = (event: Event): void => {
  event.preventDefault();
  const text = new FormData(event.target as HTMLFormElement).get('q');
  location.hash = typeof text === 'string' && text !== '' ? routeHash({ kind: 'search', text }) : '#inbox';
};

const switchLook = (): void => {
  const isDark = getComputedStyle(document.documentElement).colorScheme === 'dark';
  document.documentElement.style.colorScheme = isDark ? 'light' : 'dark';
};

const leftColumn = (labelRows: HTMLElement): HTMLElement => {
  const rows = el(
    'div.pp',
    {},
    navRow('Inbox', '#inbox'),
    navRow('Starred', '#starred'),
    navRow('Sent', '#sent'),
    navRow('All mail', '#all'),
    labelRows,
  );
  const column = el('div.aeN.WR.nH.oy8Mbf', {}, el('div.Ls77Lb.aZ6', {}, rows));
  column.setAttribute('role', 'navigation');
  return column;
};

const navRow = (name: string, href: string): HTMLElement =>
  el('div.aim', {}, el('div.TO', {}, el('div.TN', {}, el('span.aio', {}, el('a', { href }, name)))));

const railButton = (name: string): HTMLElement => el('div.rail', {}, name);

/** The column at the right: what extensions and Google's own tools show, then the rail of their icons. */
const sidePanel = (): readonly HTMLElement[] => {
  const wrapper = el(
    'div.WN9Ejb.br3',
    {},
    el('div.brC-brG.brC-brG-btc', {}, hidden(el('div')), hidden(el('div'))),
  );
  const rail = el(
    'div.brC-aT5-aOt-Jw',
    { role: 'complementary', 'aria-label': 'Side panel' },
    el('div.brC-aT5-aOt-bsf-Jw', {}, el('div.icons')),
    el('div.J-KU-Jg', { role: 'tablist' }, el('div.line', { role: 'separator' })),
    el('div.aT5-aOt-I', { role: 'button', 'aria-label': 'Hide side panel' }, '›'),
  );
  return [hidden(wrapper), rail];
};

const hidden = (element: HTMLElement): HTMLElement => {
  element.style.display = 'none';
  return element;
};
