import { useIsLost, useNow, usePanelState } from '../../lib/client/live.ts';
import { Failed, LayoutNotUnderstood, Loading, Lost, NoThread, SignedOut } from './panel-states.tsx';
import { leaveToMail, useShortcuts } from './shortcuts.ts';
import { ThreadPanel } from './thread-panel.tsx';

const lookAtClockEveryMs = 20_000;

/** The panel: one of its states for the thread that is open. */
export const CandidatePanel = ({ openSidePanel }: { openSidePanel?: () => void }) => {
  const isLost = useIsLost();
  useShortcuts({ Escape: leaveToMail });
  return <div className="panel">{isLost ? <Lost /> : <Shown openSidePanel={openSidePanel} />}</div>;
};

const Shown = ({ openSidePanel }: { openSidePanel: (() => void) | undefined }) => {
  const state = usePanelState();
  const now = useNow(lookAtClockEveryMs);
  if (state === undefined || state.kind === 'loading') return <Loading />;
  if (state.kind === 'signed-out') return <SignedOut />;
  if (state.kind === 'no-thread') return <NoThread />;
  if (state.kind === 'layout-not-understood') {
    return <LayoutNotUnderstood trouble={state.trouble} openSidePanel={openSidePanel} />;
  }
  if (state.kind === 'failed') return <Failed why={state.why} />;
  // A new key for each thread: what was half typed or opened on one thread never shows on the next.
  return (
    <ThreadPanel key={`${state.ref.mailboxAddress} ${state.ref.providerThreadId}`} state={state} now={now} />
  );
};
