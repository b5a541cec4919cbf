/*
 * One state on its own with ?case=<name>, where `showCase(<name>)` puts another one in its place; without it, all of them side
 * by side, light and dark.
 */
import { createRoot } from 'react-dom/client';
import { AppPage } from '../../../components/app/app-page.tsx';
import { CandidatePanel } from '../../../components/panel/candidate-panel.tsx';
import { LiveContext } from '../../../lib/client/live.ts';
import { createLive } from '../../../lib/client/live-port.ts';
import { scriptedBackground } from '../scripted-background.ts';
import { galleryCases } from './cases.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The gallery has no root element.');
const query = new URLSearchParams(location.search);
// Vite takes the files along.
const appStyle = new URL('../../../components/app/app.css', import.meta.url).href;
const panelStyle = new URL('../../../components/panel/panel.css', import.meta.url).href;
const wanted = query.get('case');

declare global {
  /** Resolves when the case stands as it will stay. */
  var showCase: (name: string) => Promise<void>;
}

let takeAway = (): void => {};

globalThis.showCase = async (name) => {
  const shown = galleryCases.find((each) => each.name === name);
  if (shown === undefined) throw new Error(`The gallery has no case “${name}”.`);
  takeAway();
  history.replaceState(null, '', `${location.pathname}${location.search}${shown.hash ?? ''}`);
  const removeStyle = await addStyle(shown.panel === undefined ? appStyle : panelStyle);
  const told =
    shown.panel === undefined
      ? shown.app === undefined
        ? []
        : [{ kind: 'app' as const, state: shown.app }]
      : [{ kind: 'panel' as const, state: shown.panel }];
  const background = scriptedBackground(told, shown.answers);
  const live = createLive(shown.panel === undefined ? 'app' : 'panel', background.connect);
  const react = createRoot(root);
  react.render(
    <LiveContext value={live}>
      {shown.panel === undefined ? <AppPage /> : <CandidatePanel openSidePanel={() => undefined} />}
    </LiveContext>,
  );
  takeAway = () => {
    react.unmount();
    live.close();
    removeStyle();
  };
  for (const press of shown.presses ?? []) {
    await settled();
    perform(press);
  }
  await settled();
};

/** Gives back what takes it away again. */
const addStyle = (href: string): Promise<() => void> =>
  new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.addEventListener('load', () => resolve(() => link.remove()));
    document.head.append(link);
  });

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));

/** "wait" for what typing brings, "type:abc" into the open combobox, "fill:name=abc" into a named field, else a press on what is called so. */
function perform(press: string): void {
  if (press === 'wait') return;
  const fill = /^(?:type:|fill:(\w+)=)(.*)$/.exec(press);
  if (fill !== null) {
    put(
      document.querySelector(fill[1] === undefined ? '[role=combobox]' : `[name=${fill[1]}]`),
      fill[2] ?? '',
    );
    return;
  }
  const open = document.querySelector('dialog[open]') ?? document;
  const found = [...open.querySelectorAll<HTMLElement>('button, summary, label, [role=option]')].find(
    (candidate) => candidate.checkVisibility() && spokenText(candidate).startsWith(press),
  );
  if (found === undefined) throw new Error(`The gallery found nothing called “${press}”.`);
  found.click();
}

function spokenText(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const silent of copy.querySelectorAll('[aria-hidden=true]')) silent.remove();
  return (copy.textContent ?? '').trim();
}

function put(field: Element | null, text: string): void {
  if (!(field instanceof HTMLInputElement)) throw new Error('The gallery found no field to type in.');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function All() {
  return (
    <main style={{ padding: 16 }}>
      <h1>Every state</h1>
      {galleryCases.map((shown) => (
        <section key={shown.name} style={{ marginTop: 24 }}>
          <h2>{shown.name}</h2>
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: 16 }}>
            {['light', 'dark'].map((scheme) => (
              <iframe
                key={scheme}
                title={`${shown.name}, ${scheme}`}
                src={`?case=${shown.name}&scheme=${scheme}`}
                width={shown.panel === undefined ? 960 : 320}
                height={640}
                style={{ border: 0 }}
              />
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}

if (wanted === null) createRoot(root).render(<All />);
else {
  document.documentElement.style.colorScheme = query.get('scheme') ?? '';
  await showCase(wanted);
  document.documentElement.dataset.ready = 'yes';
}
