import { cleanup, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Outgoing } from '../../lib/contract/send.ts';
import type { ReadThread } from '../../lib/contract/thread.ts';
import * as f from './fixtures.ts';
import { actsHeard, heardOf, showPanel } from './show.tsx';

const thread: ReadThread = {
  threadId: f.threadId,
  subject: 'Your interview on Thursday',
  hiddenMessageCount: 0,
  leavesReceipt: false,
  messages: [f.threadMessage(0), f.threadMessage(1)],
};
const answers = { 'read-thread': { value: thread } };
const form = () => within(screen.getByRole('form'));
const open = async (view = f.threadView()) => {
  const shown = await showPanel(f.threadState(view), { answers });
  await shown.user.click(screen.getByRole('button', { name: 'Reply' }));
  await screen.findByRole('form');
  return shown;
};

describe('a reply', () => {
  test('goes to who wrote last, with the subject of the thread, by one’s own mailbox', async () => {
    const { background, user } = await open();
    expect(document.activeElement).toBe(form().getByRole('textbox', { name: 'Your reply' }));
    expect(form().getByRole('heading').textContent).toMatch(/^Re: /);
    expect(form().getByText(/Goes out from/).textContent).toContain(f.ref.mailboxAddress);
    await user.type(form().getByRole('textbox', { name: 'Your reply' }), 'On Tuesday.');
    await user.click(form().getByRole('button', { name: 'Send' }));
    const last = thread.messages.at(-1);
    expect(actsHeard(background)).toEqual([
      {
        kind: 'reply',
        threadId: f.threadId,
        messageId: last?.messageId,
        to: ['dana.reyes@mail.example'],
        text: 'On Tuesday.',
      },
    ]);
    expect(screen.queryByRole('form')).toBeNull();
  });

  test('is not sent to nobody, nor empty, and says what is missing', async () => {
    const { background, user } = await open();
    await user.click(form().getByRole('button', { name: 'Send' }));
    expect(form().getByRole('alert').textContent).toBe('Write something first.');
    for (const box of form().getAllByRole<HTMLInputElement>('checkbox'))
      if (box.checked) await user.click(box);
    await user.click(form().getByRole('button', { name: 'Send' }));
    expect(form().getByRole('alert').textContent).toBe('Tick at least one person.');
    expect(actsHeard(background)).toEqual([]);
  });

  test('is written by the keyboard alone: R opens it, Escape leaves an empty one', async () => {
    const { user } = await showPanel(f.threadState(), { answers });
    await user.keyboard('r');
    await screen.findByRole('form');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('form')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Reply' }));
  });

  test('is not offered where nothing can be sent by the primary mailbox, nor where the thread is not kept', async () => {
    const { sendsFrom: _, ...without } = f.threadView();
    await showPanel(f.threadState(without));
    expect(screen.queryByRole('button', { name: 'Reply' })).toBeNull();
    cleanup();
    await showPanel(f.threadState(f.threadView({ thread: { state: 'unknown' } })));
    expect(screen.queryByRole('button', { name: 'Reply' })).toBeNull();
  });
});

describe('what became of a reply', () => {
  const reply = (facts: Partial<Outgoing>): Outgoing => ({
    key: f.actionKey(7),
    state: 'sending',
    at: f.ago({ minutes: 2 }),
    ...facts,
  });
  const list = () => within(screen.getByRole('list', { name: 'Your replies' }));

  test.each([
    ['sending', /^Sending your reply/],
    ['waits-for-provider', /waits: the mail provider asks Candor to/],
    ['waits-for-mailbox', /waits until your mailbox is connected again/],
    ['sent', /^Your reply was sent · 2 min/],
  ] as const)('%s is said in words', async (state, words) => {
    await showPanel(f.threadState(f.threadView({ outgoing: [reply({ state })] })));
    expect(list().getByRole('status').textContent).toMatch(words);
  });

  test('one that failed says why, and its person sends it again or lets it be', async () => {
    const failed = reply({ state: 'failed', failedFor: 'recipient-refused' });
    const { background, user } = await showPanel(f.threadState(f.threadView({ outgoing: [failed] })), {
      answers: { 'settle-reply': { value: { key: failed.key } } },
    });
    expect(list().getByText('Your reply was not sent.')).toBeDefined();
    expect(list().getByText(/takes no mail for the address/)).toBeDefined();
    await user.click(list().getByRole('button', { name: 'Send it again' }));
    await user.click(list().getByRole('button', { name: 'Let it be' }));
    expect(heardOf(background, 'question').map(({ question }) => question)).toEqual([
      { ask: 'settle-reply', input: { key: failed.key, how: 'retry' } },
      { ask: 'settle-reply', input: { key: failed.key, how: 'drop' } },
    ]);
  });

  test('one that nobody can tell of is not called unsent', async () => {
    const unknown = reply({ state: 'failed', failedFor: 'outcome-unknown' });
    await showPanel(f.threadState(f.threadView({ outgoing: [unknown] })));
    expect(list().getByText('Your reply may not have gone.')).toBeDefined();
    expect(list().getByText(/Look for it in the Sent folder/)).toBeDefined();
  });
});

describe('a mailbox that is connected to send only', () => {
  const sendOnly = () => f.threadView({ mailbox: f.sendOnly() });

  test('has the banner that replies will not come back by themselves [LV-17]', async () => {
    await showPanel(f.threadState(sendOnly()));
    expect(screen.getByText('Replies will not come back by themselves.')).toBeDefined();
  });

  test('has “Sync e-mails” off, with the reason [LV-20]', async () => {
    await showPanel(f.threadState(sendOnly()));
    for (const button of screen.getAllByRole('button', { name: /Sync e-mails/ })) {
      expect(button.getAttribute('aria-disabled')).toBe('true');
      expect(button.textContent).toMatch(/connected to send only, so Candor may not read it/);
    }
  });
});
