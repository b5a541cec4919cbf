/* Colleagues on the People page, and the dialog that ends one's access. */
import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { LeavingPreview } from '../../lib/contract/leaving.ts';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp } from './show.tsx';

const show = async (answers: Answers = {}): Promise<Shown> => {
  window.location.hash = '#people';
  const shown = await showApp(f.signedIn({ me: f.me({ role: 'owner' }) }), {
    answers: {
      'list-colleagues': { value: f.listedColleagues },
      'preview-leaving': { value: f.leaving },
      'end-access': {
        value: f.listedColleagues.map((row) => ({ ...row, isActive: row.name !== f.tom.name })),
      },
      'let-back-in': { value: f.listedColleagues.map((row) => ({ ...row, isActive: true })) },
      ...answers,
    },
  });
  await screen.findByRole('button', { name: 'End access… Tom Baker' });
  return shown;
};
const asked = ({ background }: Shown, what: string) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === what);
const open = async (shown: Shown) => {
  await shown.user.click(screen.getByRole('button', { name: 'End access… Tom Baker' }));
  const dialog = within(screen.getByRole('dialog', { name: 'End Tom Baker’s access?' }));
  await dialog.findByRole('radio', { name: /^Leave it as it is/ });
  return dialog;
};

test('colleagues are listed with their role; nobody is offered to end their own access', async () => {
  await show();
  const items = within(screen.getByRole('region', { name: 'Colleagues' }))
    .getAllByRole('listitem')
    .map((item) => item.querySelector('.grow')?.textContent);
  expect(items).toEqual([
    'Ana Lindqvistana@hooli.example · Admin',
    'Mira Okafor (you)mira@hooli.example · Owner',
    'Tom Bakertom@hooli.example · Hiring manager',
    'Raj Patelraj@hooli.example · Access ended',
  ]);
  expect(screen.queryByRole('button', { name: /Mira Okafor/ })).toBeNull();
});

describe('ending an access', () => {
  test('says by counts what each way does with their mail, and who would gain sight [N-22] [P-09]', async () => {
    const shown = await show();
    const dialog = await open(shown);
    for (const words of [
      /2 mailboxes of theirs are turned off, and Candor forgets the way in\. Nothing in them changes\./,
      'Whoever can read their 41 conversations now still can. 3 conversations are private and stay closed.',
      'The colleague you choose will be able to read 38 conversations, and nobody else gains sight. 3 conversations are private and are passed on to nobody.',
      'The team no longer reads 33 conversations that only Tom Baker holds; people who were on them do. 8 conversations that colleagues’ mailboxes hold too stay as they are.',
      '112 messages go from the candidates’ records for good, for the whole team. 20 messages that colleagues’ mailboxes hold too stay. 4 messages stay under a legal hold. This cannot be undone.',
    ])
      expect(dialog.getByText(words)).toBeDefined();
    await shown.user.click(dialog.getByRole('button', { name: 'End access' }));
    expect(asked(shown, 'end-access')).toEqual([
      { ask: 'end-access', input: { personId: f.tom.personId, mail: 'keep' } },
    ]);
    await screen.findByText('Tom Baker’s access is ended.');
    expect(screen.getByRole('button', { name: 'Let back in Tom Baker' })).toBeDefined();
  });

  test('lists with whom the conversations are', async () => {
    await open(await show());
    expect(await screen.findByText('With 2 candidates')).toBeDefined();
    expect(screen.getByText('Dana Reyes: 29 conversations')).toBeDefined();
  });

  test('passes mail on only to somebody who is named, and the button says so [N-22]', async () => {
    const shown = await show();
    const dialog = await open(shown);
    await shown.user.click(dialog.getByRole('radio', { name: /^Pass it on/ }));
    await shown.user.click(dialog.getByRole('button', { name: 'End access, and pass mail on' }));
    const heirs = dialog.getByRole('combobox', { name: 'Who will be able to read it' });
    expect(document.activeElement).toBe(heirs);
    expect(asked(shown, 'end-access')).toEqual([]);
    expect([...heirs.querySelectorAll('option')].map(({ textContent }) => textContent)).toEqual([
      'Choose a colleague',
      'Ana Lindqvist',
      'Mira Okafor (you)',
    ]);
    await shown.user.selectOptions(heirs, 'Ana Lindqvist');
    await shown.user.click(
      dialog.getByRole('button', { name: 'End access, and let Ana Lindqvist read 38 conversations' }),
    );
    expect(asked(shown, 'end-access')).toEqual([
      {
        ask: 'end-access',
        input: { personId: f.tom.personId, mail: 'pass-on', heirId: f.ana.personId },
      },
    ]);
  });

  test.each([
    ['Hide it from the team', 'hide', 'End access, and hide 33 conversations'],
    ['Erase it', 'erase', 'End access, and erase 112 messages'],
  ] as const)('by “%s” says so on its button [N-22]', async (way, mail, button) => {
    const shown = await show();
    const dialog = await open(shown);
    await shown.user.click(dialog.getByRole('radio', { name: new RegExp(`^${way}`) }));
    await shown.user.click(dialog.getByRole('button', { name: button }));
    expect(asked(shown, 'end-access')).toEqual([
      { ask: 'end-access', input: { personId: f.tom.personId, mail } },
    ]);
  });

  test('of whose mailboxes brought nothing asks nothing about mail', async () => {
    const nothing: LeavingPreview = { ...f.leaving, mailboxes: 0, conversations: 0 };
    const shown = await show({ 'preview-leaving': { value: nothing } });
    await shown.user.click(screen.getByRole('button', { name: 'End access… Tom Baker' }));
    await screen.findByText('Their mailboxes brought nothing.');
    expect(screen.queryByRole('radio')).toBeNull();
  });

  test('without a count ends nothing', async () => {
    const shown = await show({ 'preview-leaving': { why: 'offline' } });
    await shown.user.click(screen.getByRole('button', { name: 'End access… Tom Baker' }));
    await screen.findByText(/Without a count nothing is ended\./);
    await shown.user.click(screen.getByRole('button', { name: 'End access' }));
    expect(asked(shown, 'end-access')).toEqual([]);
  });

  test('is taken back by one click', async () => {
    const shown = await show();
    await shown.user.click(screen.getByRole('button', { name: 'Let back in Raj Patel' }));
    expect(asked(shown, 'let-back-in')).toEqual([
      { ask: 'let-back-in', input: { personId: f.raj.personId } },
    ]);
    await screen.findByText('Raj Patel can sign in again. Their mailboxes stay off until they connect them.');
  });
});
