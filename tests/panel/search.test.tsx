/* Searching mail in the app page and in the panel: when it is asked for, what is shown of a hit, and the way to the message. */
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { SearchAnswer } from '../../lib/contract/search.ts';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp, showPanel } from './show.tsx';

const readAnswer: Answers = {
  'read-thread': {
    value: {
      threadId: f.threadId,
      subject: 'Your interview on Thursday',
      messages: [f.threadMessage(0), f.threadMessage(1)],
      hiddenMessageCount: 0,
      leavesReceipt: false,
    },
  },
};
const show = (
  answers: Answers = { 'search-messages': { value: f.searchAnswer }, ...readAnswer },
): Promise<Shown> => {
  window.location.hash = '#search';
  return showApp(f.signedIn(), { answers });
};
const field = () => screen.getByRole('searchbox', { name: 'Words' });
/** At once: on a busy machine typing would pause between two letters. */
const write = async ({ user }: Shown, text: string): Promise<void> => {
  await user.click(field());
  await user.paste(text);
};
const asked = ({ background }: Shown) =>
  heardOf(background, 'question').flatMap(({ question }) =>
    question.ask === 'search-messages' ? [question.input] : [],
  );
const found = async () => within(await screen.findByRole('list', { name: 'Messages found' }));
const none: SearchAnswer = { hits: [], total: { count: 0, isMore: false } };

describe('a search', () => {
  test('is asked once typing pauses, and of words alone that can find something', async () => {
    const shown = await show();
    await shown.user.type(field(), 's');
    await write(shown, 'alary');
    await found();
    expect(asked(shown)).toEqual([{ text: 'salary' }]);
  });

  test('shows who wrote, the subject and where it was found, with the places marked', async () => {
    const shown = await show();
    await write(shown, 'salary');
    const rows = (await found()).getAllByRole('listitem');
    expect(screen.getByText('At least 200 messages')).toBeDefined();
    expect(
      rows.map((row) => [...row.querySelectorAll('mark')].map(({ textContent }) => textContent)),
    ).toEqual([['Salary', 'salary'], ['salary'], ['Salary', 'salary', 'Salary', 'salary']]);
    expect(rows[1]?.textContent).toContain('No subject');
    expect(rows[1]?.textContent).toContain('Attachment: salary-2026');
    expect(rows[2]?.textContent).toContain('Unknown sender');
    expect(rows[0]?.textContent).toContain('Filed on Dana Reyes');
  });

  test('never makes markup of what a stranger wrote', async () => {
    const text = '<img src=x onerror=alert(1)> salary';
    const hit = f.searchHit(0, { excerpt: { text, marks: [{ start: 29, end: 35 }] } });
    const shown = await show({
      'search-messages': { value: { ...none, hits: [hit], total: { count: 1, isMore: false } } },
    });
    await write(shown, 'salary');
    const list = await found();
    expect(list.getByRole('listitem').textContent).toContain(text);
    expect(document.querySelector('img')).toBeNull();
  });

  test('opens the message that was found, in its thread', async () => {
    const shown = await show();
    await write(shown, 'salary');
    await shown.user.click(
      await screen.findByRole('button', { name: /ten per cent would be fine/, expanded: false }),
    );
    const messages = await screen.findByRole('list', { name: /^Messages of/ });
    expect([...messages.querySelectorAll('details')].map(({ open }) => open)).toEqual([true, false]);
    expect(heardOf(shown.background, 'question').map(({ question }) => question)).toContainEqual({
      ask: 'read-thread',
      input: { threadId: f.threadId },
    });
  });

  test('goes by arrows from the field to the rows and back', async () => {
    const shown = await show();
    await write(shown, 'salary');
    const [first, second] = (await found()).getAllByRole('button');
    await shown.user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(first);
    await shown.user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(second);
    await shown.user.keyboard('{ArrowUp}{ArrowUp}');
    expect(document.activeElement).toBe(field());
  });

  test('asks for older ones after the last it was given', async () => {
    const shown = await show();
    await write(shown, 'salary');
    await shown.user.click(await screen.findByRole('button', { name: 'Show older ones' }));
    await screen.findByRole('list', { name: 'More messages found' });
    expect(asked(shown)).toEqual([{ text: 'salary' }, { text: 'salary', after: f.searchAnswer.next }]);
  });

  test('keeps to the days that are chosen, from midnight where this person is', async () => {
    const shown = await show();
    await shown.user.type(screen.getByLabelText('Sent from'), '2026-03-02');
    await shown.user.type(screen.getByLabelText('Sent until'), '2026-03-02');
    await write(shown, 'salary');
    await found();
    expect(asked(shown)).toEqual([
      {
        text: 'salary',
        from: new Date(2026, 2, 2).toISOString(),
        until: new Date(2026, 2, 3).toISOString(),
      },
    ]);
  });

  test('that found none among the newest goes on by itself', async () => {
    const shown = await show({
      'search-messages': { value: { ...none, next: f.searchAnswer.next, total: { count: 0, isMore: true } } },
    });
    await write(shown, 'zebra');
    expect(await screen.findByText('None among the newest messages. Looking at older ones…')).toBeDefined();
    await waitFor(() => expect(asked(shown).length).toBeGreaterThan(2));
    expect(asked(shown)[1]).toEqual({ text: 'zebra', after: f.searchAnswer.next });
  });

  test('that finds nothing says what was looked for', async () => {
    const shown = await show({ 'search-messages': { value: none } });
    await write(shown, 'zebra');
    expect(
      (await screen.findByText(/^Nothing you may read holds all of this\./)).closest('[role=status]'),
    ).not.toBeNull();
  });

  test('that fails says why and can be tried again', async () => {
    const shown = await show({ 'search-messages': { why: 'server-unreachable' } });
    await write(shown, 'salary');
    expect((await screen.findByRole('alert')).textContent).toContain('Your Candor server does not answer.');
    await shown.user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(asked(shown)).toHaveLength(2));
  });

  test('for too much says so at once and asks nobody', async () => {
    const shown = await show();
    await write(shown, 'salary '.repeat(40));
    await screen.findByText('Take the few words that matter, up to 200 letters.');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(asked(shown)).toEqual([]);
  });
});

test('in the panel it keeps to the candidate who is open, and is out of the way until it is asked for', async () => {
  const shown = await showPanel(f.threadState(), {
    answers: { 'search-messages': { value: f.searchAnswer } },
  });
  expect(screen.queryByRole('searchbox')).toBeNull();
  await shown.user.click(screen.getByRole('button', { name: 'Search what was written' }));
  const box = screen.getByRole('searchbox', { name: 'Search mail with Dana Reyes' });
  expect(document.activeElement).toBe(box);
  await shown.user.paste('salary');
  await found();
  expect(asked(shown)).toEqual([{ text: 'salary', candidateId: f.dana.candidateId }]);
});
