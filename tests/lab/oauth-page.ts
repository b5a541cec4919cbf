/* The consent page: an account chooser, one box a scope, and two answers. Works in a browser and by plain POST. */

export const consentPage = (
  house: { readonly title: string; readonly paths: { readonly authorize: string } },
  query: URLSearchParams,
  /** Those that need the person's yes: each gets a box of its own. */
  scopes: readonly string[],
  accounts: readonly { readonly address: string }[],
): string => {
  const chosen = query.get('login_hint') ?? accounts[0]?.address;
  const chooser = accounts
    .map(
      ({ address }) =>
        `<p><label><input type="radio" name="account" value="${escapeHtml(address)}"${address === chosen ? ' checked' : ''}> ${escapeHtml(address)}</label></p>`,
    )
    .join('\n');
  const boxes = scopes
    .map(
      (scope) =>
        `<p><label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked> ${escapeHtml(scope)}</label></p>`,
    )
    .join('\n');
  return page(
    house.title,
    `<h1>Choose an account</h1>
<form method="post" action="${house.paths.authorize}?${escapeHtml(query.toString())}">
<fieldset><legend>Account</legend>
${chooser}
</fieldset>
<fieldset><legend>What the application may do</legend>
${boxes}
</fieldset>
<button name="answer" value="allow">Allow</button>
<button name="answer" value="deny">Deny</button>
</form>`,
  );
};

export const refusalPage = (error: string): string =>
  page('Error 400', `<h1>Access blocked</h1><p>Error: ${escapeHtml(error)}</p>`);

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>${body}</body></html>`;

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
