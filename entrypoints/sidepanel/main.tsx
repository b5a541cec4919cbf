import { createRoot } from 'react-dom/client';
import { browser } from 'wxt/browser';
import { CandidatePanel } from '../../components/panel/candidate-panel.tsx';
import { LiveContext } from '../../lib/client/live.ts';
import { createLive } from '../../lib/client/live-port.ts';
import { viewPortName } from '../../lib/contract/runtime.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The side panel page has no root element.');

const live = createLive('side-panel', () => browser.runtime.connect({ name: viewPortName }));

createRoot(root).render(
  <LiveContext value={live}>
    <CandidatePanel />
  </LiveContext>,
);
