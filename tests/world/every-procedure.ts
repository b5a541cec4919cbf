/*
 * Everything the server can be asked, once, each with a request that is about one thread and what hangs on it. What must hold for
 * every way in, whatever it is, goes by this table; a procedure that is missing here does not compile.
 */
import { getUntypedClient } from '@trpc/client';
import type { inferRouterInputs } from '@trpc/server';
import { type AppRouter, appRouter } from '../../server/trpc/router.ts';
import type { SignedIn } from './start-world.ts';

/** What a request is about: ids, and texts a person types. Any of them can be somebody else's, or nothing's. */
export type About = {
  readonly mailboxAddress: string;
  readonly providerThreadId: string;
  readonly providerMessageId: string;
  readonly threadId: string;
  readonly messageId: string;
  readonly candidateId: string;
  readonly personId: string;
  readonly mailboxId: string;
  readonly importId: string;
  readonly erasureId: string;
  readonly changeId: string;
  readonly jobId: string;
  readonly blockId: string;
  readonly requestId: string;
  /** Of an act done before. */
  readonly actionKey: string;
  readonly address: string;
  readonly words: string;
};

type Inputs = inferRouterInputs<AppRouter>;
/** Without the brands of ids, which a request does not carry. */
type Plain<T> = T extends string
  ? string
  : T extends readonly (infer Each)[]
    ? readonly Plain<Each>[]
    : T extends object
      ? { readonly [K in keyof T]: K extends 'kind' | 'how' | 'mail' ? T[K] : Plain<T[K]> }
      : T;
type Requests = {
  readonly [Router in keyof Inputs]: {
    readonly [Name in keyof Inputs[Router]]: (about: About) => Plain<Inputs[Router][Name]>;
  };
};

const nothing = (): void => {};
const ref = ({ mailboxAddress, providerThreadId }: About) => ({ mailboxAddress, providerThreadId });
const act = (about: About) => ({ key: crypto.randomUUID(), ref: ref(about) });
const candidate = ({ candidateId }: About) => ({ candidateId });
const colleague = ({ personId }: About) => ({ personId });
const thread = ({ threadId }: About) => ({ threadId });
const mailbox = ({ mailboxId }: About) => ({ mailboxId });
const unreadable = ({ mailboxId, providerMessageId }: About) => ({ mailboxId, providerMessageId });
const visibility = {
  defaultVisibility: 'record-access',
  hiddenTier: 'count',
  keeps: 'whole',
  isReadingAllowed: true,
};
const connecting = {
  isConnectingOn: true,
  allowedProviders: ['gmail', 'graph', 'imap'],
  allowedAccess: ['full', 'send-only'],
  isPasswordLoginAllowed: false,
  forbiddenDomains: [],
};

export const requests: Requests = {
  session: { me: nothing, signOut: nothing },
  people: {
    colleagues: nothing,
    invite: ({ address, words }) => ({ name: words, address, role: 'recruiter' }),
    list: nothing,
    previewLeaving: colleague,
    endAccess: ({ personId }) => ({ personId, mail: 'keep' }),
    letBackIn: colleague,
  },
  company: {
    noticeMail: nothing,
    connectPolicy: nothing,
    setConnectPolicy: () => connecting,
    deletionPolicy: nothing,
    setDeletionPolicy: () => ({ isMailboxDeletionAllowed: true, propagatesDeletions: true }),
    keepPolicy: nothing,
    setKeepPolicy: () => ({ matching: [['label']], mayCreateCandidates: true }),
    retention: nothing,
    setRetention: ({ words }) => ({ rules: [{ stage: words, months: 120 }] }),
    visibility: nothing,
    tryVisibility: () => visibility,
    proposeVisibility: () => visibility,
    steerVisibility: ({ changeId }) => ({ changeId, how: 'withdraw' }),
  },
  candidate: {
    search: ({ words }) => ({ text: words }),
    addAddress: ({ candidateId, address }) => ({ candidateId, address }),
    keep: candidate,
    export: ({ candidateId }) => ({ candidateId, form: 'data' }),
    vouchAddress: ({ candidateId, address }) => ({
      candidateId,
      address,
      isVerified: true,
      hasConsent: true,
    }),
  },
  erasure: {
    preview: candidate,
    erase: ({ candidateId }) => ({ candidateId, askedBy: 'candidate' }),
    list: ({ address }) => ({ address }),
    certificate: ({ erasureId }) => ({ erasureId }),
    setHold: ({ candidateId, words }) => ({ candidateId, reason: words }),
    liftHold: candidate,
  },
  mailbox: {
    list: nothing,
    troubled: nothing,
    findWay: ({ address }) => ({ address }),
    startConnect: ({ address }) => ({ provider: 'gmail', address }),
    connectServer: ({ address, words }) => ({
      address,
      user: words,
      password: words,
      imap: { host: '127.0.0.1', port: 9, security: 'tls' },
    }),
    change: ({ mailboxId }) => ({ kind: 'resume', mailboxId }),
    check: ({ mailboxId }) => ({ mailboxId, how: 'count' }),
    previewErase: mailbox,
  },
  import: {
    preview: ({ mailboxId }) => ({ mailboxId, window: '3-months' }),
    choose: ({ mailboxId }) => ({ mailboxId, window: 'from-now' }),
    steer: ({ importId }) => ({ importId, how: 'pause' }),
    syncCandidate: ({ mailboxId, candidateId }) => ({ mailboxId, candidateId }),
  },
  thread: {
    view: ref,
    read: thread,
    previewStance: ({ threadId }) => ({ threadId, stance: 'shared' }),
    evidence: thread,
    previewFiling: ({ threadId, messageId, candidateId }) => ({
      threadId,
      messageIds: [messageId],
      candidateIds: [candidateId],
    }),
    deleteInMailbox: ({ messageId }) => ({ messageId }),
    log: (about) => ({ kind: 'log', ...act(about), fileOn: [{ candidateId: about.candidateId }] }),
    label: (about) => ({ kind: 'label', ...act(about), on: true, fileOn: [candidate(about)] }),
    setStance: (about) => ({ kind: 'stance', ...act(about), threadId: about.threadId, stance: 'shared' }),
    setGrant: (about) => ({
      kind: 'grant',
      ...act(about),
      threadId: about.threadId,
      granteeId: about.personId,
      on: true,
    }),
    previewGrant: ({ threadId, personId }) => ({ threadId, granteeId: personId }),
    couldRead: ({ threadId, personId }) => ({ threadId, personId }),
    granted: nothing,
    previewStanceAll: ({ candidateId }) => ({ scope: { candidateId }, stance: 'private' }),
    setStanceAll: ({ jobId }) => ({ key: crypto.randomUUID(), scope: { jobId }, stance: 'private' }),
    undoStanceAll: ({ actionKey }) => ({ key: crypto.randomUUID(), of: actionKey }),
    leavable: thread,
    paused: nothing,
    remove: (about) => ({ kind: 'remove', ...act(about) }),
    move: (about) => ({
      kind: 'move',
      ...act(about),
      threadId: about.threadId,
      candidateIds: [about.candidateId],
    }),
    split: (about) => ({
      kind: 'split',
      ...act(about),
      threadId: about.threadId,
      messageIds: [about.messageId],
      candidateIds: [about.candidateId],
    }),
    keep: (about) => ({ kind: 'keep', ...act(about), threadId: about.threadId }),
    undo: (about) => ({ kind: 'undo', ...act(about), of: about.actionKey }),
  },
  search: { messages: ({ words }) => ({ text: words }) },
  accessRequest: {
    list: nothing,
    ask: ({ candidateId, personId, words }) => ({
      id: crypto.randomUUID(),
      candidateId,
      ownerId: personId,
      reason: words,
    }),
    withdraw: ({ requestId }) => ({ id: requestId }),
    threads: ({ requestId }) => ({ id: requestId }),
    answer: ({ requestId, threadId }) => ({ id: requestId, how: 'threads', threadIds: [threadId] }),
  },
  send: {
    reply: (about) => ({
      kind: 'reply',
      ...act(about),
      threadId: about.threadId,
      messageId: about.messageId,
      to: [about.address],
      text: about.words,
    }),
    settle: ({ actionKey }) => ({ key: actionKey, how: 'drop' }),
  },
  guard: {
    lists: nothing,
    block: ({ address }) => ({ whose: 'company', entry: address }),
    unblock: ({ blockId }) => ({ id: blockId }),
    setShared: ({ address }) => ({ address, on: true }),
    held: nothing,
    readRaw: unreadable,
    retryUnreadable: unreadable,
    dismissHeld: ({ mailboxId, providerThreadId }) => ({ mailboxId, providerThreadId }),
  },
  audit: {
    list: () => ({}),
    check: nothing,
    checkReceipts: thread,
    export: () => ({ afterSeq: 0 }),
  },
  override: {
    setting: nothing,
    setAllowed: () => ({ isAllowed: true }),
    use: ({ candidateId, words }) => ({ candidateIds: [candidateId], reason: words }),
  },
  live: { wait: () => ({}) },
};

export type Procedure = {
  readonly path: string;
  readonly type: 'query' | 'mutation';
  readonly request: (about: About) => unknown;
};

const typeOf = appRouter._def.procedures as unknown as Readonly<
  Record<string, { readonly _def: { readonly type: string } }>
>;

/** Each with its path, as `thread.read`. */
export const procedures: readonly Procedure[] = Object.entries(requests).flatMap(([router, byName]) =>
  Object.entries(byName as Record<string, Procedure['request']>).map(([name, request]) => {
    const path = `${router}.${name}`;
    return { path, type: typeOf[path]?._def.type === 'mutation' ? 'mutation' : 'query', request } as const;
  }),
);

export const ask = (who: SignedIn, { path, type }: Procedure, request: unknown): Promise<unknown> => {
  const client = getUntypedClient(who.api);
  return type === 'query' ? client.query(path, request) : client.mutation(path, request);
};
