/* Puts a view on the test's page, with the test at the far end of its port. */
import { cleanup, render, screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { onTestFinished } from 'vitest';
import { AppPage } from '../../components/app/app-page.tsx';
import { CandidatePanel } from '../../components/panel/candidate-panel.tsx';
import { LiveContext } from '../../lib/client/live.ts';
import { createLive } from '../../lib/client/live-port.ts';
import type { AppState, PanelState, ViewMessage } from '../../lib/contract/runtime.ts';
import { type Answers, type ScriptedBackground, scriptedBackground } from './scripted-background.ts';

// happy-dom has no popovers; that a menu opens and closes is seen in the browser run.
HTMLElement.prototype.hidePopover ??= () => {};

/** Takes the view away again when its test is over. */
const closeAfterTest = (close: () => void): void =>
  onTestFinished(() => {
    cleanup();
    close();
    window.location.hash = '';
  });

export type Shown = { readonly background: ScriptedBackground; readonly user: UserEvent };

export const showPanel = async (
  state: PanelState,
  options: { answers?: Answers; openSidePanel?: () => void } = {},
): Promise<Shown> => {
  const background = scriptedBackground([{ kind: 'panel', state }], options.answers);
  const live = createLive('panel', background.connect);
  closeAfterTest(live.close);
  render(
    <LiveContext value={live}>
      <CandidatePanel
        {...(options.openSidePanel === undefined ? {} : { openSidePanel: options.openSidePanel })}
      />
    </LiveContext>,
  );
  await screen.findByRole('main');
  if (state.kind !== 'loading')
    await screen.findByText((_, element) => element?.matches('.state h2, .foot') === true);
  return { background, user: userEvent.setup() };
};

export const showApp = async (
  state: AppState,
  options: { answers?: Answers; mayReach?: (origin: string) => Promise<boolean> } = {},
): Promise<Shown> => {
  const background = scriptedBackground([{ kind: 'app', state }], options.answers);
  const live = createLive('app', background.connect);
  closeAfterTest(live.close);
  render(
    <LiveContext value={live}>
      <AppPage {...(options.mayReach === undefined ? {} : { mayReach: options.mayReach })} />
    </LiveContext>,
  );
  if (state.kind !== 'loading') await screen.findByRole('heading', { level: 1 });
  return { background, user: userEvent.setup() };
};

type Heard<K extends ViewMessage['kind']> = Extract<ViewMessage, { kind: K }>;

export const heardOf = <K extends ViewMessage['kind']>(background: ScriptedBackground, kind: K): Heard<K>[] =>
  background.heard.filter((message): message is Heard<K> => message.kind === kind);

/** The acts heard, without their keys and where they happened. */
export const actsHeard = (background: ScriptedBackground): object[] =>
  heardOf(background, 'act').map(({ action: { key: _key, ref: _ref, ...rest } }) => rest);
