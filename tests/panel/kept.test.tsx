import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { actsHeard, heardOf, type Shown, showApp } from './show.tsx';

const questions = ({ background }: Shown) => heardOf(background, 'question').map(({ question }) => question);
const open = (role: 'owner' | 'recruiter', answers: Answers = {}) => {
  window.location.hash = '#kept';
  return showApp(f.signedIn({ me: f.me({ role }) }), {
    answers: { 'read-guards': { value: f.guards }, 'read-held': { value: f.held }, ...answers },
  });
};

describe('mail that waits for the person’s word', () => {
  test('says what it is and why it is asked about, and is kept for the candidate by a click [N-09]', async () => {
    const { user, background } = await open('recruiter');
    const waiting = await screen.findByRole('region', { name: 'Waiting for your word' });
    expect(within(waiting).getByText(/hiring@hooli.example is a shared address/)).toBeDefined();
    await user.click(within(waiting).getByRole('button', { name: 'Keep it for Dana Reyes' }));
    expect(actsHeard(background)).toEqual([{ kind: 'log', fileOn: [{ candidateId: f.dana.candidateId }] }]);
    expect(within(waiting).queryByText('Application for the backend role')).toBeNull();
  });

  test('is dropped by the other click', async () => {
    const shown = await open('recruiter', {
      'dismiss-held': { value: { threads: [], unread: [], unreadable: [] } },
    });
    await shown.user.click(await screen.findByRole('button', { name: /^Don’t keep it/ }));
    expect(questions(shown).at(-1)).toEqual({
      ask: 'dismiss-held',
      input: { mailboxId: f.held.threads[0]?.mailboxId, providerThreadId: '18c0000000000001' },
    });
    expect(await screen.findByText(/Nothing waits/)).toBeDefined();
  });

  test('in a mailbox that cannot be asked is a number with the way on', async () => {
    await open('recruiter');
    expect(await screen.findByText('3 messages in mira@elsewhere.example cannot be shown.')).toBeDefined();
    expect(screen.getByText(/Reconnect the mailbox/)).toBeDefined();
  });
});

describe('the lists of what is never kept', () => {
  test('take an entry of the person’s own', async () => {
    const shown = await open('recruiter', { 'change-guards': { value: { ...f.guards, mine: [] } } });
    await shown.user.type(
      await screen.findByRole('textbox', { name: 'Address or domain I block' }),
      'x.example{enter}',
    );
    expect(questions(shown).at(-1)).toEqual({
      ask: 'change-guards',
      input: { change: 'block', whose: 'mine', entry: 'x.example' },
    });
    expect(await screen.findByText('You block nothing.')).toBeDefined();
  });

  test('are the company’s to see for everybody and to change for admins', async () => {
    await open('recruiter');
    const company = await screen.findByRole('region', { name: 'Never at this company' });
    expect(within(company).getByText('@agency.example')).toBeDefined();
    expect(within(company).queryByRole('button')).toBeNull();
    expect(within(company).getByText('Admins change this list.')).toBeDefined();
  });

  test('give an entry back when an admin takes it off', async () => {
    const shown = await open('owner', { 'change-guards': { value: f.guards } });
    await shown.user.click(
      await screen.findByRole('button', { name: 'Take hiring@hooli.example off the list' }),
    );
    expect(questions(shown).at(-1)).toEqual({
      ask: 'change-guards',
      input: { change: 'share', address: 'hiring@hooli.example', on: false },
    });
  });

  test('say in words what is no address', async () => {
    const shown = await open('owner', { 'change-guards': { why: 'bad-input' } });
    await shown.user.type(
      await screen.findByRole('textbox', { name: 'Address or domain I block' }),
      'com{enter}',
    );
    expect(await screen.findByText(/Candor could not use what was entered/)).toBeDefined();
  });
});

describe('a message that could not be read', () => {
  test('is told of, and goes from the list when another try reads it', async () => {
    const shown = await open('recruiter', { 'retry-unreadable': { value: [] } });
    const list = await screen.findByRole('region', { name: 'Could not be read' });
    expect(within(list).getByText('1 message could not be read')).toBeDefined();
    await shown.user.click(within(list).getByRole('button', { name: 'Try again' }));
    expect(questions(shown).at(-1)).toMatchObject({
      ask: 'retry-unreadable',
      input: { providerMessageId: '18c0000000000009' },
    });
    expect(await screen.findByText('All were read')).toBeDefined();
  });
});
