/* The far end of a view's port, played by the test: says what it is told to say, and keeps what it hears. */
import type { WhyUnanswered } from '../../lib/client/live.ts';
import type { LivePort } from '../../lib/client/live-port.ts';
import { type BackgroundMessage, ViewMessage, type ViewQuestion } from '../../lib/contract/runtime.ts';

export type Answers = Partial<
  Record<ViewQuestion['ask'], { readonly value: unknown } | { readonly why: WhyUnanswered }>
>;

export type ScriptedBackground = {
  connect(): LivePort;
  /** Everything heard over all ports, in order. */
  readonly heard: ViewMessage[];
  readonly portCount: () => number;
  tell(message: BackgroundMessage | { readonly kind: 'nonsense' }): void;
  /** As when the browser stops the worker. */
  drop(): void;
};

/** Says `first` on every port as soon as it is watched; answers questions by `answers`, the others never. */
export const scriptedBackground = (
  first: readonly BackgroundMessage[],
  answers: Answers = {},
): ScriptedBackground => {
  const heard: ViewMessage[] = [];
  let portCount = 0;
  let deliver: (message: unknown) => void = () => {};
  let hangUp: () => void = () => {};

  const respond = (message: ViewMessage): void => {
    if (message.kind === 'watch') for (const told of first) deliver(told);
    if (message.kind !== 'question') return;
    const answer = answers[message.question.ask];
    if (answer === undefined) return;
    deliver(
      'why' in answer
        ? { kind: 'answer-failed', id: message.id, why: answer.why }
        : { kind: 'answer', id: message.id, value: answer.value },
    );
  };

  return {
    heard,
    portCount: () => portCount,
    tell: (message) => deliver(message),
    drop: () => hangUp(),
    connect: () => {
      portCount += 1;
      return {
        postMessage: (message) => {
          const parsed = ViewMessage.parse(structuredClone(message));
          heard.push(parsed);
          queueMicrotask(() => respond(parsed));
        },
        disconnect: () => {},
        onMessage: {
          addListener: (listener) => {
            deliver = (message) => listener(structuredClone(message));
          },
        },
        onDisconnect: {
          addListener: (listener) => {
            hangUp = listener;
          },
        },
      };
    },
  };
};
