/* Microsoft Graph as a Provider. */
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import type { Clock } from '../../base/clock.ts';
import { type Fetch, systemFetch } from '../../base/http-fetch.ts';
import type { TokenSource } from '../access-tokens.ts';
import type { MailboxQuota } from '../mailbox-quota.ts';
import type { Priority, Provider } from '../provider.ts';
import { pullDelta, startCursor } from './delta.ts';
import { mailboxFolders } from './folders.ts';
import { graphHttp } from './http.ts';
import { mailboxLabels } from './labels.ts';
import { readProfile } from './profile.ts';
import { graphQuota } from './quota.ts';
import { fetchRaw, readOne, readThread } from './reading.ts';
import { moveToTrash } from './removing.ts';
import { searchPage } from './search.ts';
import { sendDraft } from './sending.ts';
import { graphPush, type NotificationUrls } from './subscriptions.ts';

export type GraphOptions = {
  readonly auth: TokenSource;
  readonly clock: Clock;
  /** The company's candidate label, a category here: what `isLabelled` is told by. */
  readonly candidateLabelName: string;
  readonly rootUrl?: string;
  readonly fetch?: Fetch;
  /** Keep one a mailbox: what two providers of one mailbox do counts together. */
  readonly quota?: MailboxQuota;
  /** Whether somebody waits for the answer. */
  readonly priority?: Priority;
  /** What the token may do: everything, unless told otherwise. */
  readonly access?: AccessLevel;
  /** Absent where Graph cannot reach this server: then there is only polling. */
  readonly notify?: NotificationUrls | undefined;
};

export const graphRoot = 'https://graph.microsoft.com/';

export const graphProvider = ({
  auth,
  clock,
  candidateLabelName,
  rootUrl = graphRoot,
  fetch = systemFetch,
  quota = graphQuota(clock),
  priority = 'background',
  access = 'full',
  notify,
}: GraphOptions): Provider => {
  const http = graphHttp({ auth, rootUrl, fetch, clock, quota, priority });
  const folders = mailboxFolders(http, clock);
  const labels = mailboxLabels(http, candidateLabelName);

  return {
    kind: 'graph',
    can: async () => ({ label: true }),
    push: notify === undefined ? undefined : graphPush(http, clock, notify),
    profile: async (signal) => ({ address: (await readProfile(http, signal)).address }),
    start: (signal) => startCursor(http, folders, signal),
    pull: (cursor, window, signal) => pullDelta(http, folders, cursor, window, signal),
    readThread: (providerThreadId, signal) => readThread(http, folders, labels, providerThreadId, signal),
    readHeaders: (providerMessageId, signal) => readOne(http, folders, labels, providerMessageId, signal),
    fetch: (providerMessageId, maxBytes, signal) => fetchRaw(http, providerMessageId, maxBytes, signal),
    search: (sought, window, page, signal) =>
      searchPage(http, sought, candidateLabelName, window, page, signal),
    label: (providerThreadId, labelName, on, signal) =>
      labels.setOnThread(providerThreadId, labelName, on, signal),
    remove: (providerMessageId, signal) => moveToTrash(http, folders, providerMessageId, signal),
    send: (draft, attempt, signal) => sendDraft(http, access, draft, attempt, signal),
  };
};
