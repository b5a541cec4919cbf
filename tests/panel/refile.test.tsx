import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { actsHeard, heardOf, type Shown, showPanel } from './show.tsx';

const answered: Answers = {
  'read-evidence': { value: f.threadEvidence() },
  'preview-filing': { value: f.filingPreview() },
  'search-candidates': { value: [f.kofi] },
};
const menuItem = 'Wrong candidate? Move or split…';
const openDialog = async (answers = answered, state = f.threadState()): Promise<Shown> => {
  const shown = await showPanel(state, { answers });
  await shown.user.click(screen.getByText(menuItem));
  return shown;
};
const dialog = () => within(screen.getByRole('dialog', { name: 'Move or split this thread' }));
const pickKofi = async ({ user }: Shown): Promise<void> => {
  await user.type(dialog().getByRole('combobox', { name: 'Name or address' }), 'Kofi');
  await user.click(await dialog().findByRole('option', { name: /Kofi Mensah/ }));
};
const asked = ({ background }: Shown) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === 'preview-filing');
const [, second, third] = f.threadEvidence().messages.map(({ messageId }) => messageId);

describe('a thread filed on the wrong candidate', () => {
  test('its dialog shows why each message is here, and why it is filed so [N-11]', async () => {
    const shown = await openDialog();
    await dialog().findByText('answers “Your interview on Thursday” of 3 May 2026', { exact: false });
    expect(dialog().getAllByRole('radio')).toHaveLength(3);
    expect(dialog().getByRole('list', { name: 'Why it is filed so' }).textContent).toBe(
      'Filed on Dana Reyes: dana.reyes@mail.example is on the record.',
    );
    expect(dialog().getByRole('button', { name: 'Move' }).getAttribute('aria-disabled')).toBe('true');
    expect(asked(shown)).toEqual([]);
  });

  test('it moves to somebody else once it was said who gains sight, first and by name', async () => {
    const shown = await openDialog();
    await dialog().findAllByRole('radio');
    await pickKofi(shown);
    expect(await dialog().findByText(/^Raj Patel will see 3 messages/)).toBeDefined();
    expect(
      dialog()
        .getAllByRole('region')
        .map((region) => region.getAttribute('aria-label')),
    ).toEqual(['Which candidate it belongs to', 'Will see more', 'Will see less']);
    expect(actsHeard(shown.background)).toEqual([]);
    await shown.user.click(dialog().getByRole('button', { name: 'Move to Kofi Mensah' }));
    expect(actsHeard(shown.background)).toEqual([
      { kind: 'move', threadId: f.threadId, candidateIds: [f.kofi.candidateId] },
    ]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Moving this thread…')).toBeDefined();
    expect(screen.queryByText(menuItem)).toBeNull();
  });

  test('from a message on it is split off, filed as it was', async () => {
    const shown = await openDialog();
    await shown.user.click(await dialog().findByRole('radio', { name: /^Mira Okafor/ }));
    await dialog().findByText(/^Raj Patel will see/);
    await shown.user.click(dialog().getByRole('button', { name: 'Split off' }));
    const wanted = { threadId: f.threadId, messageIds: [second, third], candidateIds: [] };
    expect(asked(shown)).toEqual([{ ask: 'preview-filing', input: wanted }]);
    expect(actsHeard(shown.background)).toEqual([{ kind: 'split', ...wanted }]);
    expect(screen.getByText('Splitting this thread…')).toBeDefined();
  });

  test('or split off and filed on somebody else in one act', async () => {
    const shown = await openDialog();
    await shown.user.click(await dialog().findByRole('radio', { name: /^Kofi Mensah/ }));
    await pickKofi(shown);
    await dialog().findByText(/^Raj Patel will see/);
    await shown.user.click(dialog().getByRole('button', { name: 'Split off, on Kofi Mensah' }));
    expect(actsHeard(shown.background)).toEqual([
      { kind: 'split', threadId: f.threadId, messageIds: [third], candidateIds: [f.kofi.candidateId] },
    ]);
  });

  test('until it is known who gains and loses sight the button does nothing', async () => {
    const shown = await openDialog({ ...answered, 'preview-filing': { why: 'policy-forbids' } });
    await dialog().findAllByRole('radio');
    await pickKofi(shown);
    const confirm = dialog().getByRole('button', { name: 'Move to Kofi Mensah' });
    expect(confirm.getAttribute('aria-disabled')).toBe('true');
    await shown.user.click(confirm);
    expect(actsHeard(shown.background)).toEqual([]);
  });

  test('messages one cannot read are said to stay, and what is not one’s own is not to be split off', async () => {
    const evidence = f.threadEvidence();
    const messages = evidence.messages.map((each, n) => ({ ...each, canMove: n !== 1 }));
    const thread = f.keptThread({ hiddenMessageCount: 2 });
    const shown = await openDialog(
      { ...answered, 'read-evidence': { value: { ...evidence, messages } } },
      f.threadState(f.threadView({ thread })),
    );
    expect(await dialog().findByRole('radio', { name: /^Mira Okafor/ })).toHaveProperty('disabled', true);
    await shown.user.click(dialog().getByRole('radio', { name: /^Kofi Mensah/ }));
    expect(dialog().getByText('2 messages you cannot read stay where they are.')).toBeDefined();
  });

  test('evidence that cannot be had can be asked for again', async () => {
    const shown = await openDialog({ 'read-evidence': { why: 'server-unreachable' } });
    await shown.user.click(await dialog().findByRole('button', { name: 'Look again' }));
    expect(heardOf(shown.background, 'question').map(({ question }) => question.ask)).toEqual([
      'read-evidence',
      'read-evidence',
    ]);
  });

  test('is offered only to somebody whose mailbox holds some of it', async () => {
    const { stance: _, ...thread } = f.keptThread();
    await showPanel(f.threadState(f.threadView({ thread })));
    expect(screen.queryByText(menuItem)).toBeNull();
  });

  test('that was split shows each part with its candidate and its readers, and acts on the part it names', async () => {
    const view = f.splitView();
    const shown = await showPanel(f.threadState(view), {
      answers: { 'preview-stance': { value: f.stancePreview() }, leavable: { value: [] } },
    });
    expect(screen.getByText(/4 messages kept, 2 split off/)).toBeDefined();
    const [one, two] = [
      screen.getByRole('region', { name: 'Part 1: 4 messages, filed on Dana Reyes' }),
      screen.getByRole('region', { name: 'Part 2: 2 messages, filed on Kofi Mensah' }),
    ];
    expect(within(one).getByRole('button', { name: /Tom Baker|Tom/ })).toBeDefined();
    await shown.user.click(within(two).getByRole('button', { name: /^Private\./ }));
    await shown.user.click(within(two).getByRole('button', { name: 'Open to the team' }));
    const asked = within(screen.getByRole('dialog', { name: 'Who can read part 2 of this thread' }));
    await asked.findByText(f.stancePreview().said);
    await shown.user.click(asked.getByRole('button', { name: 'Open to the team' }));
    expect(actsHeard(shown.background)).toEqual([
      { kind: 'stance', threadId: f.otherThreadId, stance: 'shared' },
    ]);
  });

  test('the menu of a thread that was split says which part it means, and what concerns all of them', async () => {
    const shown = await showPanel(f.threadState(f.splitView()), {
      answers: { 'read-evidence': { value: f.threadEvidence() } },
    });
    for (const name of [
      'Make part 1 of this thread private…',
      'Open part 2 of this thread to the team…',
      'Wrong candidate? Move or split part 1 of this thread…',
      'Log all parts on somebody else…',
    ])
      expect(screen.getByText(name)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Log all parts to ATS' })).toBeDefined();
    await shown.user.click(screen.getByText('Wrong candidate? Move or split part 2 of this thread…'));
    expect(screen.getByRole('dialog', { name: 'Move or split part 2 of this thread' })).toBeDefined();
    expect(heardOf(shown.background, 'question').map(({ question }) => question)).toEqual([
      { ask: 'read-evidence', input: { threadId: f.otherThreadId } },
    ]);
  });

  test('is undone in place', async () => {
    const said = f.undoable('move', 'Moved to Kofi Mensah.');
    const { background, user } = await showPanel(f.threadState(f.threadView({ undoable: [said] })));
    await user.click(
      within(screen.getByRole('list', { name: 'What you did' })).getByRole('button', { name: 'Undo' }),
    );
    expect(actsHeard(background)).toEqual([{ kind: 'undo', of: said.key }]);
  });
});
