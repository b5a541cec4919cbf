import { createRoot } from 'react-dom/client';
import { browser } from 'wxt/browser';
import { AppPage } from '../../components/app/app-page.tsx';
import { LiveContext } from '../../lib/client/live.ts';
import { createLive } from '../../lib/client/live-port.ts';
import { viewPortName } from '../../lib/contract/runtime.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The app page has no root element.');

const live = createLive('app', () => browser.runtime.connect({ name: viewPortName }));

/** The server of the build is allowed from the start; for any other the browser asks the person. Ports count for nothing here. */
const mayReach = (origin: string): Promise<boolean> => {
  const { protocol, hostname } = new URL(origin);
  return browser.permissions.request({ origins: [`${protocol}//${hostname}/*`] });
};

createRoot(root).render(
  <LiveContext value={live}>
    <AppPage mayReach={mayReach} />
  </LiveContext>,
);
