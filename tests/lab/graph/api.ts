/* The methods of Graph that are asked for: their paths, scopes, and answers. */
import { messageProperties, showMessage } from './answers.ts';
import { deltaPage } from './delta.ts';
import { badRequest } from './errors.ts';
import type { Links, Mark } from './links.ts';
import { addCategory, type GraphMailbox, type StoredMessage } from './mailbox.ts';
import { readExpand, readFilter, readSelect, requireOptions } from './odata.ts';
import { layDraft, readMime } from './post.ts';
import { readSearch } from './search.ts';
import type { LabSubscription, Subscriptions } from './subscriptions.ts';

export type Question = {
  readonly mailbox: GraphMailbox;
  readonly ids: Readonly<Record<string, string>>;
  /** Below the version, without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly mime: string | undefined;
  readonly isImmutable: boolean;
  readonly maxPageSize: number | undefined;
  readonly account: { readonly address: string; readonly objectId: string; readonly isGuest: boolean };
  readonly links: Links;
  readonly linkRoot: string;
  readonly largestPage: number;
  readonly subscriptions: Subscriptions;
  readonly now: number;
  /** Sends a draft of this mailbox. */
  readonly post: (draft: StoredMessage) => void;
};
/** `raw`: bytes instead of JSON. Undefined: 204. */
export type Reply = { readonly status?: number; readonly json?: unknown; readonly raw?: Buffer };

export type Route = {
  readonly verb: string;
  readonly path: RegExp;
  /** One of these is enough. Source: Microsoft Graph reference, "Permissions" of each method, read 2026-11. */
  readonly scopes: readonly string[];
  readonly answer: (question: Question) => Reply | Promise<Reply>;
};

const reads = ['Mail.Read', 'Mail.ReadWrite'];
const id = '(?<id>[^/]+)';

export const routes: readonly Route[] = [
  {
    verb: 'GET',
    path: /^\/me$/,
    scopes: ['User.Read'],
    answer: ({ account, query }) => {
      requireOptions(query, ['$select']);
      return {
        json: {
          id: account.objectId,
          mail: account.address,
          userPrincipalName: account.isGuest
            ? `${account.address.replace('@', '_')}#EXT#@lab.onmicrosoft.test`
            : account.address,
        },
      };
    },
  },
  {
    verb: 'GET',
    path: /^\/me\/mailFolders\/delta$/,
    scopes: reads,
    answer: (question) => {
      const { mailbox, query, path, links, linkRoot } = question;
      const mark = markOf(question, ['$select']);
      readSelect(query.get('$select'), new Set(['id', 'parentFolderId', 'displayName']));
      const all = mailbox.folders();
      const size = pageSizeOf(question, 10);
      const shown = all.slice(mark.after, mark.after + size);
      const end = mark.after + shown.length;
      const next: Mark = { ...mark, path, after: end };
      return {
        json: {
          value: shown.map(({ id: folderId, parentFolderId, displayName, isSearch }) => ({
            ...(isSearch ? { '@odata.type': '#microsoft.graph.mailSearchFolder' } : {}),
            id: folderId,
            parentFolderId,
            displayName,
          })),
          ...(end < all.length
            ? { '@odata.nextLink': `${linkRoot}${links.give('$skiptoken', next)}` }
            : { '@odata.deltaLink': `${linkRoot}${links.give('$deltatoken', next)}` }),
        },
      };
    },
  },
  {
    verb: 'GET',
    path: new RegExp(`^/me/mailFolders/${id}/messages/delta$`),
    scopes: ['Mail.ReadBasic', ...reads],
    answer: (question) => {
      const mark = markOf(question, ['$select']);
      const begun = new URLSearchParams(mark.query);
      if (question.mailbox.folder(question.ids.id ?? '').isSearch)
        throw badRequest('Change tracking is not supported on a search folder.');
      return {
        json: deltaPage({
          mailbox: question.mailbox,
          folderId: question.mailbox.folder(question.ids.id ?? '').id,
          mark,
          select: readSelect(begun.get('$select'), messageProperties),
          pageSize: pageSizeOf(question, 10),
          isImmutable: question.isImmutable,
          links: question.links,
          linkRoot: question.linkRoot,
        }),
      };
    },
  },
  {
    verb: 'GET',
    path: new RegExp(`^/me/mailFolders/${id}$`),
    scopes: ['Mail.ReadBasic', ...reads],
    answer: ({ mailbox, ids, query }) => {
      requireOptions(query, ['$select']);
      const { id: folderId, displayName, parentFolderId } = mailbox.folder(ids.id ?? '');
      return { json: { id: folderId, displayName, parentFolderId } };
    },
  },
  { verb: 'GET', path: /^\/me\/messages$/, scopes: reads, answer: (question) => listMessages(question) },
  {
    verb: 'GET',
    path: new RegExp(`^/me/messages/${id}/\\$value$`),
    scopes: reads,
    answer: ({ mailbox, ids, query }) => {
      requireOptions(query, []);
      return { raw: mailbox.message(ids.id ?? '').raw };
    },
  },
  {
    verb: 'GET',
    path: new RegExp(`^/me/messages/${id}$`),
    scopes: reads,
    answer: ({ mailbox, ids, query, isImmutable }) => {
      requireOptions(query, ['$select', '$expand']);
      const select = readSelect(query.get('$select'), messageProperties);
      const message = mailbox.message(ids.id ?? '');
      return { json: showMessage(message, select, readExpand(query.get('$expand')), isImmutable) };
    },
  },
  {
    verb: 'POST',
    path: /^\/me\/messages$/,
    scopes: ['Mail.ReadWrite'],
    answer: ({ mailbox, mime, now, isImmutable }) => ({
      status: 201,
      json: showMessage(layDraft(mailbox, requireMime(mime), now), undefined, [], isImmutable),
    }),
  },
  {
    verb: 'POST',
    path: new RegExp(`^/me/messages/${id}/send$`),
    scopes: ['Mail.Send'],
    answer: ({ mailbox, ids, post }) => {
      const draft = mailbox.message(ids.id ?? '');
      if (!draft.isDraft) throw badRequest('Only a draft is sent.');
      post(draft);
      return { status: 202 };
    },
  },
  {
    verb: 'POST',
    path: /^\/me\/sendMail$/,
    scopes: ['Mail.Send'],
    answer: ({ mailbox, mime, now, post }) => {
      post(layDraft(mailbox, requireMime(mime), now));
      return { status: 202 };
    },
  },
  {
    verb: 'PATCH',
    path: new RegExp(`^/me/messages/${id}$`),
    scopes: ['Mail.ReadWrite'],
    answer: ({ mailbox, ids, body, isImmutable }) => {
      const { categories, ...rest } = body;
      if (Object.keys(rest).length > 0 || !isTexts(categories))
        throw badRequest('Only categories, as texts.');
      const message = mailbox.message(ids.id ?? '');
      mailbox.categorise(message, categories);
      return { json: showMessage(message, undefined, [], isImmutable) };
    },
  },
  {
    verb: 'DELETE',
    path: new RegExp(`^/me/messages/${id}$`),
    scopes: ['Mail.ReadWrite'],
    answer: ({ mailbox, ids }) => {
      mailbox.remove(mailbox.message(ids.id ?? ''));
      return {};
    },
  },
  {
    verb: 'POST',
    path: new RegExp(`^/me/messages/${id}/move$`),
    scopes: ['Mail.ReadWrite'],
    answer: ({ mailbox, ids, body: { destinationId, ...rest }, isImmutable }) => {
      if (Object.keys(rest).length > 0 || typeof destinationId !== 'string')
        throw badRequest('Only destinationId.');
      const message = mailbox.message(ids.id ?? '');
      mailbox.move(message, destinationId);
      return { status: 201, json: showMessage(message, undefined, [], isImmutable) };
    },
  },
  {
    verb: 'GET',
    path: /^\/me\/outlook\/masterCategories$/,
    scopes: ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
    answer: ({ mailbox }) => ({ json: { value: mailbox.categories } }),
  },
  {
    verb: 'POST',
    path: /^\/me\/outlook\/masterCategories$/,
    scopes: ['MailboxSettings.ReadWrite'],
    answer: ({ mailbox, body: { displayName, color } }) => {
      if (typeof displayName !== 'string' || displayName === '') throw badRequest('displayName is missing.');
      if (typeof color !== 'string' || !/^(none|preset([0-9]|1[0-9]|2[0-4]))$/.test(color))
        throw badRequest('color is none.');
      return { status: 201, json: addCategory(mailbox, { displayName, color }) };
    },
  },
  {
    verb: 'POST',
    path: /^\/subscriptions$/,
    scopes: reads,
    answer: async ({ subscriptions, account, body, isImmutable }) => ({
      status: 201,
      json: showSubscription(await subscriptions.create(account.address, body, isImmutable), true),
    }),
  },
  {
    verb: 'GET',
    path: /^\/subscriptions$/,
    scopes: reads,
    // To nobody is the secret told again.
    answer: ({ subscriptions, account }) => ({
      json: { value: subscriptions.of(account.address).map((one) => showSubscription(one, false)) },
    }),
  },
  {
    verb: 'PATCH',
    path: new RegExp(`^/subscriptions/${id}$`),
    scopes: reads,
    answer: ({ subscriptions, account, ids, body }) => ({
      json: showSubscription(subscriptions.update(account.address, ids.id ?? '', body), false),
    }),
  },
  {
    verb: 'DELETE',
    path: new RegExp(`^/subscriptions/${id}$`),
    scopes: reads,
    answer: ({ subscriptions, account, ids }) => {
      subscriptions.remove(account.address, ids.id ?? '');
      return {};
    },
  },
];

const requireMime = (mime: string | undefined): Buffer => {
  if (mime === undefined) throw badRequest('Only MIME is taken here.');
  return readMime(mime);
};

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const showSubscription = (one: LabSubscription, isNew: boolean) => ({
  id: one.id,
  resource: one.resource,
  changeType: one.changeType,
  notificationUrl: one.notificationUrl,
  lifecycleNotificationUrl: one.lifecycleNotificationUrl ?? null,
  clientState: isNew ? one.clientState : null,
  // Graph writes seven places.
  expirationDateTime: new Date(one.expiresAt).toISOString().replace('Z', '0000Z'),
});

/** Where the question goes on, or where it begins. A link is taken as it was given, with nothing beside it. */
const markOf = ({ query, path, links }: Question, known: readonly string[]): Mark => {
  const token = query.get('$skiptoken') ?? query.get('$deltatoken') ?? query.get('$skip');
  if (token === null) {
    requireOptions(query, known);
    return { path, query: query.toString(), after: 0 };
  }
  if (query.size !== 1) throw badRequest('A link is followed as it is.');
  return links.take(path, token);
};

const pageSizeOf = ({ maxPageSize, largestPage }: Question, usual: number): number =>
  Math.min(maxPageSize ?? usual, largestPage);

/** Source: Microsoft Graph "Use the $search query parameter", read 2026-11. */
const mostFound = 1_000;

const listMessages = (question: Question): Reply => {
  const { mailbox, links, linkRoot, isImmutable } = question;
  const mark = markOf(question, ['$filter', '$search', '$orderby', '$select', '$expand', '$top']);
  const query = new URLSearchParams(mark.query);
  const search = query.get('$search');
  const [filter, orderBy] = [query.get('$filter'), query.get('$orderby')];
  if (search !== null && (filter !== null || orderBy !== null))
    throw badRequest('The query parameter $search goes with neither $filter nor $orderby.');
  if (filter?.includes('conversationId') && orderBy !== null) throw badRequest('InefficientFilter');
  const holds = search === null ? readFilter(filter, orderBy) : readSearch(search);
  const bySent = (a: StoredMessage, b: StoredMessage) => b.sentAt - a.sentAt;
  const all = mailbox.messages().filter(holds);
  const found = search === null ? all : [...all].sort(bySent).slice(0, mostFound);
  const top = Math.min(Number(query.get('$top') ?? '10'), question.largestPage);
  if (!Number.isInteger(top) || top < 1 || top > 1_000) throw badRequest('Invalid $top.');
  const shown = found.slice(mark.after, mark.after + top);
  const end = mark.after + shown.length;
  const select = readSelect(query.get('$select'), messageProperties);
  const expand = readExpand(query.get('$expand'));
  return {
    json: {
      value: shown.map((message) => showMessage(message, select, expand, isImmutable)),
      ...(end < found.length
        ? { '@odata.nextLink': `${linkRoot}${links.give('$skip', { ...mark, after: end })}` }
        : {}),
    },
  };
};
