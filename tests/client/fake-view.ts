/* A view's end of the port: what the background told it, and waiting until it tells something. */
import type { Port, Sender } from '../../lib/client/world.ts';
import {
  type AppState,
  BackgroundMessage,
  type PanelState,
  type ViewMessage,
  type ViewQuestion,
  viewPortName,
} from '../../lib/contract/runtime.ts';
import { event } from './fake-event.ts';

export type FakeView = ReturnType<typeof makeView>;

export const makeView = (
  worker: { events: { connect: { fire(port: Port): void } }; ports: Set<{ cut(): void }> },
  watches: 'panel' | 'app' | 'side-panel',
  sender: Sender,
) => {
  const toBackground = event<[unknown]>();
  const gone = event<[]>();
  const heard: BackgroundMessage[] = [];
  const waiting = new Set<() => void>();
  let lastQuestion = 0;
  const cut = (): void => {
    worker.ports.delete(port);
    gone.fire();
  };
  const port = {
    name: viewPortName,
    sender,
    cut,
    postMessage: (message: unknown) => {
      heard.push(BackgroundMessage.parse(JSON.parse(JSON.stringify(message))));
      for (const look of [...waiting]) look();
    },
    disconnect: cut,
    onMessage: toBackground,
    onDisconnect: gone,
  };
  worker.ports.add(port);
  worker.events.connect.fire(port);

  const say = (message: ViewMessage): void => toBackground.fire(JSON.parse(JSON.stringify(message)));
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  say({ kind: 'watch', view: watches });
  return {
    heard,
    say,
    close: cut,
    /** The first state from now on, or the present one, that matches. */
    panel: <T extends PanelState>(matches: (state: PanelState) => state is T): Promise<T> =>
      until(() => {
        const last = heard.findLast((message) => message.kind === 'panel');
        return last !== undefined && matches(last.state) ? last.state : undefined;
      }),
    app: <Kind extends AppState['kind']>(kind: Kind): Promise<Extract<AppState, { kind: Kind }>> =>
      until(() => {
        const last = heard.findLast((message) => message.kind === 'app');
        return last?.state.kind === kind ? (last.state as Extract<AppState, { kind: Kind }>) : undefined;
      }),
    ask: (question: ViewQuestion) => {
      lastQuestion += 1;
      const id = lastQuestion;
      say({ kind: 'question', id, question });
      return until(() =>
        heard.find(
          (message) => (message.kind === 'answer' || message.kind === 'answer-failed') && message.id === id,
        ),
      );
    },
    states: (): PanelState[] => heard.flatMap((message) => (message.kind === 'panel' ? [message.state] : [])),
  };
};

/** For `panel`: a state of this kind, and what else must hold of it. */
export const isKind =
  <Kind extends PanelState['kind']>(
    kind: Kind,
    holds: (state: Extract<PanelState, { kind: Kind }>) => boolean = () => true,
  ) =>
  (state: PanelState): state is Extract<PanelState, { kind: Kind }> =>
    state.kind === kind && holds(state as Extract<PanelState, { kind: Kind }>);
