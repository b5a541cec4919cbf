import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { actsHeard, heardOf, type Shown, showPanel } from './show.tsx';

const openDialog = async (answers: Answers = {}, state = f.threadState()): Promise<Shown> => {
  const shown = await showPanel(state, { answers });
  await shown.user.keyboard('p');
  return shown;
};
const dialog = () => within(screen.getByRole('dialog', { name: 'Who can read this thread' }));
const previewed: Answers = { 'preview-stance': { value: f.stancePreview() } };

describe('making a thread private', () => {
  test('the dialog opens with private chosen [JS-33]', async () => {
    await openDialog(previewed);
    expect(dialog().getByRole('radio', { name: 'Private' })).toHaveProperty('checked', true);
    expect(dialog().getByRole('button', { name: 'Make private' })).toBeDefined();
  });

  test('it names who loses sight and who keeps it before anything changes', async () => {
    const { background } = await openDialog(previewed);
    expect(
      await dialog().findByText('Tom will no longer see 4 messages. Ana keeps 2 that she received.'),
    ).toBeDefined();
    const losers = within(dialog().getByRole('region', { name: 'Will see less' })).getAllByRole('listitem');
    expect(losers.map(({ textContent }) => textContent)).toEqual([
      'TBTom Bakerloses 4 messages · hiring team of Backend engineer',
      'ALAna Lindqvistloses 2 messages, keeps 2 · was on Cc',
    ]);
    expect(actsHeard(background)).toEqual([]);
  });

  test('one click on the button that says so does it [JS-32]', async () => {
    const { background, user } = await openDialog(previewed);
    await dialog().findByText(/will no longer see/);
    await user.click(dialog().getByRole('button', { name: 'Make private' }));
    expect(actsHeard(background)).toEqual([{ kind: 'stance', threadId: f.threadId, stance: 'private' }]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Making this thread private…')).toBeDefined();
  });

  test('until it is known who is concerned the button does nothing', async () => {
    const { background, user } = await openDialog();
    const confirm = dialog().getByRole('button', { name: 'Make private' });
    expect(confirm.getAttribute('aria-disabled')).toBe('true');
    await user.click(confirm);
    expect(actsHeard(background)).toEqual([]);
  });

  test('each other choice is previewed anew, and its button says what it does', async () => {
    const { background, user } = await openDialog(previewed);
    await user.click(dialog().getByRole('radio', { name: 'Team' }));
    expect(dialog().getByRole('button', { name: 'Open to the team' })).toBeDefined();
    expect(heardOf(background, 'question').map(({ question }) => question)).toEqual([
      { ask: 'preview-stance', input: { threadId: f.threadId, stance: 'private' } },
      { ask: 'leavable', input: { threadId: f.threadId } },
      { ask: 'preview-stance', input: { threadId: f.threadId, stance: 'shared' } },
    ]);
  });

  test('a preview that fails can be asked for again, and privacy is still to be had', async () => {
    const { background, user } = await openDialog({ 'preview-stance': { why: 'server-unreachable' } });
    await user.click(await dialog().findByRole('button', { name: 'Look again' }));
    expect(heardOf(background, 'question')).toHaveLength(2);
    await dialog().findByRole('button', { name: 'Look again' });
    await user.click(dialog().getByRole('button', { name: 'Make private' }));
    expect(actsHeard(background)).toEqual([{ kind: 'stance', threadId: f.threadId, stance: 'private' }]);
  });

  test('a thread is never opened to more people unseen', async () => {
    const { background, user } = await openDialog({ 'preview-stance': { why: 'offline' } });
    await user.click(dialog().getByRole('radio', { name: 'Team' }));
    await dialog().findByRole('button', { name: 'Look again' });
    await user.click(dialog().getByRole('button', { name: 'Open to the team' }));
    expect(actsHeard(background)).toEqual([]);
  });

  test('the stance that holds already cannot be set again', async () => {
    await openDialog(previewed, f.threadState(f.threadView({ thread: f.privateThread() })));
    expect(dialog().getByText('This is how it is now. Nothing would change.')).toBeDefined();
    expect(dialog().getByRole('button', { name: 'Make private' }).getAttribute('aria-disabled')).toBe('true');
  });

  test('cancelling changes nothing and gives focus back', async () => {
    const { background, user } = await showPanel(f.threadState(), { answers: previewed });
    await user.click(screen.getByRole('button', { name: /can read this/ }));
    const opener = screen.getByRole('button', { name: 'Make private' });
    await user.click(opener);
    await user.click(dialog().getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(opener);
    expect(actsHeard(background)).toEqual([]);
  });

  test('a private thread is opened again from the same place', async () => {
    const { user } = await showPanel(f.threadState(f.threadView({ thread: f.privateThread() })), {
      answers: previewed,
    });
    await user.click(screen.getByRole('button', { name: /can read this/ }));
    await user.click(screen.getByRole('button', { name: 'Open to the team' }));
    expect(dialog().getByRole('radio', { name: 'Team' })).toHaveProperty('checked', true);
  });
});
