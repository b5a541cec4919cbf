import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { MailboxWay, ServerConnected } from '../../lib/contract/connecting.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp } from './show.tsx';

const questions = ({ background }: Shown) => heardOf(background, 'question').map(({ question }) => question);
const press = ({ user }: Shown, name: string | RegExp) => user.click(screen.getByRole('button', { name }));
const choose = ({ user }: Shown, name: string) =>
  user.click(screen.getByRole('menuitem', { name, hidden: true }));
const showMailboxes = (mailboxes: MailboxRow[], answers: Answers = {}) =>
  showApp(f.signedIn({ mailboxes }), { answers });
const { mailboxId } = f.mailboxRow();

describe('my mailboxes', () => {
  test('each mailbox has a row that says in words whether it is synced [JS-11] [JS-12]', async () => {
    await showMailboxes([
      f.mailboxRow({ lastMessageAt: f.ago({ minutes: 9 }) }),
      f.mailboxRow({ mailboxId: f.otherMailboxId, address: 'jobs@hooli.example', state: 'needs-reconnect' }),
    ]);
    const rows = within(screen.getByRole('table', { name: 'My mailboxes' })).getAllByRole('row');
    expect(rows[1]?.textContent).toMatch(/mira@hooli\.example.*Yes.*9 min ago.*2 min ago.*318 messages/);
    expect(rows[2]?.textContent).toMatch(/jobs@hooli\.example.*No: needs you/);
  });

  test.each([
    [
      'needs-reconnect',
      'Reconnect',
      { ask: 'connect-mailbox', input: { provider: 'gmail', address: 'mira@hooli.example' } },
    ],
    [
      'off',
      'Turn on',
      { ask: 'connect-mailbox', input: { provider: 'gmail', address: 'mira@hooli.example' } },
    ],
    ['paused', 'Resume', { ask: 'change-mailbox', input: { kind: 'resume', mailboxId } }],
  ] as const)('%s has one button that mends it: %s', async (state, name, question) => {
    const shown = await showMailboxes([f.mailboxRow({ state })]);
    await press(shown, `${name} mira@hooli.example`);
    expect(questions(shown)).toEqual([question]);
  });

  test.each([
    ['Pause', { kind: 'pause', mailboxId: f.otherMailboxId }],
    ['Send from this one', { kind: 'make-primary', mailboxId: f.otherMailboxId }],
  ] as const)('%s is in its menu [JS-13] [JS-25]', async (name, change) => {
    const other = { mailboxId: f.otherMailboxId, address: 'jobs@hooli.example', isPrimary: false };
    const shown = await showMailboxes([f.mailboxRow(other)]);
    await choose(shown, name);
    expect(questions(shown)).toEqual([{ ask: 'change-mailbox', input: change }]);
  });

  test('the primary is told, and is not offered to become it [JS-25]', async () => {
    await showMailboxes([f.mailboxRow()]);
    expect(screen.getByText(/primary: you send from this one/)).toBeDefined();
    expect(screen.queryByRole('menuitem', { name: 'Send from this one', hidden: true })).toBeNull();
  });

  test('one opened by password is mended by entering it again, not at a provider’s page', async () => {
    const shown = await showMailboxes([f.mailboxRow({ provider: 'imap', state: 'needs-reconnect' })]);
    await press(shown, 'Reconnect mira@hooli.example');
    expect(screen.getByRole('textbox', { name: 'E-mail address' })).toHaveProperty(
      'value',
      'mira@hooli.example',
    );
    expect(questions(shown)).toEqual([]);
  });
});

describe('how a mailbox is doing', () => {
  const told = async (facts: Partial<MailboxRow>): Promise<string> => {
    await showMailboxes([f.mailboxRow(facts)]);
    return screen.getAllByRole('row')[1]?.textContent ?? '';
  };

  test('the last message is told to the second [KL-14]', async () => {
    const lastMessageAt = new Date(Date.now() - 12_500).toISOString();
    expect(await told({ lastMessageAt })).toMatch(/1\d s ago/);
  });

  test.each([
    [true, /Google tells Candor of new mail at once, and Candor also looks by the clock/],
    [false, /Candor looks for new mail by the clock\./],
  ])('whether new mail is told of or looked for is said: %s [KL-14]', async (isTold, words) => {
    expect(await told({ isTold })).toMatch(words);
  });

  test('one that is behind says since when, and that nothing is lost', async () => {
    const words = await told({
      health: { state: 'behind', because: 'silent', since: f.ago({ minutes: 41 }) },
    });
    expect(words).toMatch(/Yes, but behind.*No look has gone through since .*\d\d:\d\d.*nothing is lost/);
  });

  test('one that has been silent for long needs its person, and can be reconnected', async () => {
    const shown = await showMailboxes([
      f.mailboxRow({ health: { state: 'needs-you', because: 'silent', since: f.ago({ days: 2 }) } }),
    ]);
    expect(screen.getByText('No: needs you')).toBeDefined();
    expect(screen.getByRole('menuitem', { name: 'Turn off…', hidden: true })).toBeDefined();
    await press(shown, 'Reconnect mira@hooli.example');
    expect(questions(shown).map(({ ask }) => ask)).toEqual(['connect-mailbox']);
  });

  test('what was spent of the quota stands beside the limit, with what is left for clicks [N-16]', async () => {
    expect(await told({})).toContain(
      'In the last minute Candor spent 120 of the 6,000 units Google allows here. Background work leaves 1,200 for your own clicks.',
    );
  });

  test('where the provider counts nothing, nothing is said of a quota [N-16]', async () => {
    expect(await told({ provider: 'imap', quota: undefined })).not.toContain('units');
  });

  test.each([
    [0, undefined],
    [1, /look into 1 folder, so nothing is kept from it/],
    [3, /look into 3 folders, so nothing is kept from them/],
  ])('that its server shuts %i folders to it is said', async (shutFolderCount, words) => {
    expect(await told({ shutFolderCount })).toMatch(words ?? /^(?!.*look into)/);
  });
});

describe('what is missing', () => {
  test('is told with how many, since when and the one click that mends it [N-14]', async () => {
    const shown = await showMailboxes([f.mailboxRow({ completeness: f.lacking() })]);
    expect(
      screen.getByText(/^41 of 43 messages are on record; 2 are missing since \w+day \d\d:\d\d\.$/),
    ).toBeDefined();
    await press(shown, 'Fetch them now mira@hooli.example');
    expect(questions(shown)).toEqual([{ ask: 'check-mailbox', input: { mailboxId, how: 'mend' } }]);
  });

  test('is nothing when all is on record, and can be counted anew', async () => {
    const shown = await showMailboxes([f.mailboxRow()]);
    expect(screen.getByText('All 318 messages are on record.')).toBeDefined();
    expect(screen.queryByRole('button', { name: /Fetch them now/ })).toBeNull();
    await press(shown, 'Count now mira@hooli.example');
    expect(questions(shown)).toEqual([{ ask: 'check-mailbox', input: { mailboxId, how: 'count' } }]);
  });

  test('is said to be fetched while it is, and is not asked for twice', async () => {
    const completeness = { ...f.lacking(), underWay: 'mend' as const };
    const shown = await showMailboxes([f.mailboxRow({ completeness })]);
    expect(screen.getByText('Fetching what is missing…')).toBeDefined();
    await press(shown, 'Fetch them now mira@hooli.example');
    expect(questions(shown)).toEqual([]);
  });

  test('is no number for a mailbox that has to be reconnected [N-14]', async () => {
    await showMailboxes([f.mailboxRow({ state: 'needs-reconnect' })]);
    expect(screen.getByText('What is missing can only be told once it is reconnected.')).toBeDefined();
    expect(screen.queryByText(/on record/)).toBeNull();
    expect(screen.queryByRole('button', { name: /Count now/ })).toBeNull();
  });
});

describe('turning off', () => {
  const counted: Answers = {
    'preview-erase': { value: { keptCount: 318, erasedCount: 300, onHoldCount: 0 } },
  };

  test('is one step from the mailbox, and keeps what it brought unless told otherwise [JS-36] [P-09]', async () => {
    const shown = await showMailboxes([f.mailboxRow()], counted);
    await press(shown, 'Turn off mira@hooli.example');
    const dialog = within(screen.getByRole('dialog', { name: 'Turn off mira@hooli.example?' }));
    expect(dialog.getByText(/318 messages stay on the candidates’ records/)).toBeDefined();
    expect(dialog.getByRole('radio', { name: /Keep/ })).toHaveProperty('checked', true);
    await shown.user.click(dialog.getByRole('button', { name: 'Turn off' }));
    expect(questions(shown).at(-1)).toEqual({
      ask: 'change-mailbox',
      input: { kind: 'turn-off', mailboxId, brought: 'keep' },
    });
  });

  test('and erasing says how many go and how many a colleague holds too, before the click [P-09]', async () => {
    const shown = await showMailboxes([f.mailboxRow()], counted);
    await press(shown, 'Turn off mira@hooli.example');
    const dialog = within(screen.getByRole('dialog'));
    expect(
      dialog.getByText(/300 messages go .* for good.*18 messages that a colleague’s mailbox holds too stay/),
    ).toBeDefined();
    await shown.user.click(dialog.getByRole('radio', { name: /Erase/ }));
    await shown.user.click(dialog.getByRole('button', { name: 'Turn off, and erase 300 messages' }));
    expect(questions(shown).at(-1)).toEqual({
      ask: 'change-mailbox',
      input: { kind: 'turn-off', mailboxId, brought: 'erase' },
    });
  });

  test('nothing is erased without a count', async () => {
    const shown = await showMailboxes([f.mailboxRow()], { 'preview-erase': { why: 'offline' } });
    await press(shown, 'Turn off mira@hooli.example');
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(/Without a count nothing is erased/)).toBeDefined();
    await shown.user.click(dialog.getByRole('radio', { name: /Erase/ }));
    await shown.user.click(dialog.getByRole('button', { name: 'Turn off, and erase it' }));
    expect(questions(shown).map(({ ask }) => ask)).toEqual(['preview-erase']);
  });
});

const way = (facts: Partial<MailboxWay> = {}): MailboxWay => ({
  address: 'mira@hooli.example',
  kind: 'gmail',
  open: ['gmail'],
  access: ['full', 'send-only'],
  isPersonal: false,
  ...facts,
});
const server = (host: string, port: number) => ({ host, port, security: 'tls' as const });
const imapWay = way({
  kind: 'imap',
  open: ['imap'],
  servers: { from: 'colleague', imap: server('imap.hooli.example', 993) },
});

describe('adding a mailbox', () => {
  const add = async (found: MailboxWay, connected?: ServerConnected): Promise<Shown> => {
    const shown = await showMailboxes([], {
      'find-way': { value: found },
      'connect-mailbox': { value: null },
      ...(connected === undefined ? {} : { 'connect-server': { value: connected } }),
    });
    await press(shown, 'Continue');
    await screen.findByRole('region', { name: /How to connect/ });
    return shown;
  };

  test('asks nothing before the person’s own click [JS-07] [LF-01]', async () => {
    expect(questions(await showMailboxes([]))).toEqual([]);
    expect(screen.getByRole('textbox', { name: 'E-mail address' })).toHaveProperty(
      'value',
      'mira@hooli.example',
    );
  });

  test('stands below the others, for a second one too [JS-14]', async () => {
    const shown = await showMailboxes([f.mailboxRow()]);
    await press(shown, 'Add a mailbox');
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'E-mail address' }));
  });

  test('of Google: one tick, then Google asks [JS-15] [JS-16] [KL-10]', async () => {
    const shown = await add(way());
    await press(shown, 'Continue to Google');
    expect(screen.getByText(/Tick this to go on/)).toBeDefined();
    await shown.user.click(screen.getByRole('checkbox', { name: /Mail/ }));
    await press(shown, 'Continue to Google');
    expect(questions(shown).at(-1)).toEqual({
      ask: 'connect-mailbox',
      input: { provider: 'gmail', address: 'mira@hooli.example', access: 'full' },
    });
    expect(await screen.findByText(/Google asks you in the tab that has opened/)).toBeDefined();
    await press(shown, 'Start again');
    expect(screen.getByRole('button', { name: 'Continue' })).toBeDefined();
  });

  test('full access or leave to send only is the person’s choice, each with what follows [LV-08]', async () => {
    const shown = await add(way());
    const choice = within(screen.getByRole('group', { name: 'How much access' }));
    expect(choice.getByRole('radio', { name: /^Full \(recommended\).*replies too/ })).toHaveProperty(
      'checked',
      true,
    );
    await shown.user.click(
      choice.getByRole('radio', { name: /^Send only.*replies will not come back by themselves/ }),
    );
    await shown.user.click(screen.getByRole('checkbox', { name: /Mail: send what you write here/ }));
    await press(shown, 'Continue to Google');
    expect(questions(shown).at(-1)).toMatchObject({ input: { access: 'send-only' } });
  });

  test('where the company allows one of them only, there is nothing to choose', async () => {
    await add(way({ access: ['send-only'] }));
    expect(screen.queryByRole('group', { name: 'How much access' })).toBeNull();
    expect(screen.getByRole('checkbox', { name: /Mail: send what you write here/ })).toBeDefined();
  });

  test('mail, calendar and contacts are boxes apart, and only mail is asked for [LF-02]', async () => {
    await add(way());
    expect(screen.getByRole('checkbox', { name: /Mail/ })).toHaveProperty('checked', false);
    for (const name of [/Calendar/, /Contacts/])
      expect(screen.getByRole('checkbox', { name })).toMatchObject({ disabled: true, checked: false });
  });

  test('that nobody knows who serves is asked of the person [KL-11] [KL-19]', async () => {
    const shown = await add(way({ kind: 'unknown', open: ['gmail', 'graph', 'imap'] }));
    await press(shown, /Microsoft/);
    expect(screen.getByRole('button', { name: 'Continue to Microsoft' })).toBeDefined();
    await press(shown, /Another server/);
    expect(screen.getByRole('button', { name: 'Try it and connect' })).toBeDefined();
  });

  test('that is refused says why and what to do [P-11]', async () => {
    await add(way({ open: [], refusal: 'provider-not-allowed' }));
    expect(screen.getByRole('alert').textContent).toContain('does not allow mailboxes of this provider');
  });

  test('that is a personal one is advised against [LI-12] [P-14]', async () => {
    await add(way({ isPersonal: true }));
    expect(screen.getByText('This looks like a personal mailbox.')).toBeDefined();
  });

  describe('by password', () => {
    const fill = async (shown: Shown): Promise<void> => {
      await shown.user.type(screen.getByLabelText('Password'), 'correct horse');
      await shown.user.click(screen.getByRole('checkbox', { name: /Mail/ }));
      await press(shown, 'Try it and connect');
    };

    test('what works for a colleague is filled in, and advised to be left [JS-17] [JS-18]', async () => {
      await add(imapWay);
      const incoming = within(screen.getByRole('group', { name: 'Incoming mail: IMAP' }));
      expect(incoming.getByRole('textbox', { name: 'Host' })).toHaveProperty('value', 'imap.hooli.example');
      expect(incoming.getByRole('textbox', { name: 'Port' })).toHaveProperty('value', '993');
      expect(screen.getByText(/already work for a colleague.*Leave them as they are/)).toBeDefined();
    });

    test('a password is warned about, IMAP is said yes to and POP no [KL-13] [KL-24]', async () => {
      await add(imapWay);
      expect(screen.getByText('A password is not the best way.')).toBeDefined();
      expect(screen.getByText(/reads by IMAP\. It does not read by POP/)).toBeDefined();
    });

    test('goes to the server once, with what was entered [KL-11] [KL-12]', async () => {
      const shown = await add(imapWay, { outcome: 'connected', mailboxId, address: 'mira@hooli.example' });
      await fill(shown);
      expect(questions(shown).at(-1)).toEqual({
        ask: 'connect-server',
        input: {
          address: 'mira@hooli.example',
          user: 'mira@hooli.example',
          password: 'correct horse',
          imap: server('imap.hooli.example', 993),
        },
      });
      expect(await screen.findByText('mira@hooli.example is connected.')).toBeDefined();
      expect(document.body.innerHTML).not.toContain('correct horse');
    });

    test('that does not work says at which server, why, and what to do', async () => {
      const shown = await add(imapWay, { outcome: 'trouble', server: 'imap', trouble: 'wrong-password' });
      await fill(shown);
      const alert = (await screen.findByRole('alert')).textContent;
      expect(alert).toContain('Incoming mail (IMAP): The server does not take this name and password.');
      expect(alert).toContain('Check both.');
    });

    test('what is missing is said beside its field, and focus goes to the first', async () => {
      const shown = await add({ ...imapWay, servers: undefined });
      await press(shown, 'Try it and connect');
      expect(document.activeElement).toBe(screen.getByLabelText('Password'));
      for (const words of ['Give the password, or an app password.', 'Give the server’s name.'])
        expect(screen.getByText(words)).toBeDefined();
      expect(questions(shown).map(({ ask }) => ask)).toEqual(['find-way']);
    });
  });
});
