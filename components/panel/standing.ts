/*
 * How the open thread stands once the person's acts that the server does not have yet are counted in. Pure: what the
 * server said and what is pending in, what the panel shows out.
 */
import type { PendingAction } from '../../lib/contract/runtime.ts';
import type { KeptThread, Stance, ThreadView } from '../../lib/contract/thread.ts';
import type { ThreadAction } from '../../lib/contract/thread-action.ts';

/** An act under way. `waiting` has not left this browser: offline, or its turn has not come. */
export type UnderWay = { readonly action: ThreadAction; readonly how: 'sending' | 'waiting' };

export type Standing = {
  readonly log:
    | { readonly state: 'open' }
    | { readonly state: 'logged'; readonly logged: NonNullable<KeptThread['logged']> }
    | { readonly state: 'under-way'; readonly how: UnderWay['how'] };
  readonly label: { readonly on: boolean; readonly how: 'settled' | UnderWay['how'] };
  readonly stance: { readonly is: Stance | undefined; readonly how: 'settled' | UnderWay['how'] };
  readonly underWay: readonly UnderWay[];
  readonly refused: readonly PendingAction[];
  /** Newest first: what the server did and can take back. */
  readonly undoable: ThreadView['undoable'];
};

export const standingOf = (view: ThreadView, pending: readonly PendingAction[], now: number): Standing => {
  const refused = pending.filter(({ state }) => state === 'refused');
  // The server's view can arrive before its answer to the act itself: then the act is done, and no longer under way.
  const done = new Set([...view.undoable, ...view.outgoing].map(({ key }) => key));
  const moving = pending.filter(({ key, state }) => state !== 'refused' && !done.has(key));
  const undone = new Set(moving.flatMap(({ action }) => (action.kind === 'undo' ? [action.of] : [])));
  const underWay = moving
    .filter(({ key }) => !undone.has(key))
    .filter(({ action }) => action.kind !== 'undo' || !moving.some(({ key }) => key === action.of))
    .map(({ action, state }): UnderWay => ({ action, how: state === 'sending' ? 'sending' : 'waiting' }));
  const isUndone = (kind: 'log' | 'label' | 'stance'): boolean =>
    view.undoable.some((act) => act.kind === kind && undone.has(act.key));
  return {
    log: logOf(view, underWay, isUndone('log')),
    label: labelOf(view, underWay, isUndone('label')),
    stance:
      view.thread.state === 'kept' ? stanceOf(view.thread, underWay) : { is: undefined, how: 'settled' },
    underWay,
    refused,
    undoable: view.undoable.filter(({ key, undoUntil }) => !undone.has(key) && Date.parse(undoUntil) > now),
  };
};

const logOf = (view: ThreadView, underWay: readonly UnderWay[], isUndone: boolean): Standing['log'] => {
  const act = underWay.findLast(({ action }) => action.kind === 'log');
  if (act !== undefined) return { state: 'under-way', how: act.how };
  if (view.thread.state !== 'kept' || view.thread.logged === undefined || isUndone) return { state: 'open' };
  return { state: 'logged', logged: view.thread.logged };
};

const labelOf = (view: ThreadView, underWay: readonly UnderWay[], isUndone: boolean): Standing['label'] => {
  const said = view.thread.state !== 'unknown' && view.thread.isLabelled;
  const act = underWay.findLast(({ action }) => action.kind === 'label');
  if (act?.action.kind === 'label') return { on: act.action.on, how: act.how };
  return { on: isUndone ? !said : said, how: isUndone ? 'sending' : 'settled' };
};

/** After a split each part has a stance of its own. */
export const stanceOf = (thread: KeptThread, underWay: readonly UnderWay[]): Standing['stance'] => {
  const act = underWay.findLast(
    ({ action }) => action.kind === 'stance' && action.threadId === thread.threadId,
  );
  if (act?.action.kind === 'stance') return { is: act.action.stance, how: act.how };
  return { is: thread.stance, how: 'settled' };
};
