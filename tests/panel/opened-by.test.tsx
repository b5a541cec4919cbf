import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { KeptThread } from '../../lib/contract/thread.ts';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showPanel } from './show.tsx';

const openList = async (facts: Partial<KeptThread>, answers: Answers = {}): Promise<Shown> => {
  const shown = await showPanel(f.threadState(f.threadView({ thread: f.keptThread(facts) })), { answers });
  const strip = within(screen.getByRole('region', { name: 'Who can read this thread' }));
  await shown.user.click(strip.getByRole('button', { name: /can read this/ }));
  return shown;
};
const opened = () => within(screen.getByRole('region', { name: 'Opened in Candor' }));

test('an owner sees who opened it, when, how often, and by which right [N-07]', async () => {
  await openList({ receipts: [...f.receipts] });
  expect(
    opened()
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual([
    expect.stringMatching(/^TBTom Baker\d+.* · 3 times since \d+ .* · hiring team of Backend engineer$/),
    expect.stringMatching(/^YTYuki Tanaka\d+ [^·]*, \d\d:\d\d · granted by Ana Lindqvist on 3 November 2026/),
  ]);
});

test('an owner is told that nobody opened it, and who is no owner is told nothing', async () => {
  await openList({ receipts: [] });
  expect(opened().getByText(/^Nobody whose own mailbox/)).toBeDefined();
});

test('who holds none of it is told nothing of who opened it', async () => {
  await openList({ stance: undefined });
  expect(screen.queryByRole('region', { name: 'Opened in Candor' })).toBeNull();
});

test.each([true, false])('a reader is told whether a receipt was left: %s', async (leavesReceipt) => {
  const thread = {
    threadId: f.threadId,
    subject: 'CV',
    messages: [f.threadMessage(0)],
    hiddenMessageCount: 0,
    leavesReceipt,
  };
  const { user } = await showPanel(f.threadState(), { answers: { 'read-thread': { value: thread } } });
  const history = within(screen.getByRole('region', { name: 'History with the team' }));
  const [row] = history.getAllByRole('listitem');
  if (row === undefined) throw new Error('There is no history.');
  await user.click(within(row).getByRole('button'));
  await screen.findByRole('list', { name: 'Messages of CV' });
  expect(screen.queryByText('Whoever holds this in their mailbox sees that you opened it.') !== null).toBe(
    leavesReceipt,
  );
});

test.each([
  [{ rowCount: 1204 }, /^The audit holds, all 1204 rows of it, and tells of no other opening\.$/],
  [
    { rowCount: 9, broken: 'The audit and what is shown here tell of different openings of this thread.' },
    /tell of different openings of this thread\. Tell an admin/,
  ],
] as const)('an owner checks that nobody is missing: %j [N-07]', async (value, said) => {
  const { user, background } = await openList({ receipts: [] }, { 'check-receipts': { value } });
  await user.click(opened().getByRole('button', { name: 'Check that nobody is missing' }));
  expect(await opened().findByText(said)).toBeDefined();
  expect(heardOf(background, 'question').map(({ question }) => question)).toContainEqual({
    ask: 'check-receipts',
    input: { threadId: f.threadId },
  });
});
