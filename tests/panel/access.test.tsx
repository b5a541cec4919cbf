import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as a from './access-fixtures.ts';
import * as f from './fixtures.ts';
import { heardOf, type Shown, showApp, showPanel } from './show.tsx';

const none = { mine: [], toMe: [] };
const questionsOf = ({ background }: Shown, ...asks: readonly string[]) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => asks.includes(ask));

describe('asking for access [N-18]', () => {
  test('is offered where the company names who is in contact, and says whom, about whom and why', async () => {
    const shown = await showPanel(f.threadState(a.hiddenView()), {
      answers: { 'ask-access': { value: none } },
    });
    await shown.user.click(screen.getByRole('button', { name: 'Ask for access' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Ask for access' }));
    await shown.user.click(dialog.getByRole('radio', { name: f.tom.name }));
    await shown.user.type(dialog.getByLabelText(/^Why you ask/), ' I meet her on Friday ');
    await shown.user.click(dialog.getByRole('button', { name: `Ask ${f.tom.name}` }));
    expect(questionsOf(shown, 'ask-access')).toEqual([
      {
        ask: 'ask-access',
        input: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          candidateId: f.dana.candidateId,
          ownerId: f.tom.personId,
          reason: 'I meet her on Friday',
        },
      },
    ]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('is not offered where only a number is told, nor offline', async () => {
    const { background } = await showPanel(
      f.threadState(a.hiddenView({ history: { threads: [], hiddenCount: 3, contacts: [] } })),
    );
    expect(screen.queryByRole('button', { name: 'Ask for access' })).toBeNull();
    expect(heardOf(background, 'question')).toEqual([]);
  });

  test('says why it was refused, and keeps what was written', async () => {
    const shown = await showPanel(f.threadState(a.hiddenView()), {
      answers: { 'ask-access': { why: 'asked-before' } },
    });
    await shown.user.click(screen.getByRole('button', { name: 'Ask for access' }));
    await shown.user.type(screen.getByLabelText(/^Why you ask/), 'Friday');
    await shown.user.click(screen.getByRole('button', { name: `Ask ${f.ana.name}` }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'You asked this colleague about this candidate already.',
    );
    expect(screen.getByLabelText(/^Why you ask/)).toHaveProperty('value', 'Friday');
  });

  test('what waits can be taken back, and an answer is told', async () => {
    const shown = await showPanel(
      f.threadState(a.hiddenView({ accessRequests: { mine: [...a.asked], toMe: [] } })),
      { answers: { 'withdraw-access-ask': { value: none } } },
    );
    const list = within(screen.getByRole('list', { name: 'What you asked for' }));
    expect(list.getByText(new RegExp(`${f.tom.name} did not share mail with ${f.dana.name}`))).toBeDefined();
    await shown.user.click(list.getByRole('button', { name: 'Take it back' }));
    expect(questionsOf(shown, 'withdraw-access-ask')).toEqual([
      { ask: 'withdraw-access-ask', input: { id: a.asked[0]?.id } },
    ]);
  });
});

describe('a colleague who asks [N-18]', () => {
  const open = async (): Promise<Shown> => {
    const shown = await showPanel(
      f.threadState(f.threadView({ accessRequests: { mine: [], toMe: [a.ask] } })),
      { answers: { 'askable-threads': { value: a.askable }, 'answer-access': { value: none } } },
    );
    expect(screen.getByText(`“${a.ask.reason}”`)).toBeDefined();
    await shown.user.click(screen.getByRole('button', { name: 'Answer' }));
    await screen.findByText('Review “Application for the backend role”');
    return shown;
  };
  const answered = (shown: Shown) =>
    questionsOf(shown, 'answer-access').map((each) => 'input' in each && each.input);

  test('is let read this thread: it stands chosen beside the open one', async () => {
    const shown = await open();
    expect(screen.getByRole('checkbox', { name: /^Application for/ })).toHaveProperty('checked', true);
    await shown.user.click(screen.getByRole('radio', { name: 'For a week' }));
    await shown.user.click(screen.getByRole('button', { name: 'Share 1 conversation' }));
    expect(answered(shown)).toEqual([
      { id: a.ask.id, how: 'threads', threadIds: [f.threadId], endsAt: expect.stringMatching(/^\d{4}-/) },
    ]);
  });

  test('is let read what was reviewed first', async () => {
    const shown = await open();
    await shown.user.click(screen.getByText('Review “No subject”'));
    expect(questionsOf(shown, 'read-thread')).toEqual([
      { ask: 'read-thread', input: { threadId: f.otherThreadId } },
    ]);
    await shown.user.click(screen.getByRole('checkbox', { name: /^No subject/ }));
    await shown.user.click(screen.getByRole('checkbox', { name: /^Application for/ }));
    await shown.user.click(screen.getByRole('button', { name: 'Share 1 conversation' }));
    expect(answered(shown)).toEqual([{ id: a.ask.id, how: 'threads', threadIds: [f.otherThreadId] }]);
  });

  test.each([
    [`All my conversations with ${f.dana.name} that there are now`, 'Share 2 conversations', 'all'],
    ['None of them', 'Do not share', 'refuse'],
  ])('%s', async (choice, confirm, how) => {
    const shown = await open();
    await shown.user.click(screen.getByRole('radio', { name: choice }));
    await shown.user.click(screen.getByRole('button', { name: confirm }));
    expect(answered(shown)).toEqual([{ id: a.ask.id, how }]);
  });

  test('is let read nothing by a click that chose nothing', async () => {
    const shown = await open();
    await shown.user.click(screen.getByRole('checkbox', { name: /^Application for/ }));
    await shown.user.click(screen.getByRole('button', { name: 'Share 0 conversations' }));
    expect(answered(shown)).toEqual([]);
  });

  test('waits on the app page as well', async () => {
    window.location.hash = '#shared';
    const shown = await showApp(f.signedIn(), {
      answers: {
        granted: { value: [] },
        'paused-shares': { value: [] },
        'access-requests': { value: { mine: [], toMe: [a.ask] } },
        'askable-threads': { value: a.askable },
        'answer-access': { value: none },
      },
    });
    await shown.user.click(await screen.findByRole('button', { name: 'Answer' }));
    await shown.user.click(screen.getByRole('radio', { name: 'None of them' }));
    await shown.user.click(screen.getByRole('button', { name: 'Do not share' }));
    expect(screen.queryByText(/asks to read your mail/)).toBeNull();
  });
});
