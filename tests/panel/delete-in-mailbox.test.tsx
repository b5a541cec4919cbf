import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import { heardOf, type Shown, showPanel } from './show.tsx';

const item = 'Delete in my mailbox…';
const dialog = () => within(screen.getByRole('dialog', { name: 'Delete this message in your mailbox?' }));
const openThread = async (
  messages: readonly ReturnType<typeof f.threadMessage>[],
  answer: { readonly value: unknown } | { readonly why: 'mailbox-disconnected' } = { value: {} },
): Promise<Shown> => {
  const shown = await showPanel(f.threadState(), {
    answers: {
      'read-thread': {
        value: { threadId: f.threadId, subject: 'CV', messages, hiddenMessageCount: 0, leavesReceipt: false },
      },
      'delete-in-mailbox': answer,
    },
  });
  await shown.user.click(screen.getByRole('button', { name: /CV and portfolio/ }));
  await screen.findAllByText(/Thursday at ten suits me well/);
  return shown;
};
const asked = ({ background }: Shown) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === 'delete-in-mailbox');
const own = f.threadMessage(1, { canDeleteInMailbox: true });

describe('deleting a message in one’s own mailbox', () => {
  test('is offered only where the server says that it can be done [LF-16]', async () => {
    await openThread([f.threadMessage(0), f.threadMessage(1)]);
    expect(screen.queryByText(item)).toBeNull();
  });

  test('says what follows before anything is done, and is one click that says so [KL-07]', async () => {
    const shown = await openThread([f.threadMessage(0), own], {
      value: { erasedAt: '2020-11-03T12:00:00.000Z' },
    });
    await shown.user.click(screen.getByText(item));
    expect(dialog().getByText(/^This one message goes to the trash of your own mailbox/)).toBeDefined();
    expect(dialog().getByText(/^Candor deletes in nobody else’s mailbox/)).toBeDefined();
    expect(asked(shown)).toEqual([]);
    await shown.user.click(dialog().getByRole('button', { name: 'Delete in my mailbox' }));
    expect(asked(shown)).toEqual([{ ask: 'delete-in-mailbox', input: { messageId: own.messageId } }]);
    expect(
      await screen.findByText('In the trash of your mailbox. It goes from Candor on 3 Nov 2020.'),
    ).toBeDefined();
    expect(screen.queryByText(item)).toBeNull();
  });

  test('keeping it asks nothing of anybody', async () => {
    const shown = await openThread([own]);
    await shown.user.click(screen.getByText(item));
    await shown.user.click(dialog().getByRole('button', { name: 'Keep it' }));
    expect(asked(shown)).toEqual([]);
  });

  test('that failed is said, and can be tried again', async () => {
    const shown = await openThread([own], { why: 'mailbox-disconnected' });
    await shown.user.click(screen.getByText(item));
    await shown.user.click(dialog().getByRole('button', { name: 'Delete in my mailbox' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(/Reconnect the mailbox/);
    expect(screen.getByText(item)).toBeDefined();
  });
});
