import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { ConnectPolicy } from '../../lib/contract/connecting.ts';
import type { DeletionPolicy } from '../../lib/contract/deletion.ts';
import type { TroubledMailbox } from '../../lib/contract/mailbox.ts';
import * as f from './fixtures.ts';
import { heardOf, type Shown, showApp } from './show.tsx';

const policy: ConnectPolicy = {
  isConnectingOn: true,
  allowedProviders: ['gmail', 'graph', 'imap'],
  allowedAccess: ['full', 'send-only'],
  isPasswordLoginAllowed: false,
  forbiddenDomains: [],
};
const deletion: DeletionPolicy = { isMailboxDeletionAllowed: false, propagatesDeletions: true };
const showCompany = async (troubled: readonly TroubledMailbox[] = []): Promise<Shown> => {
  window.location.hash = '#company';
  const shown = await showApp(f.signedIn({ me: f.me({ role: 'admin' }) }), {
    answers: {
      'connect-policy': { value: policy },
      'set-connect-policy': { value: policy },
      'deletion-policy': { value: deletion },
      'set-deletion-policy': { value: deletion },
      'troubled-mailboxes': { value: troubled },
    },
  });
  await screen.findByRole('form', { name: 'Connecting mailboxes' });
  await screen.findByRole('form', { name: 'Deleting mail' });
  return shown;
};
const sent = ({ background }: Shown) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === 'set-connect-policy');

describe('mailboxes that need somebody', () => {
  test('are listed for an admin by whose they are, why and since when', async () => {
    await showCompany(f.troubled);
    const items = within(screen.getByRole('region', { name: 'Mailboxes that need somebody' }))
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent);
    expect(items).toEqual([
      expect.stringMatching(/^Tom Baker tom@hooli.example.*has not let Candor in since \w+day \d\d:\d\d\.$/),
      expect.stringMatching(/^Inés Duarte .*No look has gone through since .*\d\d:\d\d\.$/),
    ]);
  });

  test('are said to be none when all go well', async () => {
    await showCompany();
    expect(screen.getByText(/^None: every mailbox that is connected/)).toBeDefined();
  });
});

describe('the company’s switches', () => {
  test('passwords are off until an admin ticks them, and each setting says what follows [P-12]', async () => {
    const shown = await showCompany();
    const passwords = screen.getByRole('checkbox', { name: /by password/ });
    expect(passwords).toHaveProperty('checked', false);
    expect(screen.getByText(/Colleagues then give Candor the password/)).toBeDefined();
    await shown.user.click(passwords);
    await shown.user.click(screen.getByRole('button', { name: 'Save' }));
    expect(sent(shown)).toEqual([
      { ask: 'set-connect-policy', input: { ...policy, isPasswordLoginAllowed: true } },
    ]);
    expect(await screen.findByText(/^Saved\./)).toBeDefined();
  });

  test('providers and domains are sent as they were chosen [P-11] [P-14]', async () => {
    const shown = await showCompany();
    await shown.user.click(screen.getByRole('checkbox', { name: /Any other server/ }));
    await shown.user.type(
      screen.getByRole('textbox', { name: 'Domains not allowed' }),
      'Home.example, mail.example',
    );
    await shown.user.click(screen.getByRole('button', { name: 'Save' }));
    expect(sent(shown)).toMatchObject([
      { input: { allowedProviders: ['gmail', 'graph'], forbiddenDomains: ['home.example', 'mail.example'] } },
    ]);
  });

  test('what is no domain is said beside the field, and nothing is sent', async () => {
    const shown = await showCompany();
    await shown.user.type(screen.getByRole('textbox', { name: 'Domains not allowed' }), 'mira@home.example');
    await shown.user.click(screen.getByRole('button', { name: 'Save' }));
    expect(screen.getByText(/Each must be a domain/)).toBeDefined();
    expect(sent(shown)).toEqual([]);
  });

  test('deleting in mailboxes is off until an admin ticks it, and each tick says what follows [P-07b]', async () => {
    const shown = await showCompany();
    const own = screen.getByRole('checkbox', { name: /^People may delete a message in their own mailbox/ });
    const follows = screen.getByRole('checkbox', { name: /leaves the record after 7 days/ });
    expect([own, follows].map((box) => (box as HTMLInputElement).checked)).toEqual([false, true]);
    expect(screen.getByText(/^One message by one click, into the trash of their own mailbox/)).toBeDefined();
    await shown.user.click(own);
    await shown.user.click(follows);
    await shown.user.click(screen.getByRole('button', { name: 'Save what deleting does' }));
    expect(
      heardOf(shown.background, 'question')
        .map(({ question }) => question)
        .filter(({ ask }) => ask === 'set-deletion-policy'),
    ).toEqual([
      {
        ask: 'set-deletion-policy',
        input: { isMailboxDeletionAllowed: true, propagatesDeletions: false },
      },
    ]);
  });

  test('a recruiter has no such section', async () => {
    window.location.hash = '#company';
    await showApp(f.signedIn());
    expect(screen.queryByRole('link', { name: 'Company' })).toBeNull();
    expect(screen.getByRole('heading', { level: 1, name: 'My mailboxes' })).toBeDefined();
  });
});

test('an admin copies instructions for a colleague, which hold no link that lets anybody in [JS-10]', async () => {
  window.location.hash = '#people';
  const shown = await showApp(f.signedIn({ me: f.me({ role: 'admin' }) }));
  const text = screen.getByRole('textbox', { name: 'Instructions for a colleague' });
  expect(text).toHaveProperty('value', expect.stringContaining('https://candor.hooli.example'));
  expect(text).toHaveProperty('value', expect.not.stringMatching(/token|invitation\?/));
  expect(heardOf(shown.background, 'question')).toEqual([]);
});
