/* Shown at the foot of a mail page the panel finds no place on: the browser's side panel takes its place, at a click. */

export type TroubleLine = {
  readonly show: () => void;
  readonly hide: () => void;
};

/** `open` is called while the browser still counts the person's click, so it must ask for the side panel at once. */
export const troubleLine = (open: () => void, signal: AbortSignal): TroubleLine => {
  let isAnswered = false;
  const host = document.createElement('div');
  Object.assign(host.style, { position: 'fixed', right: '16px', bottom: '16px', zIndex: '2147483000' });
  const root = host.attachShadow({ mode: 'open' });

  const line = document.createElement('section');
  line.setAttribute('role', 'status');
  line.setAttribute('aria-label', 'Candor');
  const text = document.createElement('p');
  text.textContent = 'Candor does not find its place on this page. Your mail is as it was.';
  // Only a person's own click counts: a script of the page can make one too.
  const onClick = (button: HTMLButtonElement, run: () => void): void =>
    button.addEventListener('click', (event) => {
      if (event.isTrusted) run();
    });
  const opener = buttonOf('Open Candor at the side');
  const answered = (): void => {
    isAnswered = true;
    host.remove();
  };
  onClick(opener, () => {
    open();
    answered();
  });
  const closer = buttonOf('Not now');
  onClick(closer, answered);
  line.append(text, opener, closer);
  const style = document.createElement('style');
  style.textContent = css;
  root.append(style, line);
  signal.addEventListener('abort', () => host.remove(), { once: true });

  return {
    show: () => {
      if (!isAnswered && !signal.aborted) document.body.append(host);
    },
    hide: () => host.remove(),
  };
};

const buttonOf = (words: string): HTMLButtonElement => {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = words;
  return button;
};

/** Stands in somebody else's page, so it brings its own few colours: those of components/tokens.css. */
const css = `
:host { color-scheme: light dark }
section { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; max-width: 360px; padding: 12px 16px; border-radius: 8px;
  border: 1px solid light-dark(#e2e5e8, #33383e); background: light-dark(#ffffff, #1b1d20); color: light-dark(#1f2328, #e6e8eb);
  font: 13px/20px system-ui, sans-serif; box-shadow: 0 2px 8px rgb(0 0 0 / 0.2) }
p { margin: 0; flex-basis: 100% }
button { font: inherit; padding: 4px 12px; border-radius: 8px; border: 1px solid light-dark(#868e97, #7b848e); background: none;
  color: inherit; cursor: pointer }
button:hover { background: light-dark(#eceef0, #2d3136) }
`;
