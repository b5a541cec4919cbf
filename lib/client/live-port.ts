/*
 * A view's end of the port to the background: the last state it told, the person's acts on their way out, and questions
 * waiting for an answer. The background worker is stopped and started at any time, so nothing here counts on one port:
 * a dropped port is opened again at once, and what was under way is said a second time (acts are done once by their key).
 */
import type { z } from 'zod';
import { ActionKey } from '../contract/ids.ts';
import {
  BackgroundMessage,
  type PanelState,
  type ViewMessage,
  type ViewQuestion,
} from '../contract/runtime.ts';
import type { ThreadAction } from '../contract/thread-action.ts';
import { type Live, type LiveSnapshot, Unanswered, type WhyUnanswered } from './live.ts';
import { liveQuestions } from './live-questions.ts';

/** What is used of a browser's runtime port. */
export type LivePort = {
  postMessage(message: unknown): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
};
export type LiveView = Extract<ViewMessage, { kind: 'watch' }>['view'];
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
    ...liveQuestions(ask),
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
