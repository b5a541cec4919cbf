import type { MailRoute } from '../mailbox-source.ts';

/** Where in the mailbox the address stands: a list, and perhaps a thread opened from it. */
export type Place = { readonly route: MailRoute; readonly threadId?: string };

export const readPlace = (hash: string): Place => {
  const parts = hash.replace(/^#/, '').split('/').map(decodeURIComponent);
  const [kind = 'inbox', detail = ''] = parts;
  const route: MailRoute =
    kind === 'label'
      ? { kind, name: detail }
      : kind === 'search'
        ? { kind, text: detail }
        : { kind: kind === 'starred' || kind === 'sent' || kind === 'all' ? kind : 'inbox' };
  const threadId = parts[kind === 'label' || kind === 'search' ? 2 : 1];
  return threadId === undefined || threadId === '' ? { route } : { route, threadId };
};

export const routeHash = (route: MailRoute): string =>
  route.kind === 'label'
    ? `#label/${encodeURIComponent(route.name)}`
    : route.kind === 'search'
      ? `#search/${encodeURIComponent(route.text)}`
      : `#${route.kind}`;

export const threadHash = (route: MailRoute, threadId: string): string => `${routeHash(route)}/${threadId}`;

export const routeTitle = (route: MailRoute): string =>
  route.kind === 'label'
    ? route.name
    : route.kind === 'search'
      ? `Results for "${route.text}"`
      : (titles[route.kind] ?? '');

const titles: Record<string, string> = { inbox: 'Inbox', starred: 'Starred', sent: 'Sent', all: 'All mail' };
