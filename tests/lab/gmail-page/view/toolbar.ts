import { el } from './dom.ts';

export type ToolbarButton = {
  readonly name: string;
  readonly sign: string;
  readonly onClick: () => void;
  readonly isBack?: boolean;
};

/** The row of buttons above a list or a thread, with the groups InboxSDK sorts its own buttons into. */
export const toolbar = (buttons: readonly ToolbarButton[]): HTMLElement =>
  el(
    'div.G-atb',
    { gh: 'tm' },
    el(
      'div.nH',
      { gh: 'mtb' },
      ...buttons.map(({ name, sign, onClick, isBack }) =>
        el(
          'div.G-Ni.J-J5-Ji',
          {},
          el(
            isBack ? 'div.T-I.J-J5-Ji.lS' : 'div.T-I.J-J5-Ji.nu',
            {
              role: 'button',
              tabindex: 0,
              'aria-label': name,
              title: name,
              click: onClick,
              keydown: onEnter(onClick),
            },
            sign,
          ),
        ),
      ),
      group('lR', 'Archive'),
      group('ns', 'Move to'),
      el(
        'div.G-Ni.J-J5-Ji',
        {},
        el('div.T-I.J-J5-Ji.nf', { role: 'button', 'aria-expanded': 'false', 'aria-label': 'More' }, '⋮'),
      ),
    ),
  );

const group = (icon: string, name: string): HTMLElement =>
  el(
    'div.G-Ni.J-J5-Ji',
    {},
    el(
      'div.T-I.J-J5-Ji',
      { role: 'button', 'aria-label': name, title: name },
      el(`div.asa.${icon}`, {}, name),
    ),
  );

const onEnter =
  (act: () => void) =>
  (event: Event): void => {
    if (event instanceof KeyboardEvent && event.key === 'Enter') act();
  };

/** Only the view that is shown carries these marks: a hidden one that kept them would be taken for it. */
export const markShown = (view: HTMLElement, isShown: boolean): void => {
  view.style.display = isShown ? '' : 'none';
  if (isShown) view.setAttribute('role', 'main');
  else view.removeAttribute('role');
  for (const [selector, mark] of [
    ['.G-atb', 'tm'],
    ['.G-atb > .nH', 'mtb'],
    [':scope > .tl', 'tl'],
  ] as const) {
    for (const marked of view.querySelectorAll(selector)) {
      if (isShown) marked.setAttribute('gh', mark);
      else marked.removeAttribute('gh');
    }
  }
};
