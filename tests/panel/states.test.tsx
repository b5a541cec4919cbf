import { act, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { PanelState } from '../../lib/contract/runtime.ts';
import * as f from './fixtures.ts';
import { heardOf, showPanel } from './show.tsx';

describe('the panel without a thread to show', () => {
  test('a signed-out person is offered to sign in, and the app page opens', async () => {
    const { background, user } = await showPanel({ kind: 'signed-out' });
    await user.click(screen.getByRole('button', { name: 'Sign in to Candor' }));
    expect(heardOf(background, 'question').map(({ question }) => question.ask)).toEqual(['open-app']);
  });

  test('with no thread open it says what to do', async () => {
    await showPanel({ kind: 'no-thread' });
    expect(screen.getByRole('heading', { name: 'No thread is open' })).toBeDefined();
  });

  test('while a thread is looked up nothing is said but that it is', async () => {
    await showPanel({ kind: 'loading', ref: f.ref });
    expect(screen.getByRole('main').getAttribute('aria-busy')).toBe('true');
    expect(screen.getByText('Looking this thread up')).toBeDefined();
  });

  test('a page that is not understood offers the browser’s side panel', async () => {
    let opened = 0;
    const { user } = await showPanel(
      { kind: 'layout-not-understood', trouble: { page: 'gmail', missing: 'account' } },
      { openSidePanel: () => (opened += 1) },
    );
    expect(screen.getByText(/cannot tell whose mailbox this page shows/)).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Use the browser’s side panel' }));
    expect(opened).toBe(1);
  });

  test.each([
    ['offline', 'You are offline'],
    ['server-unreachable', 'Your Candor server does not answer.'],
    ['thread-hidden', 'Candor could not find that thread.'],
    ['bug', 'Something went wrong inside Candor.'],
  ] as const)(
    'a thread that could not be had for %s says so and can be asked for again',
    async (why, title) => {
      const { background, user } = await showPanel({ kind: 'failed', ref: f.ref, why });
      expect(screen.getByRole('heading', { name: title })).toBeDefined();
      await user.click(screen.getByRole('button', { name: 'Try again' }));
      expect(heardOf(background, 'refresh')).toHaveLength(1);
    },
  );
});

describe('who the thread is with', () => {
  test('one candidate is shown with name, stage, job and addresses', async () => {
    await showPanel(f.threadState());
    const who = screen.getByRole('region', { name: 'Candidate' });
    expect(within(who).getByRole('heading', { name: 'Dana Reyes' })).toBeDefined();
    expect(who.textContent).toContain('Interview');
    expect(who.textContent).toContain('Backend engineer');
    expect(who.textContent).toContain('dana.reyes@mail.example');
  });

  test('of several candidates the sender’s own comes first', async () => {
    await showPanel(
      f.threadState(
        f.threadView({
          participants: [
            { address: 'kofi@mensah.example', isSender: false, candidateId: f.kofi.candidateId },
            { address: 'dana.reyes@mail.example', isSender: true, candidateId: f.dana.candidateId },
          ],
          candidates: [f.kofi, f.dana],
        }),
      ),
    );
    const rows = within(screen.getByRole('region', { name: 'Candidates on this thread' })).getAllByRole(
      'listitem',
    );
    expect(rows.map((row) => /Dana|Kofi/.exec(row.textContent ?? '')?.[0])).toEqual(['Dana', 'Kofi']);
  });

  test('somebody on no record is named and said to be so', async () => {
    await showPanel(f.threadState(f.nobodyFound()));
    expect(screen.getByRole('heading', { name: 'Noor Haddad' })).toBeDefined();
    expect(screen.getByText('Not on a candidate’s record yet.')).toBeDefined();
  });

  test('a thread among colleagues says that nobody else is on it', async () => {
    await showPanel(f.threadState(f.nobodyFound({ participants: [] })));
    expect(screen.getByText('Only colleagues are on this thread.')).toBeDefined();
  });
});

describe('who can read the thread', () => {
  test('one sentence names the readers and counts the others', async () => {
    await showPanel(f.threadState());
    expect(
      screen.getByRole('button', { name: 'You, Ana and Tom can read this. Hidden from 14.' }),
    ).toBeDefined();
  });

  test('a private thread gives the reason beside each name', async () => {
    await showPanel(f.threadState(f.threadView({ thread: f.privateThread() })));
    const strip = screen.getByRole('button', { name: /^Private\. / });
    expect(strip.textContent).toContain('Only you and Ana (was on Cc) can read this. Hidden from 15.');
  });

  test('the list says why each reader can read, and how much', async () => {
    const { user } = await showPanel(f.threadState());
    await user.click(screen.getByRole('button', { name: /can read this/ }));
    const part = screen.getByRole('region', { name: 'Who can read this thread' });
    const rows = within(part)
      .getAllByRole('listitem')
      .map((row) => row.textContent);
    expect(rows[1]).toContain('Ana Lindqvist');
    expect(rows[1]).toContain('was on Cc · 2 of 4 messages');
    expect(rows[2]).toContain('hiring team of Backend engineer');
  });

  test('a thread that is not kept is said to be in the person’s mailbox alone', async () => {
    await showPanel(f.threadState(f.nobodyFound()));
    expect(screen.getByText('Only you. This thread is in your mailbox and not in Candor.')).toBeDefined();
  });

  test('somebody without a copy is offered no switch, and told who has one', async () => {
    const { stance: _stance, ...withoutStance } = f.keptThread();
    const { user } = await showPanel(f.threadState(f.threadView({ thread: withoutStance })));
    await user.click(screen.getByRole('button', { name: /can read this/ }));
    expect(screen.queryByRole('button', { name: 'Make private' })).toBeNull();
    expect(screen.getByText(/Only people whose own mailbox holds this thread/)).toBeDefined();
  });

  test('privacy that is asked for and not yet there shows no lock and says so', async () => {
    await showPanel(
      f.threadState(f.threadView(), {
        freshness: { state: 'offline', asOf: f.ago({ minutes: 40 }) },
        pending: [f.pendingAct({ kind: 'stance', threadId: f.threadId, stance: 'private' }, 'queued')],
      }),
    );
    expect(screen.queryByRole('button', { name: /^Private/ })).toBeNull();
    expect(screen.getAllByText(/^Not private yet: your team can read this as before/).length).toBeGreaterThan(
      0,
    );
  });
});

describe('the mailbox behind the page', () => {
  const notConnected: PanelState = f.threadState(
    f.nobodyFound({ mailbox: { state: 'not-connected' }, thread: { state: 'unknown' } }),
  );

  test('a mailbox that is not connected can be connected from here, and no act is offered', async () => {
    const { background, user } = await showPanel(notConnected);
    expect(screen.queryByRole('button', { name: 'Log to ATS' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Connect my Gmail' }));
    expect(heardOf(background, 'question').map(({ question }) => question.ask)).toEqual(['connect-mailbox']);
  });

  test('another account than the connected one is named with it', async () => {
    await showPanel(
      f.threadState(
        f.nobodyFound({
          mailbox: {
            state: 'other-account',
            pageAddress: 'private@mail.example',
            connected: ['mira@hooli.example'],
          },
          thread: { state: 'unknown' },
        }),
      ),
    );
    expect(
      screen.getByText('The page shows private@mail.example. Candor reads mira@hooli.example for you.'),
    ).toBeDefined();
  });

  test('a withdrawn permission says what is safe and how to go on', async () => {
    await showPanel(
      f.threadState(
        f.threadView({
          mailbox: {
            state: 'needs-reconnect',
            mailboxId: f.otherMailboxId,
            address: 'mira@hooli.example',
            provider: 'gmail',
          },
        }),
      ),
    );
    expect(screen.getByText('Candor may not read this mailbox any more.')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Reconnect Gmail' })).toBeDefined();
    expect(screen.getByRole('contentinfo').textContent).toBe('Needs you: reconnect Gmail');
  });
});

describe('a mailbox at another provider than Google', () => {
  const showStanding = (mailbox: ReturnType<typeof f.standing>) =>
    showPanel(f.threadState(f.threadView({ mailbox })));
  const refused = (provider: 'graph' | 'imap') => ({
    state: 'needs-reconnect' as const,
    mailboxId: f.otherMailboxId,
    address: 'mira@hooli.example',
    provider,
  });

  test('of Microsoft is called by its name, and reconnected there', async () => {
    const { background, user } = await showStanding(refused('graph'));
    expect(screen.getByText(/Microsoft withdrew the permission for mira@hooli\.example/)).toBeDefined();
    expect(screen.getByRole('contentinfo').textContent).toBe('Needs you: reconnect Outlook');
    await user.click(screen.getByRole('button', { name: 'Reconnect Outlook' }));
    expect(heardOf(background, 'question').map(({ question }) => question)).toEqual([
      { ask: 'connect-mailbox', input: { provider: 'graph', address: 'mira@hooli.example' } },
    ]);
  });

  test('that is opened by password is mended on the app page', async () => {
    const { background, user } = await showStanding(refused('imap'));
    expect(screen.getByText(/The mail server does not take the password for mira@hooli/)).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Open My mailboxes' }));
    expect(heardOf(background, 'question').map(({ question }) => question.ask)).toEqual(['open-app']);
  });
});

describe('a mailbox that brings nothing new', () => {
  test('is said in the foot to be behind, and asks nothing of anybody', async () => {
    await showPanel(
      f.threadState(
        f.threadView({
          mailbox: f.standing({ state: 'behind', because: 'silent', since: f.ago({ minutes: 41 }) }),
        }),
      ),
    );
    expect(screen.getByRole('contentinfo').textContent).toMatch(/^Behind: no new mail since .*\d\d:\d\d$/);
    expect(screen.queryByRole('button', { name: 'Open My mailboxes' })).toBeNull();
  });

  test('for long says why and since when, with the way to mend it', async () => {
    await showPanel(
      f.threadState(
        f.threadView({
          mailbox: f.standing({ state: 'needs-you', because: 'given-up', since: f.ago({ days: 2 }) }),
        }),
      ),
    );
    expect(screen.getByText(/no look has gone through since \w+day \d\d:\d\d/)).toBeDefined();
    expect(screen.getByRole('contentinfo').textContent).toMatch(/^Needs you: no new mail since/);
    expect(screen.getByRole('button', { name: 'Open My mailboxes' })).toBeDefined();
  });
});

describe('where the data stands', () => {
  test('the foot says how old it is', async () => {
    await showPanel(
      f.threadState(f.threadView(), { freshness: { state: 'fresh', asOf: f.ago({ minutes: 4 }) } }),
    );
    expect(screen.getByRole('contentinfo').textContent).toBe('In sync · 4 min ago');
  });

  test('offline, the foot says when what is shown was true', async () => {
    await showPanel(
      f.threadState(f.threadView(), { freshness: { state: 'offline', asOf: f.ago({ minutes: 1 }) } }),
    );
    expect(screen.getByRole('contentinfo').textContent).toMatch(
      /^Offline · showing what was here at .*\d\d:\d\d$/,
    );
  });

  test('why a thread is kept, or is not, can be looked up', async () => {
    const { user } = await showPanel(f.threadState(f.nobodyFound()));
    await user.click(screen.getByText(/Not kept in Candor/));
    expect(screen.getByText(/Log it, or label it, and Candor keeps it/)).toBeDefined();
  });

  test('a new snapshot replaces the old one in place', async () => {
    const { background } = await showPanel(f.threadState());
    act(() =>
      background.tell({ kind: 'panel', state: f.threadState(f.threadView({ candidates: [f.kofi] })) }),
    );
    expect(screen.getByRole('heading', { name: 'Kofi Mensah' })).toBeDefined();
  });
});
