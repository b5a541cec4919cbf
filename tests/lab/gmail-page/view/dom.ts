type Attributes = {
  readonly [name: string]: string | number | boolean | ((event: Event) => void) | undefined;
};

/** An element from "tag.class.class", its attributes (a function is a listener) and its children. Writes no HTML, so it works under Trusted Types. */
export const el = (
  selector: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string | undefined)[]
): HTMLElement => {
  const [tag = 'div', ...classes] = selector.split('.');
  const made = document.createElement(tag);
  if (classes.length > 0) made.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
};

const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });
export const shortDate = (at: number): string => shortDay.format(at);
export const longDate = (at: number): string => longDay.format(at);

/** Gmail writes the same number in hex and, for its newer ids, in decimals. */
export const decimalOf = (hex: string): string => BigInt(`0x${hex}`).toString();

export const hide = (element: HTMLElement, isHidden: boolean): void => {
  element.style.display = isHidden ? 'none' : '';
};
