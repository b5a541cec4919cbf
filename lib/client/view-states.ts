/* What each view paints, from what is stored. Nothing here waits for the server. */
import type { AppState, Freshness, PanelState } from '../contract/runtime.ts';
import type { Fill, Standing } from './fill.ts';
import type { TabThread } from './open-threads.ts';
import type { Outbox } from './outbox.ts';
import type { Pairing } from './pairing.ts';
import { type SessionStore, scopeOf } from './session.ts';
import type { Store } from './store.ts';
import type { World } from './world.ts';

type Parts = {
  world: World;
  session: SessionStore;
  store: Store;
  fill: Fill;
  outbox: Outbox;
  pairing: Pairing;
};

export const readPanelState = async (parts: Parts, tab: TabThread | undefined): Promise<PanelState> => {
  const { session, store, fill, outbox, world } = parts;
  const signedIn = await session.readSignedIn();
  if (signedIn === undefined) return { kind: 'signed-out' };
  if (tab === undefined) return { kind: 'no-thread' };
  if (tab.state === 'trouble') return { kind: 'layout-not-understood', trouble: tab.trouble };
  const ref = tab.thread;
  const scope = scopeOf(signedIn);
  const [stored, pending] = await Promise.all([store.readThread(scope, ref), outbox.pending(scope, ref)]);
  const standing = fill.standingOfThread(ref);
  const view = standing.fresh?.view ?? stored?.view;
  if (view === undefined) {
    return standing.failedFor === undefined || standing.isAsking
      ? { kind: 'loading', ref }
      : { kind: 'failed', ref, why: standing.failedFor };
  }
  const asOfMs = standing.fresh?.answeredAt ?? stored?.savedAt ?? world.clock.now();
  return {
    kind: 'thread',
    ref,
    view,
    freshness: freshnessOf(standing, asOfMs, world.network.isOnline()),
    pending,
  };
};

export const readAppState = async (parts: Parts): Promise<AppState> => {
  const session = await parts.session.read();
  const { serverAddress } = session;
  switch (session.state) {
    case 'signed-out':
      return { kind: 'signed-out', serverAddress };
    case 'pairing': {
      const { userCode, verificationUrl } = session;
      return { kind: 'pairing', serverAddress, userCode, verificationUrl };
    }
    case 'paired':
      return { kind: parts.pairing.isUnreachable() ? 'server-unreachable' : 'loading', serverAddress };
    case 'signed-in': {
      const scope = scopeOf(session);
      const mailboxes = await parts.store.readMailboxes(scope);
      if (mailboxes === undefined) {
        const isUnreachable = parts.fill.standingOfApp().failedFor !== undefined;
        return { kind: isUnreachable ? 'server-unreachable' : 'loading', serverAddress };
      }
      const pendingCount = await parts.outbox.pendingCount(scope);
      return { kind: 'signed-in', serverAddress, me: session.me, mailboxes, pendingCount };
    }
  }
};

const freshnessOf = (standing: Standing, asOfMs: number, isOnline: boolean): Freshness => {
  const asOf = new Date(asOfMs).toISOString();
  if (!isOnline) return { state: 'offline', asOf };
  if (standing.isAsking) return { state: 'refreshing', asOf };
  if (standing.failedFor === undefined) return { state: 'fresh', asOf };
  return { state: standing.failedFor === 'offline' ? 'offline' : 'server-unreachable', asOf };
};
