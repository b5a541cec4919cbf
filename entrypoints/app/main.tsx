import { createRoot } from 'react-dom/client';
import { browser } from 'wxt/browser';
import { AppPage } from '../../components/app/app-page.tsx';
import { createLive, LiveContext } from '../../lib/client/live.ts';
import { viewPortName } from '../../lib/contract/runtime.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The app page has no root element.');

const live = createLive('app', () => browser.runtime.connect({ name: viewPortName }));

createRoot(root).render(
  <LiveContext value={live}>
    <AppPage />
  </LiveContext>,
);
