/*
 * The few pages a person meets on the server itself: first set-up, sign-in, invitation, confirming the extension, and the
 * way back from a provider's consent. Plain forms, no scripts, so that they work everywhere and nothing can be injected.
 */
import { createHash } from 'node:crypto';
import { type Html, html } from '../base/html.ts';

const style = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--paper:#fff;--ground:#f6f8fa;--accent:#0e6a5b;--on-accent:#fff;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--paper:#151b23;--ground:#0d1117;--accent:#74cdbb;--on-accent:#0c211d;--bad:#ff9d94}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:420px;margin:10vh auto;padding:28px;background:var(--paper);border:1px solid var(--line);border-radius:8px}
h1{font-size:20px;margin:0 0 8px}p{margin:0 0 16px;color:var(--soft)}label{display:block;margin:0 0 4px;font-weight:600}
input{width:100%;padding:8px 10px;margin:0 0 4px;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:6px}
small{display:block;margin:0 0 16px;color:var(--soft)}button{font:inherit;font-weight:600;padding:8px 16px;border:1px solid transparent;border-radius:6px;background:var(--accent);color:var(--on-accent);cursor:pointer}
button.second{background:transparent;color:var(--accent);border-color:var(--line)}.row{display:flex;gap:8px;flex-wrap:wrap}
.notice{padding:10px 12px;border-left:3px solid var(--bad);margin:0 0 16px;color:var(--ink)}code{font-size:22px;letter-spacing:3px;color:var(--ink)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}`;

/** For the Content-Security-Policy: the one style block these pages carry. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

const page = (title: string, body: Html): string =>
  `<!doctype html>${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Candor</title><style>${{ html: style }}</style></head><body><main>${body}</main></body></html>`
      .html
  }`;

const notice = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<div class="notice" role="alert">${text}</div>`;

const field = (
  label: string,
  name: string,
  type: string,
  autocomplete: string,
  hint: string,
  value = '',
): Html =>
  html`<label for="${name}">${label}</label><input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value}" required aria-describedby="${name}-hint"><small id="${name}-hint">${hint}</small>`;

export const setupPage = (
  token: string,
  values: { company: string; name: string; address: string },
  problem?: string,
): string =>
  page(
    'Set up',
    html`<h1>Set up Candor for your company</h1><p>You become its owner. This link works once.</p>${notice(problem)}
<form method="post" action="/setup"><input type="hidden" name="token" value="${token}">
${field('Company', 'company', 'text', 'organization', 'As your colleagues know it.', values.company)}
${field('Your name', 'name', 'text', 'name', 'Colleagues see it beside what you share.', values.name)}
${field('Your work address', 'address', 'email', 'email', 'Its domain counts as your company’s own: mail that stays inside it is never kept.', values.address)}
${field('Password', 'password', 'password', 'new-password', 'At least 10 characters.')}
<button>Create the company</button></form>`,
  );

export const invitationPage = (
  token: string,
  who: { company: string; invitedBy: string; name: string; address: string },
  problem?: string,
): string =>
  page(
    'Join',
    html`<h1>Join ${who.company} on Candor</h1><p>${who.invitedBy} invited you as ${who.address}. Only you can connect your mailbox, and only if you want to.</p>${notice(problem)}
<form method="post" action="/invitation"><input type="hidden" name="token" value="${token}">
${field('Your name', 'name', 'text', 'name', 'Colleagues see it beside what you share.', who.name)}
${field('Password', 'password', 'password', 'new-password', 'At least 10 characters.')}
<button>Join</button></form>`,
  );

const providerNames = { google: 'Google', microsoft: 'Microsoft' } as const;

export const signInPage = (
  to: string,
  providers: readonly (keyof typeof providerNames)[],
  address: string,
  problem?: string,
): string =>
  page(
    'Sign in',
    html`<h1>Sign in to Candor</h1>${notice(problem)}
<form method="post" action="/sign-in"><input type="hidden" name="to" value="${to}">
${field('Work address', 'address', 'email', 'username', 'The one you were invited with.', address)}
${field('Password', 'password', 'password', 'current-password', 'Forgotten? Ask an admin of your company for a new invitation.')}
<button>Sign in</button></form>
${providers.map((each) => html`<form method="post" action="/sign-in/${each}"><input type="hidden" name="to" value="${to}"><p></p><button class="second">Sign in with ${providerNames[each]}</button></form>`)}`,
  );

export const devicePage = (userCode: string, name: string): string =>
  page(
    'Connect the extension',
    html`<h1>Connect this browser?</h1><p>${name}, the Candor extension shows this code. Go on only if it is the same there.</p><p><code>${userCode}</code></p>
<p>The extension will act as you until you sign out there. It never holds your mail password.</p>
<form method="post" action="/device"><input type="hidden" name="user_code" value="${userCode}"><div class="row"><button name="answer" value="approve">Connect it</button><button class="second" name="answer" value="deny">No, this is not me</button></div></form>`,
  );

export const deviceCodePage = (problem?: string): string =>
  page(
    'Connect the extension',
    html`<h1>Connect the extension</h1>${notice(problem)}<form method="get" action="/device">${field('Code', 'user_code', 'text', 'off', 'Eight letters and digits, as the extension shows them.')}<button>Go on</button></form>`,
  );

/** A page that only says how something ended. */
export const wordsPage = (title: string, sentences: readonly string[]): string =>
  page(title, html`<h1>${title}</h1>${sentences.map((each) => html`<p>${each}</p>`)}`);
