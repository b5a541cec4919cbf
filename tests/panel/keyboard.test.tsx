import { screen } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as f from './fixtures.ts';
import { actsHeard, showPanel } from './show.tsx';

const longHistory = f.threadView({
  history: { threads: Array.from({ length: 9 }, (_, n) => f.historyThread(n)), hiddenCount: 0, contacts: [] },
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('keys in the panel', () => {
  test('L logs and B labels', async () => {
    const { background, user } = await showPanel(f.threadState());
    await user.keyboard('l');
    await user.keyboard('b');
    expect(actsHeard(background)).toMatchObject([{ kind: 'log' }, { kind: 'label', on: true }]);
  });

  test('P opens the privacy dialog', async () => {
    const { user } = await showPanel(f.threadState());
    await user.keyboard('p');
    expect(screen.getByRole('dialog', { name: 'Who can read this thread' })).toBeDefined();
  });

  test('a slash goes to the search without typing itself', async () => {
    const { user } = await showPanel(f.threadState(longHistory));
    await user.keyboard('/');
    const search = screen.getByRole('searchbox', { name: 'Search this history' });
    expect(document.activeElement).toBe(search);
    expect(search).toHaveProperty('value', '');
  });

  test('a question mark shows the keys', async () => {
    const { user } = await showPanel(f.threadState());
    await user.keyboard('?');
    expect(screen.getByRole('dialog', { name: 'Keyboard' })).toBeDefined();
  });

  test('Escape gives focus back to the mail page', async () => {
    const { user } = await showPanel(f.threadState());
    const given = vi.spyOn(window.parent, 'focus');
    screen.getByRole('button', { name: 'Log to ATS' }).focus();
    await user.keyboard('{Escape}');
    expect(given).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(document.body);
  });

  test('nothing happens while one types', async () => {
    const { background, user } = await showPanel(f.threadState(longHistory));
    await user.type(screen.getByRole('searchbox'), 'lbp?');
    expect(actsHeard(background)).toEqual([]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByRole('searchbox')).toHaveProperty('value', 'lbp?');
  });

  test('nothing happens behind an open dialog', async () => {
    const { background, user } = await showPanel(f.threadState());
    await user.keyboard('p');
    await user.keyboard('l');
    expect(actsHeard(background)).toEqual([]);
  });

  test('with Control, Alt or Meta held the keys are the browser’s', async () => {
    const { background, user } = await showPanel(f.threadState());
    await user.keyboard('{Control>}l{/Control}{Alt>}b{/Alt}{Meta>}p{/Meta}');
    expect(actsHeard(background)).toEqual([]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('a key that did something goes no further', async () => {
    const { user } = await showPanel(f.threadState());
    const leaked: string[] = [];
    const listen = (event: KeyboardEvent) => leaked.push(event.key);
    window.addEventListener('keydown', listen);
    await user.keyboard('l');
    window.removeEventListener('keydown', listen);
    expect(leaked).toEqual([]);
  });
});
