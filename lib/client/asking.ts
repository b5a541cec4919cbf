import { useCallback, useEffect, useState } from 'react';
import { Unanswered, type WhyUnanswered } from '../../lib/client/live.ts';

export type Answer<T> =
  | { readonly state: 'asking' }
  | { readonly state: 'here'; readonly value: T }
  | { readonly state: 'failed'; readonly why: WhyUnanswered };

/** The answer to `question`, asked anew when it changes (give it a stable identity) or on `again`. */
export const useAnswer = <T>(question: () => Promise<T>): { answer: Answer<T>; again: () => void } => {
  const [answer, setAnswer] = useState<Answer<T>>({ state: 'asking' });
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks the same question again
  useEffect(() => {
    let isStale = false;
    setAnswer({ state: 'asking' });
    question().then(
      (value) => isStale || setAnswer({ state: 'here', value }),
      (thrown: unknown) => isStale || setAnswer({ state: 'failed', why: whyOf(thrown) }),
    );
    return () => {
      isStale = true;
    };
  }, [question, round]);

  return { answer, again: useCallback(() => setRound((last) => last + 1), []) };
};

/** For a click that asks something of the background and only needs to know whether it went well. */
export const useErrand = (): {
  isBusy: boolean;
  failedWhy: WhyUnanswered | undefined;
  run: (errand: () => Promise<void>) => void;
} => {
  const [isBusy, setBusy] = useState(false);
  const [failedWhy, setFailedWhy] = useState<WhyUnanswered>();
  const run = (errand: () => Promise<void>): void => {
    setBusy(true);
    setFailedWhy(undefined);
    errand()
      .catch((thrown: unknown) => setFailedWhy(whyOf(thrown)))
      .finally(() => setBusy(false));
  };
  return { isBusy, failedWhy, run };
};

/** The text once typing has paused. */
export const usePaused = (text: string, pauseMs: number): string => {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, pauseMs]);
  return paused;
};

export const whyOf = (thrown: unknown): WhyUnanswered => (thrown instanceof Unanswered ? thrown.why : 'bug');
