import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { ConnectPolicy } from '../../lib/contract/connecting.ts';
import type { DeletionPolicy } from '../../lib/contract/deletion.ts';
import type { KeepPolicy } from '../../lib/contract/keeping.ts';
import type { TroubledMailbox } from '../../lib/contract/mailbox.ts';
import type { RetentionSettings } from '../../lib/contract/retention.ts';
import type { VisibilityState } from '../../lib/contract/visibility.ts';
import { presets, presetWords } from '../../lib/domain/visibility.ts';
import * as f from './fixtures.ts';
import { heardOf, type Shown, showApp } from './show.tsx';
import * as v from './visibility-fixtures.ts';

const policy: ConnectPolicy = {
  isConnectingOn: true,
  allowedProviders: ['gmail', 'graph', 'imap'],
  allowedAccess: ['full', 'send-only'],
  isPasswordLoginAllowed: false,
  forbiddenDomains: [],
};
const deletion: DeletionPolicy = { isMailboxDeletionAllowed: false, propagatesDeletions: true };
const keep: KeepPolicy = {
  matching: [['ancestry'], ['candidate-address'], ['label']],
  mayCreateCandidates: true,
};
const retention: RetentionSettings = { rules: [], stages: ['Offer', 'Rejected'] };
const showCompany = async (
  troubled: readonly TroubledMailbox[] = [],
  visibility: VisibilityState = v.visibility(),
): Promise<Shown> => {
  window.location.hash = '#company';
  const shown = await showApp(f.signedIn({ me: f.me({ role: 'admin' }) }), {
    answers: {
      visibility: { value: visibility },
      'try-visibility': { value: v.largeTrial },
      'propose-visibility': { value: v.visibility({ pending: v.pendingVisibility() }) },
      'steer-visibility': { value: v.visibility() },
      'connect-policy': { value: policy },
      'set-connect-policy': { value: policy },
      'deletion-policy': { value: deletion },
      'set-deletion-policy': { value: deletion },
      'keep-policy': { value: keep },
      'set-keep-policy': { value: keep },
      retention: { value: retention },
      'set-retention': { value: retention },
      'troubled-mailboxes': { value: troubled },
    },
  });
  await screen.findByRole('form', { name: 'Connecting mailboxes' });
  await screen.findByRole('region', { name: 'Who sees what' });
  for (const name of ['Deleting mail', 'Which mail is kept', 'How long candidates stay'])
    await screen.findByRole('form', { name });
  return shown;
};
const sent = ({ background }: Shown, what = 'set-connect-policy') =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === what);

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
    expect(sent(shown, 'set-deletion-policy')).toEqual([
      {
        ask: 'set-deletion-policy',
        input: { isMailboxDeletionAllowed: true, propagatesDeletions: false },
      },
    ]);
  });

  test('new mail comes at once, or as often as is chosen [KL-14] [P-17]', async () => {
    const shown = await showCompany();
    const choice = screen.getByRole('combobox', { name: 'New mail comes' });
    expect(within(choice).getByRole('option', { name: 'At once' })).toHaveProperty('selected', true);
    await shown.user.selectOptions(choice, 'Every hour');
    await shown.user.click(screen.getByRole('button', { name: 'Save' }));
    expect(sent(shown)).toMatchObject([{ input: { lookEveryMinutes: 60 } }]);
  });

  test('a recruiter has no such section', async () => {
    window.location.hash = '#company';
    await showApp(f.signedIn());
    expect(screen.queryByRole('link', { name: 'Company' })).toBeNull();
    expect(screen.getByRole('heading', { level: 1, name: 'My mailboxes' })).toBeDefined();
  });
});

describe('what is kept', () => {
  const form = () => within(screen.getByRole('form', { name: 'Which mail is kept' }));
  const save = (shown: Shown) =>
    shown.user.click(screen.getByRole('button', { name: 'Save which mail is kept' }));

  test('stands there in words, which follow what is ticked before it is saved [P-05]', async () => {
    const shown = await showCompany();
    expect(form().getByText(/^Mail is kept when it answers .*, or when .*, or when /)).toBeDefined();
    const second = within(form().getAllByRole('group')[1] ?? document.body);
    await shown.user.click(second.getByRole('checkbox', { name: /candidate label/ }));
    expect(
      form().getByText(
        /when an address on it is on a candidate’s record and its thread has the candidate label/,
      ),
    ).toBeDefined();
    expect(sent(shown, 'set-keep-policy')).toEqual([]);
    await save(shown);
    expect(sent(shown, 'set-keep-policy')).toEqual([
      {
        ask: 'set-keep-policy',
        input: { ...keep, matching: [['ancestry'], ['candidate-address', 'label'], ['label']] },
      },
    ]);
  });

  test('is changed by the keyboard alone: a way is added, ticked and removed, and the focus is never lost [P-05]', async () => {
    const shown = await showCompany();
    form().getByRole('button', { name: 'Add another way' }).focus();
    await shown.user.keyboard('{Enter}');
    const added = within(form().getAllByRole('group')[3] ?? document.body);
    expect(document.activeElement).toBe(added.getAllByRole('checkbox')[0]);
    await save(shown);
    expect(form().getByRole('alert').textContent).toMatch(/^Tick something in each way/);
    expect(sent(shown, 'set-keep-policy')).toEqual([]);
    added.getByRole('checkbox', { name: /verified/ }).focus();
    await shown.user.keyboard(' ');
    form()
      .getByRole('button', { name: /^Remove this way \(1 of 4\)/ })
      .focus();
    await shown.user.keyboard('{Enter}');
    expect(document.activeElement).toBe(form().getByRole('button', { name: 'Add another way' }));
    await save(shown);
    expect(sent(shown, 'set-keep-policy')).toMatchObject([
      { input: { matching: [['candidate-address'], ['label'], ['verified-address']] } },
    ]);
  });

  test('is set at once to replies only, or to all mail with known candidates [P-05]', async () => {
    const shown = await showCompany();
    await shown.user.click(form().getByRole('button', { name: 'Replies only' }));
    await save(shown);
    await shown.user.click(form().getByRole('button', { name: 'All mail with known candidates' }));
    await save(shown);
    expect(sent(shown, 'set-keep-policy')).toMatchObject([
      { input: { matching: [['ancestry'], ['label']] } },
      { input: { matching: keep.matching } },
    ]);
  });

  test('creating a candidate from mail is forbidden by one tick, which says what follows [P-16]', async () => {
    const shown = await showCompany();
    await shown.user.click(form().getByRole('checkbox', { name: /create a candidate from mail/ }));
    expect(
      form().getByText(/never by itself\. Off: a thread is logged on candidates who are on record/),
    ).toBeDefined();
    await save(shown);
    expect(sent(shown, 'set-keep-policy')).toMatchObject([{ input: { mayCreateCandidates: false } }]);
  });
});

describe('how long candidates stay', () => {
  const form = () => within(screen.getByRole('form', { name: 'How long candidates stay' }));

  test('is for good until a stage is given a time, said in words beforehand [P-08] [LI-28]', async () => {
    const shown = await showCompany();
    expect(form().getByText('Candidates and mail with them stay in Candor for good.')).toBeDefined();
    await shown.user.click(form().getByRole('button', { name: 'Add a time for a stage' }));
    expect(form().getByText('Stages in use: Offer, Rejected.')).toBeDefined();
    await shown.user.type(form().getByRole('textbox', { name: 'Stage' }), 'Rejected');
    const months = form().getByRole('spinbutton', { name: /^Months after/ });
    await shown.user.clear(months);
    await shown.user.type(months, '6');
    expect(
      form().getByText(/“Rejected” for 6 months are erased from Candor.*Mailboxes keep the mail\./),
    ).toBeDefined();
    await shown.user.click(form().getByRole('button', { name: 'Save how long candidates stay' }));
    expect(sent(shown, 'set-retention')).toEqual([
      { ask: 'set-retention', input: { rules: [{ stage: 'Rejected', months: 6 }] } },
    ]);
  });

  test('is not sent without a stage, or with a time that is none', async () => {
    const shown = await showCompany();
    await shown.user.click(form().getByRole('button', { name: 'Add a time for a stage' }));
    await shown.user.click(form().getByRole('button', { name: 'Save how long candidates stay' }));
    expect(form().getByRole('alert').textContent).toMatch(/^Each time needs a stage of its own/);
    expect(sent(shown, 'set-retention')).toEqual([]);
  });
});

test('an admin copies instructions for a colleague, which hold no link that lets anybody in [JS-10]', async () => {
  window.location.hash = '#people';
  const shown = await showApp(f.signedIn({ me: f.me({ role: 'admin' }) }));
  const text = screen.getByRole('textbox', { name: 'Instructions for a colleague' });
  expect(text).toHaveProperty('value', expect.stringContaining('https://candor.hooli.example'));
  expect(text).toHaveProperty('value', expect.not.stringMatching(/token|invitation\?/));
  expect(
    heardOf(shown.background, 'question').filter(({ question }) => question.ask !== 'list-colleagues'),
  ).toEqual([]);
});

describe('who sees what', () => {
  test('each preset says in a sentence what it means, and the one that holds is chosen [P-01]', async () => {
    await showCompany();
    for (const { name, means } of Object.values(presetWords)) {
      expect(screen.getByRole('radio', { name: new RegExp(`^${name}`) })).toBeDefined();
      expect(screen.getByText(means)).toBeDefined();
    }
    expect(screen.getByRole('radio', { name: /^Private first/ })).toHaveProperty('checked', true);
    expect(screen.getByRole('button', { name: 'See what would change' }).getAttribute('aria-disabled')).toBe(
      'true',
    );
  });

  test('a choice is tried out, told person by person, and only what was tried is sent [N-04]', async () => {
    const shown = await showCompany();
    expect(screen.queryByRole('button', { name: /Propose it|Make the change/ })).toBeNull();
    await shown.user.click(screen.getByRole('radio', { name: /^Open team/ }));
    await shown.user.click(screen.getByRole('button', { name: 'See what would change' }));
    expect(await screen.findByText(v.largeTrial.said)).toBeDefined();
    const people = within(screen.getByRole('list', { name: 'What would change for whom' }));
    expect(people.getByText('Tom Baker: +120')).toBeDefined();
    expect(people.getByText('Inés Duarte: +94, −12')).toBeDefined();
    expect(screen.getByText(/a second admin has to agree/)).toBeDefined();
    // Another choice is another trial.
    await shown.user.click(screen.getByRole('radio', { name: /^Headers only/ }));
    expect(screen.queryByRole('button', { name: /Propose it/ })).toBeNull();
    await shown.user.click(screen.getByRole('button', { name: 'See what would change' }));
    await shown.user.click(await screen.findByRole('button', { name: 'Propose it to a second admin' }));
    expect(sent(shown, 'try-visibility').map((each) => 'input' in each && each.input)).toEqual([
      presets['open-team'],
      presets['headers-only'],
    ]);
    expect(sent(shown, 'propose-visibility')).toEqual([
      { ask: 'propose-visibility', input: presets['headers-only'] },
    ]);
    expect(await screen.findByText(/proposed by you, waits for a second admin/)).toBeDefined();
    expect(screen.queryByRole('form', { name: 'Who sees what' })).toBeNull();
  });

  test('a change on its way is agreed to by another admin, or withdrawn; one in effect is taken back', async () => {
    const pending = v.pendingVisibility({ by: f.ana, mayAgree: true });
    const shown = await showCompany([], v.visibility({ pending, undoable: v.undoableVisibility }));
    await shown.user.click(screen.getByRole('button', { name: 'Take the change back' }));
    expect(await screen.findByText(/^Taken back/)).toBeDefined();
    expect(sent(shown, 'steer-visibility')).toEqual([
      { ask: 'steer-visibility', input: { changeId: v.undoableVisibility.changeId, how: 'undo' } },
    ]);
  });

  test.each([
    ['Agree to it', 'agree'],
    ['Withdraw it', 'withdraw'],
  ])('“%s” is sent as it was clicked', async (button, how) => {
    const pending = v.pendingVisibility({ by: f.ana, mayAgree: true });
    const shown = await showCompany([], v.visibility({ pending }));
    await shown.user.click(screen.getByRole('button', { name: button }));
    expect(sent(shown, 'steer-visibility')).toEqual([
      { ask: 'steer-visibility', input: { changeId: pending.changeId, how } },
    ]);
  });

  test('who proposed a change is not asked to agree to it', async () => {
    await showCompany([], v.visibility({ pending: v.pendingVisibility() }));
    expect(screen.queryByRole('button', { name: 'Agree to it' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Withdraw it' })).toBeDefined();
  });
});
