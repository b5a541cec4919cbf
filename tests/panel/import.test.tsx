import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { ImportRow } from '../../lib/contract/import.ts';
import * as f from './fixtures.ts';
import { heardOf, type Shown, showApp, showPanel } from './show.tsx';

const questions = ({ background }: Shown) => heardOf(background, 'question').map(({ question }) => question);
const withImport = (facts: Partial<ImportRow> = {}) =>
  f.signedIn({
    mailboxes: [f.mailboxRow({ imports: f.mailboxImports({ latest: f.importRow(facts) }) })],
  });
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const { mailboxId } = f.mailboxRow();
const { importId } = f.importRow();

describe('importing old mail', () => {
  test('is off until the person asks, and each choice says what follows from it [JS-19] [KL-21]', async () => {
    const shown = await showApp(f.signedIn());
    expect(screen.getByText(/Only mail from the day you connected this mailbox is kept/)).toBeDefined();
    await shown.user.click(button(/^Import old mail/));
    const choices = within(screen.getByRole('dialog')).getAllByRole('radio');
    expect(choices).toHaveLength(6);
    for (const choice of choices)
      expect(document.getElementById(choice.getAttribute('aria-describedby') ?? '')?.textContent).toMatch(
        /\.$/,
      );
    expect(screen.getByRole('radio', { name: 'No old mail' })).toHaveProperty('checked', true);
  });

  test('offers no more than the company allows [1c-6] [P-06]', async () => {
    const shown = await showApp(
      f.signedIn({
        mailboxes: [f.mailboxRow({ imports: f.mailboxImports({ companyMaximum: '3-months' }) })],
      }),
    );
    await shown.user.click(button(/^Import old mail/));
    expect(screen.getAllByRole('radio')).toHaveLength(3);
    expect(screen.getByText('Your company allows no more than this.')).toBeDefined();
  });

  test('begins with a count [KL-22]', async () => {
    const shown = await showApp(f.signedIn(), { answers: { 'choose-import': { value: null } } });
    await shown.user.click(button(/^Import old mail/));
    await shown.user.click(screen.getByRole('radio', { name: 'The last 3 months' }));
    await shown.user.click(button('Count what is there'));
    expect(questions(shown)).toEqual([{ ask: 'choose-import', input: { mailboxId, window: '3-months' } }]);
  });

  test('tells count, size and time before, and goes on only by the person’s word [KL-22]', async () => {
    const shown = await showApp(withImport({ state: 'estimated' }), {
      answers: { 'steer-import': { value: null } },
    });
    await shown.user.click(button(/^Import old mail/));
    expect(
      screen.getByText(
        '412 messages in 98 conversations, about 20 MB. Bringing them in takes about 6 minutes.',
      ),
    ).toBeDefined();
    await shown.user.click(button('Import'));
    expect(questions(shown)).toEqual([{ ask: 'steer-import', input: { importId, how: 'start' } }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('shows how far, how fast and how long still, and can be paused', async () => {
    const shown = await showApp(withImport());
    expect(
      screen.getByText(
        'The last 6 months: importing 41 % · 41 of 98 conversations · 80 messages a minute · about 4 minutes left',
      ),
    ).toBeDefined();
    expect(screen.getByRole('progressbar')).toHaveProperty('value', 41);
    await shown.user.click(button(/^Pause/));
    expect(questions(shown)).toEqual([{ ask: 'steer-import', input: { importId, how: 'pause' } }]);
  });

  test('is taken back only after saying what goes', async () => {
    const shown = await showApp(withImport());
    await shown.user.click(button(/^Cancel/));
    expect(screen.getByText(/The 160 messages this import brought leave Candor/)).toBeDefined();
    expect(questions(shown)).toEqual([]);
    await shown.user.click(button('Take it back'));
    expect(questions(shown)).toEqual([{ ask: 'steer-import', input: { importId, how: 'cancel' } }]);
  });

  test.each<[Partial<ImportRow>, string]>([
    [{ state: 'estimating' }, 'The last 6 months: counting what is there…'],
    [
      { state: 'done', percent: 100, leftCounts: { 'own-domains-only': 2, unreadable: 1 } },
      'The last 6 months: 160 messages in 38 conversations came in. 2 are not kept because only colleagues are on them. 1 is not kept because it could not be read.',
    ],
    [{ state: 'done', keptMessages: 0 }, 'The last 6 months: Nothing new came in.'],
    [
      { state: 'failed', failedFor: 'provider-refused' },
      'The last 6 months: stopped at 41 %. The mail provider did not answer as it should. What came in so far stays.',
    ],
    [{ state: 'cancelling' }, 'The last 6 months: taking back what it brought…'],
  ])('%j says so in words', async (facts, words) => {
    await showApp(withImport(facts));
    expect(screen.getByText(words)).toBeDefined();
  });
});

test('searches for candidates with a new address are told, and one that stopped can go on', async () => {
  const searches = [f.searchRow({ state: 'running' }), f.searchRow({ state: 'failed', failedFor: 'bug' })];
  const shown = await showApp(
    f.signedIn({ mailboxes: [f.mailboxRow({ imports: f.mailboxImports({ searches }) })] }),
    { answers: { 'steer-import': { value: null } } },
  );
  expect(screen.getByText('Looking for old mail with 1 candidate.')).toBeDefined();
  await shown.user.click(button('Look again'));
  expect(questions(shown)).toEqual([{ ask: 'steer-import', input: { importId, how: 'resume' } }]);
});

describe('for one candidate', () => {
  test('“Sync e-mails” stands in their menu and beside the history [LF-09] [LF-10]', async () => {
    const shown = await showPanel(f.threadState(), {
      answers: { 'sync-candidate': { value: f.searchRow() } },
    });
    await shown.user.click(screen.getByRole('menuitem', { name: 'Sync e-mails', hidden: true }));
    await shown.user.click(button('Sync e-mails with Dana Reyes'));
    const input = { mailboxId, candidateId: f.dana.candidateId };
    expect(questions(shown)).toEqual([
      { ask: 'sync-candidate', input },
      { ask: 'sync-candidate', input },
    ]);
  });

  test('the result is told in words, with a way back', async () => {
    const done = f.searchRow({
      state: 'done',
      keptMessages: 12,
      keptThreads: 3,
      leftCounts: { 'own-domains-only': 2 },
    });
    const shown = await showPanel(f.threadState(f.threadView({ imports: [done] })));
    expect(
      screen.getByText(
        '12 messages in 3 conversations came in. 2 are not kept because only colleagues are on them.',
      ),
    ).toBeDefined();
    await shown.user.click(button('Take these back'));
    expect(questions(shown)).toEqual([{ ask: 'steer-import', input: { importId, how: 'cancel' } }]);
  });

  test('when nothing is found the advice is to check the address, which can be added to at once [JS-29] [JS-28]', async () => {
    const nothing = f.searchRow({ state: 'done', foundMessages: 0, keptMessages: 0 });
    const shown = await showPanel(f.threadState(f.threadView({ imports: [nothing] })), {
      answers: { 'add-address': { value: f.dana } },
    });
    expect(screen.getByText(/If some is missing, check the candidate’s address/)).toBeDefined();
    await shown.user.click(screen.getByRole('menuitem', { name: 'Add address…', hidden: true }));
    const field = screen.getByRole('textbox', { name: 'Another address of Dana Reyes' });
    await shown.user.type(field, 'no address{Enter}');
    expect(screen.getByText('This is no e-mail address.')).toBeDefined();
    await shown.user.clear(field);
    await shown.user.type(field, 'dana@work.example{Enter}');
    expect(questions(shown)).toEqual([
      { ask: 'add-address', input: { candidateId: f.dana.candidateId, address: 'dana@work.example' } },
    ]);
    expect(screen.queryByRole('textbox', { name: 'Another address of Dana Reyes' })).toBeNull();
  });

  test('an address on the thread that nobody knows is suggested [JS-28]', async () => {
    const { participants } = f.threadView();
    const stranger = { address: 'dana@work.example', name: 'Dana', isSender: false };
    const shown = await showPanel(f.threadState(f.threadView({ participants: [...participants, stranger] })));
    await shown.user.click(screen.getByRole('menuitem', { name: 'Add address…', hidden: true }));
    expect(screen.getByRole('textbox', { name: 'Another address of Dana Reyes' })).toHaveProperty(
      'value',
      stranger.address,
    );
  });

  test('while one is under way there is no second', async () => {
    const shown = await showPanel(f.threadState(f.threadView({ imports: [f.searchRow()] })));
    expect(screen.getByText('Bringing mail with them in: 41 %')).toBeDefined();
    await shown.user.click(button('Sync e-mails with Dana Reyes'));
    expect(questions(shown)).toEqual([]);
  });

  test('an import of old mail is told in the foot', async () => {
    await showPanel(f.threadState(f.threadView({ imports: [f.importRow()] })));
    expect(screen.getByText(/In sync · just now · importing 41 %/)).toBeDefined();
  });
});
