import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import { actsHeard, type Shown, showPanel } from './show.tsx';

const chooseRemove = async ({ user }: Shown): Promise<void> => {
  await user.click(screen.getByText('Remove from Candor…'));
};
const dialog = () => within(screen.getByRole('dialog', { name: 'Remove this thread from Candor?' }));

describe('removing a thread from Candor', () => {
  test('says by name what goes and what stays before anything is done [LF-17]', async () => {
    const thread = f.keptThread({
      readers: [f.reader(f.you, 'copy', 'your mailbox holds it'), f.reader(f.ana, 'copy', 'has it too', 2)],
    });
    const shown = await showPanel(f.threadState(f.threadView({ thread })));
    await chooseRemove(shown);
    expect(
      dialog().getByText(/^Your copies of 4 messages go from what Candor keeps about Dana Reyes\./),
    ).toBeDefined();
    expect(dialog().getByText('What Ana Lindqvist also holds stays.')).toBeDefined();
    expect(dialog().getByText(/^The originals stay in your mailbox/)).toBeDefined();
    expect(actsHeard(shown.background)).toEqual([]);
  });

  test('one click on the button that says so does it', async () => {
    const shown = await showPanel(f.threadState());
    await chooseRemove(shown);
    await shown.user.click(dialog().getByRole('button', { name: 'Remove from Candor' }));
    expect(actsHeard(shown.background)).toEqual([{ kind: 'remove' }]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Removing from Candor…')).toBeDefined();
    expect(screen.queryByText('Remove from Candor…')).toBeNull();
  });

  test('is offered only to somebody whose mailbox holds some of it', async () => {
    const { stance: _, ...thread } = f.keptThread();
    await showPanel(f.threadState(f.threadView({ thread })));
    expect(screen.queryByText('Remove from Candor…')).toBeNull();
  });

  test('is undone in place', async () => {
    const said = f.undoable('remove', 'Removed 4 messages from Candor. The originals stay in your mailbox.');
    const { background, user } = await showPanel(f.threadState(f.threadView({ undoable: [said] })));
    await user.click(
      within(screen.getByRole('list', { name: 'What you did' })).getByRole('button', { name: 'Undo' }),
    );
    expect(actsHeard(background)).toEqual([{ kind: 'undo', of: said.key }]);
  });
});

describe('mail that was deleted in every mailbox', () => {
  const goes = { messageCount: 2, at: '2020-11-03T12:00:00.000Z', canKeep: true };

  test('is said to go, and when, with the way to keep it', async () => {
    const { background, user } = await showPanel(
      f.threadState(f.threadView({ thread: f.keptThread({ goes }) })),
    );
    expect(screen.getByText('2 messages were deleted in every mailbox that held them.')).toBeDefined();
    expect(screen.getByText('They go from Candor on 3 Nov 2020.')).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Keep in Candor' }));
    expect(actsHeard(background)).toEqual([{ kind: 'keep', threadId: f.threadId }]);
  });

  test('can not be kept by somebody who never held it', async () => {
    await showPanel(
      f.threadState(f.threadView({ thread: f.keptThread({ goes: { ...goes, canKeep: false } }) })),
    );
    expect(screen.getByText(/were deleted in every mailbox/)).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Keep in Candor' })).toBeNull();
  });
});
