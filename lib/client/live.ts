/*
 * A view's end of the port to the background: the last state it told, the person's acts on their way out, and questions
 * waiting for an answer. The background worker is stopped and started at any time, so nothing here counts on one port:
 * a dropped port is opened again at once, and what was under way is said a second time (acts are done once by their key).
 */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { z } from 'zod';
import { CandidateCard, CandidateSearchAnswer } from '../contract/candidate.ts';
import {
  ConnectPolicy,
  type ConnectServer,
  type ConnectStart,
  MailboxWay,
  ServerConnected,
} from '../contract/connecting.ts';
import {
  type DismissHeld,
  type GuardChange,
  Guards,
  Held,
  RawMail,
  UnreadableMessage,
  type UnreadableRequest,
} from '../contract/guard.ts';
import { ActionKey, type CandidateId, type MailboxId, type ThreadId } from '../contract/ids.ts';
import { type ImportChoice, ImportRow, type ImportSteer, type SyncCandidate } from '../contract/import.ts';
import { ErasePreview, type MailboxChange } from '../contract/mailbox.ts';
import { type Invite, Invited } from '../contract/person.ts';
import {
  type AppState,
  BackgroundMessage,
  type PanelState,
  type ViewMessage,
  type ViewQuestion,
} from '../contract/runtime.ts';
import { ReadThread, type Stance, StancePreview, type ThreadAction } from '../contract/thread.ts';

/** What is used of a browser's runtime port. */
export type LivePort = {
  postMessage(message: unknown): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
};
export type LiveView = Extract<ViewMessage, { kind: 'watch' }>['view'];
export type WhyUnanswered = Extract<BackgroundMessage, { kind: 'answer-failed' }>['why'];

/** A question the background could not answer. */
export class Unanswered extends Error {
  readonly why: WhyUnanswered;

  constructor(why: WhyUnanswered) {
    super(`Unanswered: ${why}`);
    this.name = 'Unanswered';
    this.why = why;
  }
}

/** An act as a view words it; its key is made here. */
export type ActionDraft = ThreadAction extends infer A
  ? A extends ThreadAction
    ? Omit<A, 'key'>
    : never
  : never;

export type Live = {
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void;
  snapshot(): LiveSnapshot;
  now(): number;
  act(draft: ActionDraft): ActionKey;
  settle(key: ActionKey, how: 'drop' | 'retry'): void;
  refresh(): void;
  /** All questions reject with Unanswered. */
  previewStance(input: { threadId: ThreadId; stance: Stance }): Promise<StancePreview>;
  searchCandidates(text: string): Promise<CandidateCard[]>;
  readThread(threadId: ThreadId): Promise<ReadThread>;
  keepDeleted(threadId: ThreadId): Promise<void>;
  pair(serverAddress: string): Promise<void>;
  signOut(): Promise<void>;
  findWay(address: string): Promise<MailboxWay>;
  /** Opens the provider's consent page in a tab of its own. */
  connectMailbox(start: ConnectStart): Promise<void>;
  connectServer(server: ConnectServer): Promise<ServerConnected>;
  changeMailbox(change: MailboxChange): Promise<void>;
  previewErase(mailboxId: MailboxId): Promise<ErasePreview>;
  connectPolicy(): Promise<ConnectPolicy>;
  setConnectPolicy(policy: ConnectPolicy): Promise<ConnectPolicy>;
  invite(invite: Invite): Promise<Invited>;
  addAddress(candidateId: CandidateId, address: string): Promise<CandidateCard>;
  syncCandidate(which: SyncCandidate): Promise<ImportRow>;
  chooseImport(choice: ImportChoice): Promise<void>;
  steerImport(steer: ImportSteer): Promise<void>;
  readGuards(): Promise<Guards>;
  changeGuards(change: GuardChange): Promise<Guards>;
  readHeld(): Promise<Held>;
  dismissHeld(thread: DismissHeld): Promise<Held>;
  readRaw(message: UnreadableRequest): Promise<RawMail>;
  retryUnreadable(message: UnreadableRequest): Promise<UnreadableMessage[]>;
  openApp(): Promise<void>;
  close(): void;
};

/** `isLost`: the extension was updated or removed under this page; only loading the page anew helps. */
export type LiveSnapshot = {
  readonly panel: PanelState | undefined;
  readonly app: AppState | undefined;
  readonly isLost: boolean;
};

export const LiveContext = createContext<Live | undefined>(undefined);

export const useLive = (): Live => {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('A view stands outside LiveContext.');
  return live;
};

const useSnapshot = (): LiveSnapshot => {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.snapshot);
};

/** Undefined until the background first answers. Acts of this view count at once, as being sent. */
export const usePanelState = (): PanelState | undefined => useSnapshot().panel;
export const useAppState = (): AppState | undefined => useSnapshot().app;
export const useIsLost = (): boolean => useSnapshot().isLost;

/** Epoch ms, looked at anew every `everyMs`. */
export const useNow = (everyMs: number): number => {
  const live = useLive();
  const [now, setNow] = useState(live.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(live.now()), everyMs);
    return () => clearInterval(timer);
  }, [live, everyMs]);
  return now;
};

type Act = { readonly action: ThreadAction; readonly actedAt: number; timesSent: number };
type Question = {
  readonly question: ViewQuestion;
  timesSent: number;
  answer(value: unknown): void;
  fail(why: WhyUnanswered): void;
};

/** An act no snapshot speaks of after so long is taken as done: a lost answer must not leave it "being sent" for ever. */
const actForgottenAfterMs = 5_000;
const firstReconnectWaitMs = 100;
const longestReconnectWaitMs = 5_000;
/** Doing these twice would open a second tab, make a second link, or send a password again. */
const askedOnce: ReadonlySet<ViewQuestion['ask']> = new Set([
  'connect-mailbox',
  'connect-server',
  'invite',
  'open-app',
]);

/** Opens the port by `connect` and keeps it open until `close`. */
export const createLive = (
  view: LiveView,
  connect: () => LivePort,
  options: { readonly now?: () => number } = {},
): Live => {
  const now = options.now ?? Date.now;
  const listeners = new Set<() => void>();
  const acts = new Map<ActionKey, Act>();
  const questions = new Map<number, Question>();
  const unsent: ViewMessage[] = [];
  let port: LivePort | undefined;
  let told: LiveSnapshot = { panel: undefined, app: undefined, isLost: false };
  let shown = told;
  let lastQuestionId = 0;
  let portsWithoutWord = 0;
  let reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const show = (change: Partial<LiveSnapshot>): void => {
    told = { ...told, ...change };
    shown = { ...told, panel: withActs(told.panel, acts) };
    for (const listener of listeners) listener();
  };

  const post = (message: ViewMessage): void => {
    if (port === undefined) unsent.push(message);
    else port.postMessage(message);
  };

  const open = (): void => {
    let opened: LivePort;
    try {
      opened = connect();
    } catch {
      show({ isLost: true });
      for (const [id] of questions) failQuestion(id, 'bug');
      return;
    }
    port = opened;
    opened.onMessage.addListener((message) => {
      if (port === opened) hear(message);
    });
    opened.onDisconnect.addListener(() => {
      if (port === opened) dropped();
    });
    opened.postMessage({ kind: 'watch', view } satisfies ViewMessage);
    for (const [key, act] of acts) {
      if (act.timesSent >= 2) acts.delete(key);
      else sendAct(act);
    }
    for (const message of unsent.splice(0)) post(message);
    for (const [id, question] of questions) sendQuestion(id, question);
  };

  const dropped = (): void => {
    port = undefined;
    portsWithoutWord += 1;
    for (const [id, { question, timesSent }] of questions) {
      if (timesSent >= 2 || askedOnce.has(question.ask)) failQuestion(id, 'bug');
    }
    if (isClosed) return;
    if (portsWithoutWord === 1) {
      open();
      return;
    }
    const waitMs = Math.min(firstReconnectWaitMs * 2 ** (portsWithoutWord - 2), longestReconnectWaitMs);
    reconnectTimer = setTimeout(open, waitMs);
  };

  const hear = (message: unknown): void => {
    const parsed = BackgroundMessage.safeParse(message);
    // What cannot be understood changes nothing: the last state that was understood goes on showing.
    if (!parsed.success) return;
    portsWithoutWord = 0;
    const heard = parsed.data;
    if (heard.kind === 'panel') {
      forgetSeenActs(acts, heard.state, now());
      show({ panel: heard.state });
    } else if (heard.kind === 'app') show({ app: heard.state });
    else if (heard.kind === 'answer') questions.get(heard.id)?.answer(heard.value);
    else failQuestion(heard.id, heard.why);
  };

  const sendAct = (act: Act): void => {
    if (port === undefined) return;
    act.timesSent += 1;
    port.postMessage({ kind: 'act', action: act.action } satisfies ViewMessage);
  };

  const sendQuestion = (id: number, question: Question): void => {
    if (port === undefined) return;
    question.timesSent += 1;
    port.postMessage({ kind: 'question', id, question: question.question } satisfies ViewMessage);
  };

  const failQuestion = (id: number, why: WhyUnanswered): void => questions.get(id)?.fail(why);

  const ask = <T>(question: ViewQuestion, answer: z.ZodType<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      lastQuestionId += 1;
      const id = lastQuestionId;
      const asked: Question = {
        question,
        timesSent: 0,
        answer: (value) => {
          questions.delete(id);
          const parsed = answer.safeParse(value);
          if (parsed.success) resolve(parsed.data);
          else reject(new Unanswered('bug'));
        },
        fail: (why) => {
          questions.delete(id);
          reject(new Unanswered(why));
        },
      };
      questions.set(id, asked);
      if (told.isLost) asked.fail('bug');
      else sendQuestion(id, asked);
    });

  const done = (question: ViewQuestion): Promise<void> => ask(question, z.unknown()).then(() => undefined);

  open();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => shown,
    now,
    act: (draft) => {
      const key = ActionKey.parse(crypto.randomUUID());
      const act: Act = { action: { ...draft, key }, actedAt: now(), timesSent: 0 };
      acts.set(key, act);
      sendAct(act);
      show({});
      return key;
    },
    settle: (key, how) => post({ kind: 'settle', key, how }),
    refresh: () => post({ kind: 'refresh' }),
    previewStance: (input) => ask({ ask: 'preview-stance', input }, StancePreview),
    searchCandidates: (text) => ask({ ask: 'search-candidates', input: { text } }, CandidateSearchAnswer),
    readThread: (threadId) => ask({ ask: 'read-thread', input: { threadId } }, ReadThread),
    keepDeleted: (threadId) => done({ ask: 'keep-deleted', input: { threadId } }),
    pair: (serverAddress) => done({ ask: 'pair', input: { serverAddress } }),
    signOut: () => done({ ask: 'sign-out' }),
    findWay: (address) => ask({ ask: 'find-way', input: { address } }, MailboxWay),
    connectMailbox: (start) => done({ ask: 'connect-mailbox', input: start }),
    connectServer: (server) => ask({ ask: 'connect-server', input: server }, ServerConnected),
    changeMailbox: (change) => done({ ask: 'change-mailbox', input: change }),
    previewErase: (mailboxId) => ask({ ask: 'preview-erase', input: { mailboxId } }, ErasePreview),
    connectPolicy: () => ask({ ask: 'connect-policy' }, ConnectPolicy),
    setConnectPolicy: (policy) => ask({ ask: 'set-connect-policy', input: policy }, ConnectPolicy),
    invite: (invite) => ask({ ask: 'invite', input: invite }, Invited),
    addAddress: (candidateId, address) =>
      ask({ ask: 'add-address', input: { candidateId, address } }, CandidateCard),
    syncCandidate: (input) => ask({ ask: 'sync-candidate', input }, ImportRow),
    chooseImport: (input) => done({ ask: 'choose-import', input }),
    steerImport: (input) => done({ ask: 'steer-import', input }),
    readGuards: () => ask({ ask: 'read-guards' }, Guards),
    changeGuards: (change) => ask({ ask: 'change-guards', input: change }, Guards),
    readHeld: () => ask({ ask: 'read-held' }, Held),
    dismissHeld: (thread) => ask({ ask: 'dismiss-held', input: thread }, Held),
    readRaw: (message) => ask({ ask: 'read-raw', input: message }, RawMail),
    retryUnreadable: (message) =>
      ask({ ask: 'retry-unreadable', input: message }, z.array(UnreadableMessage)),
    openApp: () => done({ ask: 'open-app' }),
    close: () => {
      isClosed = true;
      clearTimeout(reconnectTimer);
      port?.disconnect();
      port = undefined;
    },
  };
};

/** The state with this view's acts the background has not yet spoken of, so that a click shows in the same frame. */
const withActs = (
  state: PanelState | undefined,
  acts: ReadonlyMap<ActionKey, Act>,
): PanelState | undefined => {
  if (state?.kind !== 'thread') return state;
  const onTheirWay = [...acts.values()]
    .filter(({ action }) => isSameRef(action.ref, state.ref))
    .map(({ action }) => ({ key: action.key, action, state: 'sending' as const }));
  return onTheirWay.length === 0 ? state : { ...state, pending: [...state.pending, ...onTheirWay] };
};

const forgetSeenActs = (acts: Map<ActionKey, Act>, state: PanelState, at: number): void => {
  const seen = new Set<ActionKey>();
  if (state.kind === 'thread') {
    for (const { key } of state.pending) seen.add(key);
    for (const { key } of state.view.undoable) seen.add(key);
  }
  for (const [key, { action, actedAt }] of acts) {
    const isUndone =
      action.kind === 'undo' &&
      state.kind === 'thread' &&
      isSameRef(action.ref, state.ref) &&
      !seen.has(action.of);
    if (seen.has(key) || isUndone || at - actedAt >= actForgottenAfterMs) acts.delete(key);
  }
};

type Ref = { readonly mailboxAddress: string; readonly providerThreadId: string };
const isSameRef = (a: Ref, b: Ref): boolean =>
  a.mailboxAddress === b.mailboxAddress && a.providerThreadId === b.providerThreadId;
