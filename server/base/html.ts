/** HTML that was escaped, so that it may stand in a page as it is. */
export type Html = { readonly html: string };

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const render = (value: string | Html | readonly Html[] | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (char) => escapes[char] ?? '');
  if ('html' in value) return value.html;
  return value.map((each) => each.html).join('');
};

/** Template tag: every value is escaped, unless it is Html already. */
export const html = (
  parts: TemplateStringsArray,
  ...values: (string | Html | readonly Html[] | undefined)[]
): Html => ({
  html: parts.reduce((text, part, index) => text + render(values[index - 1]) + part),
});
