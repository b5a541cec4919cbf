import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import { heardOf, type Shown, showApp } from './show.tsx';

const questions = ({ background }: Shown) => heardOf(background, 'question').map(({ question }) => question);
const server = 'https://candor.hooli.example';

describe('signing in', () => {
  test('the server’s address is filled in, and pairing begins with it', async () => {
    const shown = await showApp({ kind: 'signed-out', serverAddress: server });
    expect(screen.getByRole('textbox', { name: 'Server address' })).toHaveProperty('value', server);
    await shown.user.click(screen.getByRole('button', { name: 'Connect to your Candor server' }));
    expect(questions(shown)).toEqual([{ ask: 'pair', input: { serverAddress: server } }]);
  });

  test.each([
    ['candor.other.example', 'https://candor.other.example'],
    ['localhost:8400', 'http://localhost:8400'],
    [' https://candor.other.example/sign-in?x=1 ', 'https://candor.other.example'],
  ])('%j is understood as %s', async (typed, origin) => {
    const shown = await showApp({ kind: 'signed-out', serverAddress: '' });
    await shown.user.type(screen.getByRole('textbox'), typed);
    await shown.user.click(screen.getByRole('button'));
    expect(questions(shown)).toEqual([{ ask: 'pair', input: { serverAddress: origin } }]);
  });

  test('what cannot be a server is said to be none', async () => {
    const shown = await showApp({ kind: 'signed-out', serverAddress: 'no such thing' });
    await shown.user.click(screen.getByRole('button'));
    expect(screen.getByText(/This is no server address/)).toBeDefined();
    expect(questions(shown)).toEqual([]);
  });

  test('a server the browser may not reach is not asked', async () => {
    const shown = await showApp(
      { kind: 'signed-out', serverAddress: server },
      { mayReach: async () => false },
    );
    await shown.user.click(screen.getByRole('button'));
    expect(await screen.findByText(/The browser was not allowed to reach this server/)).toBeDefined();
    expect(questions(shown)).toEqual([]);
  });

  test('a server that does not answer is said so in words', async () => {
    const shown = await showApp(
      { kind: 'signed-out', serverAddress: server },
      { answers: { pair: { why: 'server-unreachable' } } },
    );
    await shown.user.click(screen.getByRole('button'));
    expect(await screen.findByText('Your Candor server does not answer.')).toBeDefined();
  });

  test('while pairing, the code is shown with the way to the page that confirms it', async () => {
    await showApp({
      kind: 'pairing',
      serverAddress: server,
      userCode: 'WDJB-MJHT',
      verificationUrl: `${server}/device`,
    });
    expect(screen.getByText('WDJB-MJHT')).toBeDefined();
    const link = screen.getByRole('link', { name: 'Open candor.hooli.example' });
    expect(link.getAttribute('href')).toBe(`${server}/device`);
  });
});

describe('who you are', () => {
  test('what has not reached the server is counted', async () => {
    await showApp(f.signedIn({ pendingCount: 2 }));
    expect(screen.getByText('2 things you did are not on the server yet.')).toBeDefined();
  });

  test('signing out with nothing pending is one click', async () => {
    const shown = await showApp(f.signedIn());
    await shown.user.click(screen.getByRole('button', { name: 'Sign out' }));
    expect(questions(shown)).toEqual([{ ask: 'sign-out' }]);
  });

  test('signing out warns of what would be lost', async () => {
    const shown = await showApp(f.signedIn({ pendingCount: 1 }));
    await shown.user.click(screen.getByRole('button', { name: 'Sign out' }));
    expect(questions(shown)).toEqual([]);
    await shown.user.click(
      within(screen.getByRole('dialog')).getByRole('button', { name: 'Sign out and drop them' }),
    );
    expect(questions(shown)).toEqual([{ ask: 'sign-out' }]);
  });
});

describe('people', () => {
  test('a recruiter has no such section', async () => {
    window.location.hash = '#people';
    await showApp(f.signedIn());
    expect(screen.queryByRole('link', { name: 'People' })).toBeNull();
    expect(screen.getByRole('heading', { level: 1, name: 'My mailboxes' })).toBeDefined();
  });

  test('an admin invites, and the link is shown with its end', async () => {
    window.location.hash = '#people';
    const link = `${server}/join?t=abc`;
    const shown = await showApp(f.signedIn({ me: f.me({ role: 'admin' }) }), {
      answers: { invite: { value: { link, expiresAt: '2030-01-05T12:00:00.000Z' } } },
    });
    await shown.user.type(screen.getByRole('textbox', { name: 'Name' }), 'Tom Baker');
    await shown.user.type(screen.getByRole('textbox', { name: 'E-mail address' }), 'tom@hooli.example');
    await shown.user.click(screen.getByRole('button', { name: 'Invite' }));
    expect(await screen.findByRole('textbox', { name: 'Invitation link for Tom Baker' })).toHaveProperty(
      'value',
      link,
    );
    expect(questions(shown).filter(({ ask }) => ask !== 'list-colleagues')).toEqual([
      { ask: 'invite', input: { name: 'Tom Baker', address: 'tom@hooli.example', role: 'recruiter' } },
    ]);
  });

  test('what is missing is said beside its field, and focus goes there', async () => {
    window.location.hash = '#people';
    const shown = await showApp(f.signedIn({ me: f.me({ role: 'owner' }) }));
    await shown.user.type(screen.getByRole('textbox', { name: 'Name' }), 'Tom');
    await shown.user.type(screen.getByRole('textbox', { name: 'E-mail address' }), 'tom at hooli');
    await shown.user.click(screen.getByRole('button', { name: 'Invite' }));
    const address = screen.getByRole('textbox', {
      name: 'E-mail address',
      description: 'This is no e-mail address.',
    });
    expect(document.activeElement).toBe(address);
    expect(questions(shown).filter(({ ask }) => ask !== 'list-colleagues')).toEqual([]);
  });
});
