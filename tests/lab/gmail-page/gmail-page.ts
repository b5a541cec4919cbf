/* A mail page of our own that answers where Gmail does and has what InboxSDK looks for in Gmail: it proves that the extension
   works with InboxSDK's idea of Gmail, not that Gmail still is so. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import type { Route } from '@playwright/test';
import type { MailboxSource, MailRoute } from './mailbox-source.ts';
import { type PageAccount, type PageSetup, type PageVariant, usualPage } from './variant.ts';

export type PageAnswer = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
};

export type GmailPage = {
  /** What the page's host answers to a GET of this URL. */
  readonly answer: (url: URL) => Promise<PageAnswer>;
  /** For `context.route('https://mail.google.com/**', page.route)`. */
  readonly route: (route: Route) => Promise<void>;
};

/** The mail page of these accounts: the first at /mail/u/0/, the second at /mail/u/1/. */
export const gmailPage = ({
  accounts,
  source,
  variant = {},
}: {
  accounts: readonly PageAccount[];
  source: MailboxSource;
  variant?: Partial<PageVariant>;
}): GmailPage => {
  const chosen = { ...usualPage, ...variant };

  const answer = async (url: URL): Promise<PageAnswer> => {
    if (url.pathname === '/' || url.pathname === '/mail/')
      return { status: 302, headers: { location: '/mail/u/0/' }, body: '' };
    if (url.pathname === '/favicon.ico') return { status: 204, headers: {}, body: '' };
    if (url.pathname.startsWith('/mail/page/'))
      return await pageFile(url.pathname.slice('/mail/page/'.length));
    const [, index, rest] = /^\/mail\/u\/(\d+)\/(.*)$/.exec(url.pathname) ?? [];
    const account = accounts[Number(index)];
    if (account === undefined || rest === undefined) return notFound;
    if (rest === '') return document({ account, accountIndex: Number(index), accounts, variant: chosen });
    if (rest === 'data/labels') return json(await source.labels(account.address));
    if (rest === 'data/threads')
      return json(await source.threads(account.address, readRoute(url.searchParams)));
    if (rest.startsWith('data/thread/')) {
      const thread = await source.thread(account.address, rest.slice('data/thread/'.length));
      return thread === undefined ? notFound : json(thread);
    }
    return notFound;
  };

  return {
    answer,
    route: async (route) => {
      await route.fulfill(await answer(new URL(route.request().url())));
    },
  };
};

const readRoute = (query: URLSearchParams): MailRoute => {
  const kind = query.get('kind');
  const detail = query.get('detail') ?? '';
  if (kind === 'label') return { kind, name: detail };
  if (kind === 'search') return { kind, text: detail };
  return { kind: kind === 'starred' || kind === 'sent' || kind === 'all' ? kind : 'inbox' };
};

const notFound: PageAnswer = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: 'Nothing here.',
};

const json = (value: unknown): PageAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(value),
});

// It names no Trusted Types policies, as InboxSDK makes one of its own and would not start otherwise.
const strictPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'";

const document = (setup: PageSetup): PageAnswer => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    ...(setup.variant.strictPolicy ? { 'content-security-policy': strictPolicy } : {}),
  },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(setup.account.address)} - Mail</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/mail/page/page.css">
<script type="application/json" id="setup">${JSON.stringify(setup).replaceAll('<', '\\u003c')}</script>
<script type="module" src="/mail/page/main.ts"></script>
</head>
<body class="${setup.variant.standalone ? 'aAU xE Su' : 'aAU'}"></body>
</html>`,
});

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const pageFile = async (name: string): Promise<PageAnswer> => {
  if (!/^[a-z-]+\.(ts|css)$/.test(name)) return notFound;
  const source = await readFile(new URL(`./view/${name}`, import.meta.url), 'utf8');
  const isScript = name.endsWith('.ts');
  return {
    status: 200,
    headers: { 'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8' },
    body: isScript ? stripTypeScriptTypes(source) : source,
  };
};
