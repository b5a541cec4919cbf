import { createRoot } from 'react-dom/client';
import { browser } from 'wxt/browser';
import { CandidatePanel } from '../../components/panel/candidate-panel.tsx';
import { LiveContext } from '../../lib/client/live.ts';
import { createLive } from '../../lib/client/live-port.ts';
import { viewPortName } from '../../lib/contract/runtime.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The panel page has no root element.');

const live = createLive('panel', () => browser.runtime.connect({ name: viewPortName }));

/** The click that asks for the side panel must still count when it opens, so its window is looked up before. */
let windowId: number | undefined;
void browser.windows.getCurrent().then(({ id }) => {
  windowId = id;
});
const openSidePanel = (): void => {
  if (windowId !== undefined) void browser.sidePanel.open({ windowId });
};

createRoot(root).render(
  <LiveContext value={live}>
    <CandidatePanel {...(browser.sidePanel === undefined ? {} : { openSidePanel })} />
  </LiveContext>,
);
