/* Gmail as a Provider, over Google's own client. */
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import { type Address, parseAddress } from '../../../lib/domain/address.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import { type Fetch, systemFetch } from '../../base/http-fetch.ts';
import type { TokenSource } from '../access-tokens.ts';
import type { CopyHeaders, Priority, Provider, Sought } from '../provider.ts';
import {
  Done,
  MessagePage,
  MessageWithHeaders,
  MinimalMessage,
  ProfileAnswer,
  RawMessageAnswer,
  ThreadAnswer,
  ThreadLabels,
} from './answers.ts';
import { afterQuery, historyCursor, pullDelta, toRef } from './delta.ts';
import { type GmailHttp, gmailHttp } from './http.ts';
import { type MailboxLabels, mailboxLabels } from './labels.ts';
import { type GmailQuota, gmailQuota } from './quota.ts';
import { sendDraft } from './sending.ts';
import { gmailPush } from './watch.ts';

export type GmailOptions = {
  readonly auth: TokenSource;
  readonly clock: Clock;
  /** The company's candidate label: what `isLabelled` is told by. */
  readonly candidateLabelName: string;
  /** Pub/Sub topic that Gmail is to tell of changes on; absent: nothing tells. */
  readonly pushTopic?: string;
  /** Ends every path of the API. */
  readonly rootUrl?: string;
  readonly fetch?: Fetch;
  /** Keep one a mailbox: what two providers of one mailbox do counts together. */
  readonly quota?: GmailQuota;
  /** Whether somebody waits for the answer. */
  readonly priority?: Priority;
  /** What the token may do: everything, unless told otherwise. */
  readonly access?: AccessLevel;
};

export const gmailProvider = ({
  auth,
  clock,
  candidateLabelName,
  pushTopic,
  rootUrl = 'https://gmail.googleapis.com/',
  fetch = systemFetch,
  quota = gmailQuota(clock),
  priority = 'background',
  access = 'full',
}: GmailOptions): Provider => {
  const http = gmailHttp({ auth, rootUrl, fetch, clock, quota, priority });
  const labels = mailboxLabels(http, clock, candidateLabelName);
  const readProfile = (signal: AbortSignal) =>
    http.call(
      'users.getProfile',
      ProfileAnswer,
      (users, options) => users.getProfile({ userId: 'me' }, options),
      signal,
    );

  const readAddress = async (signal: AbortSignal): Promise<Address> => {
    const address = parseAddress((await readProfile(signal)).emailAddress);
    if (address === undefined) throw new Failure('provider-refused', 'Gmail vouches for no readable address');
    return address;
  };

  return {
    kind: 'gmail',
    can: async () => ({ label: true }),
    push: pushTopic === undefined ? undefined : gmailPush(http, pushTopic, clock, readAddress),
    profile: async (signal) => ({ address: await readAddress(signal) }),
    start: async (signal) => historyCursor((await readProfile(signal)).historyId),
    pull: (cursor, window, signal) => pullDelta(http, labels, cursor, window, signal),
    readThread: (providerThreadId, signal) => readThread(http, labels, providerThreadId, signal),
    readHeaders: (providerMessageId, signal) => readOne(http, labels, providerMessageId, signal),
    fetch: (providerMessageId, maxBytes, signal, sizeBytes) =>
      fetchRaw(http, providerMessageId, maxBytes, signal, sizeBytes),
    search: (sought, window, page, signal) =>
      searchPage(http, sought, candidateLabelName, window, page, signal),
    label: (providerThreadId, labelName, on, signal) =>
      idMayBeUnknown(() => labels.setOnThread(providerThreadId, labelName, on, signal)),
    remove: async (id, signal) => {
      await idMayBeUnknown(() =>
        http.call(
          'users.messages.trash',
          Done,
          (users, options) => users.messages.trash({ userId: 'me', id }, options),
          signal,
        ),
      );
    },
    send: (draft, attempt, signal) => sendDraft(http, access, draft, attempt, signal),
  };
};

/** Gmail answers 400 to an id it never gives out; to us that is a message nobody has, like any other. */
const idMayBeUnknown = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (thrown) {
    if (failureReason(thrown) !== 'bad-input') throw thrown;
    throw new Failure('not-found', 'Gmail knows no such id', { cause: thrown });
  }
};

const readThread = async (
  http: GmailHttp,
  labels: MailboxLabels,
  id: string,
  signal: AbortSignal,
): Promise<readonly CopyHeaders[]> => {
  const { messages } = await idMayBeUnknown(() =>
    http.call(
      'users.threads.get',
      ThreadAnswer,
      (users, options) => users.threads.get({ userId: 'me', id, format: 'metadata' }, options),
      signal,
    ),
  );
  const candidateLabel = await candidateLabelAmong(labels, messages, signal);
  const isLabelled = messages.some(
    ({ labelIds }) => candidateLabel !== undefined && labelIds.includes(candidateLabel),
  );
  const copies = await Promise.all(messages.map((message) => toCopy(message, isLabelled, labels, signal)));
  return copies.sort((a, b) => a.receivedAt - b.receivedAt);
};

const readOne = async (
  http: GmailHttp,
  labels: MailboxLabels,
  id: string,
  signal: AbortSignal,
): Promise<CopyHeaders> => {
  const message = await idMayBeUnknown(() =>
    http.call(
      'users.messages.get',
      MessageWithHeaders,
      (users, options) => users.messages.get({ userId: 'me', id, format: 'metadata' }, options),
      signal,
    ),
  );
  const isLabelled = await isThreadLabelled(http, labels, message, signal);
  return toCopy(message, isLabelled, labels, signal);
};

/**
 * Gmail puts a label on messages, and a later message of a labelled thread comes without it. The thread is asked only where
 * that can be so: the label exists, this message lacks it, and it did not begin its thread.
 */
const isThreadLabelled = async (
  http: GmailHttp,
  labels: MailboxLabels,
  message: MessageWithHeaders,
  signal: AbortSignal,
): Promise<boolean> => {
  const candidateLabel = await labels.candidateLabelId(signal);
  if (candidateLabel === undefined) return false;
  if (message.labelIds.includes(candidateLabel)) return true;
  if (message.threadId === message.id) return false;
  const { messages } = await http.call(
    'users.threads.get',
    ThreadLabels,
    (users, options) => users.threads.get({ userId: 'me', id: message.threadId, format: 'minimal' }, options),
    signal,
  );
  return messages.some(({ labelIds }) => labelIds.includes(candidateLabel));
};

const candidateLabelAmong = async (
  labels: MailboxLabels,
  messages: readonly MessageWithHeaders[],
  signal: AbortSignal,
): Promise<string | undefined> => {
  // Names first: a label that is newer than what we know makes the list be read anew.
  await labels.namesOf([...new Set(messages.flatMap(({ labelIds }) => labelIds))], signal);
  return labels.candidateLabelId(signal);
};

const toCopy = async (
  message: MessageWithHeaders,
  isLabelled: boolean,
  labels: MailboxLabels,
  signal: AbortSignal,
): Promise<CopyHeaders> => ({
  ...toRef(message),
  place: {
    isDraft: message.labelIds.includes('DRAFT'),
    isSpam: message.labelIds.includes('SPAM'),
    isTrash: message.labelIds.includes('TRASH'),
    isLabelled,
  },
  labels: await labels.namesOf(message.labelIds, signal),
  headers: message.payload.headers,
  receivedAt: Number(message.internalDate),
  sizeBytes: message.sizeEstimate,
});

/** Gmail only estimates a size, so it is measured after too. */
const fetchRaw = async (
  http: GmailHttp,
  id: string,
  maxBytes: number,
  signal: AbortSignal,
  knownBytes?: number,
) => {
  const estimate = knownBytes ?? (await readSize(http, id, signal));
  if (estimate > maxBytes) throw tooLarge(estimate, maxBytes);
  const message = await idMayBeUnknown(() =>
    http.call(
      'users.messages.get',
      RawMessageAnswer,
      (users, options) => users.messages.get({ userId: 'me', id, format: 'raw' }, options),
      signal,
    ),
  );
  const raw = new Uint8Array(Buffer.from(message.raw, 'base64url'));
  if (raw.length > maxBytes) throw tooLarge(raw.length, maxBytes);
  return { ...toRef(message), raw };
};

const readSize = async (http: GmailHttp, id: string, signal: AbortSignal): Promise<number> => {
  const { sizeEstimate } = await idMayBeUnknown(() =>
    http.call(
      'users.messages.get',
      MinimalMessage,
      (users, options) => users.messages.get({ userId: 'me', id, format: 'minimal' }, options),
      signal,
    ),
  );
  return sizeEstimate;
};

const tooLarge = (sizeBytes: number, maxBytes: number) =>
  new Failure('too-large', `A message has ${sizeBytes} bytes, more than ${maxBytes}`);

const searchPageSize = 100;

/** Throws: bad-input for what Gmail's search language cannot spell. */
const searchPage = async (
  http: GmailHttp,
  sought: Sought,
  labelName: string,
  window: { readonly from?: number },
  page: string | undefined,
  signal: AbortSignal,
) => {
  const what = sought.by === 'label' ? `label:"${requireSpelt(labelName)}"` : anyRole(sought.addresses);
  const q = window.from === undefined ? what : `${what} ${afterQuery(window.from)}`;
  const { messages, nextPageToken } = await http.call(
    'users.messages.list',
    MessagePage,
    (users, options) =>
      users.messages.list(
        { userId: 'me', q, maxResults: searchPageSize, ...(page === undefined ? {} : { pageToken: page }) },
        options,
      ),
    signal,
  );
  return { found: messages.map(toRef), ...(nextPageToken === undefined ? {} : { nextPage: nextPageToken }) };
};

/** Braces are OR. */
const anyRole = (addresses: readonly Address[]): string =>
  `{${addresses
    .flatMap((address) =>
      ['from', 'to', 'cc', 'bcc'].map((role) => `${role}:"${requireSpelt(address, /\s/)}"`),
    )
    .join(' ')}}`;

const requireSpelt = (text: string, besides = /[^\S ]/): string => {
  if (/["\\(){}]/.test(text) || besides.test(text))
    throw new Failure('bad-input', 'Gmail cannot search for such an address or label');
  return text;
};
