/* A person in a browser, by plain HTTP: opens the consent page, chooses an account, answers, and is sent back. */

export type ConsentChoice = {
  readonly address: string;
  /** Boxes left ticked; absent means all that the page offers. */
  readonly scopes?: readonly string[];
  readonly deny?: boolean;
};

/** Gives the callback URL. Throws where the page itself refuses, as it does for an unknown client. */
export const walkConsent = async (authUrl: string, choice: string | ConsentChoice): Promise<string> => {
  const { address, scopes, deny = false } = typeof choice === 'string' ? { address: choice } : choice;
  const opened = await fetch(authUrl, { redirect: 'manual' });
  const early = opened.headers.get('location');
  if (early !== null) return early;
  const page = await opened.text();
  if (!opened.ok) throw new Error(`The consent page refuses: ${/Error: ([^<]+)/.exec(page)?.[1]}`);
  const offered = [...page.matchAll(/name="scope" value="([^"]*)"/g)].map((match) =>
    unescapeHtml(match[1] ?? ''),
  );
  const action = unescapeHtml(/<form method="post" action="([^"]*)"/.exec(page)?.[1] ?? '');
  const form = new URLSearchParams({ account: address, answer: deny ? 'deny' : 'allow' });
  for (const scope of offered)
    if (scopes === undefined || scopes.includes(scope)) form.append('scope', scope);
  const answered = await fetch(new URL(action, authUrl), { method: 'POST', body: form, redirect: 'manual' });
  const back = answered.headers.get('location');
  if (back === null) throw new Error(`The consent page refuses: ${answered.status}`);
  return back;
};

const unescapeHtml = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
