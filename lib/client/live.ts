/* What views are given of the background: its last state, as hooks, and the way to ask and to act. */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { ActionKey } from '../contract/ids.ts';
import type { AppState, BackgroundMessage, PanelState } from '../contract/runtime.ts';
import type { ThreadAction } from '../contract/thread-action.ts';
import type { LiveQuestions } from './live-questions.ts';

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

export type Live = LiveQuestions & {
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void;
  snapshot(): LiveSnapshot;
  now(): number;
  act(draft: ActionDraft): ActionKey;
  settle(key: ActionKey, how: 'drop' | 'retry'): void;
  refresh(): void;
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
