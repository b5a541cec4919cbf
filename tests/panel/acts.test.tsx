import { act, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { PanelState } from '../../lib/contract/runtime.ts';
import * as f from './fixtures.ts';
import { actsHeard, heardOf, showPanel } from './show.tsx';

const offline = { state: 'offline' as const, asOf: f.ago({ minutes: 5 }) };
const onDana = [{ candidateId: f.dana.candidateId }];

describe('logging', () => {
  test('with one candidate, one click logs on that candidate [DC-03]', async () => {
    const { background, user } = await showPanel(f.threadState());
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    expect(actsHeard(background)).toEqual([{ kind: 'log', fileOn: onDana }]);
    expect(screen.getByText('Logging…')).toBeDefined();
  });

  test('two clicks on the same button are one act', async () => {
    const { background, user } = await showPanel(f.threadState());
    await user.dblClick(screen.getByRole('button', { name: 'Log to ATS' }));
    expect(actsHeard(background)).toHaveLength(1);
  });

  test('a logged thread says by whom and when, and offers no second logging', async () => {
    const logged = { by: f.ana, at: '2020-11-03T12:00:00.000Z' };
    await showPanel(f.threadState(f.threadView({ thread: f.keptThread({ logged }) })));
    expect(screen.getByText('Logged by Ana · 3 Nov 2020')).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Log to ATS' })).toBeNull();
  });

  test('what was logged can be undone in place', async () => {
    const said = f.undoable('log', 'Logged on Dana Reyes.');
    const { background, user } = await showPanel(f.threadState(f.threadView({ undoable: [said] })));
    const outcomes = screen.getByRole('list', { name: 'What you did' });
    expect(outcomes.textContent).toContain('Logged on Dana Reyes.');
    await user.click(within(outcomes).getByRole('button', { name: 'Undo' }));
    expect(actsHeard(background)).toEqual([{ kind: 'undo', of: said.key }]);
    expect(screen.queryByText('Logged on Dana Reyes.')).toBeNull();
    expect(screen.getByText('Undoing…')).toBeDefined();
  });

  test('an undo whose time has run out is not offered', async () => {
    const late = { ...f.undoable('log', 'Logged on Dana Reyes.'), undoUntil: f.ago({ minutes: 1 }) };
    await showPanel(f.threadState(f.threadView({ undoable: [late] })));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
});

describe('labelling', () => {
  test('one click asks for the label on the candidates here [DC-04]', async () => {
    const { background, user } = await showPanel(f.threadState());
    const label = screen.getByRole('button', { name: 'Label as candidate' });
    await user.click(label);
    expect(actsHeard(background)).toEqual([{ kind: 'label', on: true, fileOn: onDana }]);
    expect(label.getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByText('Putting the label on…')).toBeDefined();
  });

  test('a second click takes a label off that stands', async () => {
    const { background, user } = await showPanel(
      f.threadState(f.threadView({ thread: f.keptThread({ isLabelled: true }) })),
    );
    await user.click(screen.getByRole('button', { name: 'Label as candidate', pressed: true }));
    expect(actsHeard(background)).toEqual([{ kind: 'label', on: false, fileOn: [] }]);
  });

  test('the button tells the label’s own name', async () => {
    await showPanel(f.threadState(f.threadView({ labelName: 'Hiring/People' })));
    expect(screen.getByRole('button', { name: 'Label as candidate' }).title).toContain('“Hiring/People”');
  });
});

describe('acts the server does not have yet', () => {
  test('offline, the act is said to wait for the network and can be taken back', async () => {
    const pending = f.pendingAct({ kind: 'log', fileOn: onDana }, 'queued');
    const { background, user } = await showPanel(
      f.threadState(f.threadView(), { freshness: offline, pending: [pending] }),
    );
    expect(screen.getByText('Waits to be logged')).toBeDefined();
    expect(screen.getAllByText('This will be logged as soon as you are back online.').length).toBeGreaterThan(
      0,
    );
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(actsHeard(background)).toEqual([{ kind: 'undo', of: pending.key }]);
    expect(screen.getByRole('button', { name: 'Log to ATS' })).toBeDefined();
  });

  test('an act the server already tells of is done, and no longer under way', async () => {
    const pending = f.pendingAct({ kind: 'log', fileOn: onDana }, 'sending');
    const done = { ...f.undoable('log', 'Logged on Dana Reyes.'), key: pending.key };
    await showPanel(f.threadState(f.threadView({ undoable: [done] }), { pending: [pending] }));
    expect(screen.queryByText('Logging…')).toBeNull();
    expect(within(screen.getByRole('list', { name: 'What you did' })).getAllByRole('listitem')).toHaveLength(
      1,
    );
  });

  test('a refused act says what happened, what is safe and what to do, and can be tried again', async () => {
    const pending = f.pendingAct({ kind: 'log', fileOn: onDana }, 'refused', 'policy-forbids');
    const { background, user } = await showPanel(f.threadState(f.threadView(), { pending: [pending] }));
    expect(screen.getByText('This thread was not logged.')).toBeDefined();
    expect(
      screen.getByText(
        'Your company does not allow this. Nothing was changed. Ask an admin of your company if you need it.',
      ),
    ).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(heardOf(background, 'settle')).toEqual([{ kind: 'settle', key: pending.key, how: 'retry' }]);
  });

  test('a refused act can be let be', async () => {
    const pending = f.pendingAct({ kind: 'label', on: true, fileOn: onDana }, 'refused');
    const { background, user } = await showPanel(f.threadState(f.threadView(), { pending: [pending] }));
    await user.click(screen.getByRole('button', { name: 'Let it be' }));
    expect(heardOf(background, 'settle')).toEqual([{ kind: 'settle', key: pending.key, how: 'drop' }]);
  });

  test('a refused log leaves the thread open to be logged', async () => {
    const pending = f.pendingAct({ kind: 'log', fileOn: onDana }, 'refused', 'provider-busy');
    await showPanel(f.threadState(f.threadView(), { pending: [pending] }));
    expect(screen.getByRole('button', { name: 'Log to ATS' })).toBeDefined();
  });
});

describe('what is said aloud', () => {
  const statuses = (): (string | null)[] =>
    screen.getAllByRole('status').map(({ textContent }) => textContent);
  const done: PanelState = f.threadState(
    f.threadView({ undoable: [f.undoable('log', 'Logged on Dana Reyes.')] }),
  );

  test('the outcome of an act is said once it is there', async () => {
    const { background } = await showPanel(f.threadState());
    act(() => background.tell({ kind: 'panel', state: done }));
    expect(statuses()).toContain('Logged on Dana Reyes.');
  });

  test('what had happened before the thread was opened is not said again', async () => {
    await showPanel(done);
    expect(statuses()).not.toContain('Logged on Dana Reyes.');
  });
});
