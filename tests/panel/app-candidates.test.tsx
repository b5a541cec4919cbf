/* The Candidates section: who is found, what an admin does with all that is held about one, and the proof that it was done. */
import { screen, within } from '@testing-library/react';
import { describe, expect, test, vi } from 'vitest';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import type { Role } from '../../lib/contract/person.ts';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp } from './show.tsx';

const held: CandidateCard = { ...f.dana, hold: f.hold };
const show = async (
  facts: { readonly role?: Role; readonly card?: CandidateCard; readonly answers?: Answers } = {},
): Promise<Shown> => {
  window.location.hash = '#candidates';
  const card = facts.card ?? f.dana;
  const shown = await showApp(f.signedIn({ me: f.me({ role: facts.role ?? 'admin' }) }), {
    answers: {
      'search-candidates': { value: [card] },
      'preview-erasure': { value: f.erasureCounts },
      'erase-candidate': { value: f.erasure },
      erasures: { value: [] },
      'erasure-certificate': {
        value: [
          { name: 'erasure.html', mediaType: 'text/html', text: '<p>Certificate</p>' },
          { name: 'erasure.json', mediaType: 'application/json', text: '{}' },
        ],
      },
      'set-hold': { value: held },
      'lift-hold': { value: f.dana },
      'export-candidate': { value: { name: 'all.html', mediaType: 'text/html', text: '<p>All</p>' } },
      ...facts.answers,
    },
  });
  await shown.user.type(screen.getByRole('searchbox', { name: 'Name or address' }), 'dana');
  await screen.findByText(card.name);
  return shown;
};
const asked = ({ background }: Shown, what: string) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === what);
const choose = async ({ user }: Shown, name: string) => {
  await user.click(screen.getByRole('button', { name: 'More for Dana Reyes' }));
  await user.click(screen.getByRole('menuitem', { name, hidden: true }));
};

describe('erasing', () => {
  test('says in numbers what goes and what stays, and how they could come again, before the click [LI-26] [N-19]', async () => {
    const shown = await show();
    await choose(shown, 'Erase…');
    const dialog = within(screen.getByRole('dialog', { name: 'Erase Dana Reyes from Candor?' }));
    await dialog.findByText('14 messages in 3 conversations filed on nobody else, with 2 attachments.');
    for (const line of [
      '1 draft to them.',
      'Their record, with 2 addresses and 1 job.',
      'The mail in your colleagues’ own mailboxes: Candor deletes nothing there.',
      '1 conversation that is filed on somebody else too.',
      'In the audit, that it was done: ids, times and counts.',
    ])
      expect(dialog.getByText(line)).toBeDefined();
    expect(dialog.getByText(/somebody creates them as a candidate by hand/)).toBeDefined();
    expect(dialog.getByText(/^Whole back-ups of the database from before today still hold it/)).toBeDefined();
    expect(asked(shown, 'erase-candidate')).toEqual([]);
    await shown.user.selectOptions(
      dialog.getByRole('combobox', { name: 'Who asked for it' }),
      'Somebody on the candidate’s behalf',
    );
    await shown.user.click(dialog.getByRole('button', { name: 'Erase Dana Reyes and 14 messages' }));
    expect(asked(shown, 'erase-candidate')).toEqual([
      {
        ask: 'erase-candidate',
        input: { candidateId: f.dana.candidateId, askedBy: 'representative' },
      },
    ]);
  });

  test('gives the certificate to save, as a page and as JSON [N-19]', async () => {
    const saved: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push(this.download);
    });
    const shown = await show();
    await choose(shown, 'Erase…');
    await shown.user.click(await screen.findByRole('button', { name: 'Erase Dana Reyes and 14 messages' }));
    const notice = (await screen.findByText('Dana Reyes is erased.')).closest<HTMLElement>('.notice');
    const within_ = within(notice ?? document.body);
    await shown.user.click(within_.getByRole('button', { name: 'Certificate' }));
    await shown.user.click(within_.getByRole('button', { name: 'Certificate as JSON' }));
    await expect.poll(() => saved).toEqual(['erasure.html', 'erasure.json']);
    click.mockRestore();
  });

  test('without a count erases nothing', async () => {
    const shown = await show({ answers: { 'preview-erasure': { why: 'offline' } } });
    await choose(shown, 'Erase…');
    await screen.findByText(/Without a count nothing is erased\./);
    await shown.user.click(screen.getByRole('button', { name: 'Erase Dana Reyes' }));
    expect(asked(shown, 'erase-candidate')).toEqual([]);
  });

  test('that is refused says why, and the dialog stays', async () => {
    const shown = await show({ answers: { 'erase-candidate': { why: 'legal-hold' } } });
    await choose(shown, 'Erase…');
    await shown.user.click(await screen.findByRole('button', { name: 'Erase Dana Reyes and 14 messages' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(
      /^A candidate on this is under a legal hold\./,
    );
    expect(screen.getByRole('dialog', { name: 'Erase Dana Reyes from Candor?' })).toBeDefined();
  });

  test('is offered to admins alone', async () => {
    await show({ role: 'recruiter' });
    expect(screen.queryByRole('menuitem', { name: 'Erase…', hidden: true })).toBeNull();
    expect(screen.queryByRole('region', { name: 'Erased candidates' })).toBeNull();
  });
});

describe('all that is held', () => {
  test('is saved by whoever works with the candidate, to read or as JSON [LI-26]', async () => {
    const saved: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push(this.download);
    });
    const shown = await show({ role: 'interviewer' });
    await choose(shown, 'Save all that is held');
    await screen.findByText('Saved. The file says what is not in it.');
    await choose(shown, 'Save it as JSON');
    expect(asked(shown, 'export-candidate')).toEqual(
      ['page', 'data'].map((form) => ({
        ask: 'export-candidate',
        input: { candidateId: f.dana.candidateId, form },
      })),
    );
    await expect.poll(() => saved).toEqual(['all.html', 'all.html']);
    click.mockRestore();
  });

  test('that could not be gathered says why', async () => {
    const shown = await show({ answers: { 'export-candidate': { why: 'server-unreachable' } } });
    await choose(shown, 'Save all that is held');
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Your Candor server does not answer\./);
  });
});

describe('what was erased', () => {
  test('is listed by counts, days and who asked, and found by an address [N-19]', async () => {
    const shown = await show({ answers: { erasures: { value: [f.erasure, f.retirement] } } });
    const region = within(screen.getByRole('region', { name: 'Erased candidates' }));
    const lines = (await region.findAllByRole('listitem')).map(
      (item) => item.querySelector('p')?.textContent,
    );
    expect(lines).toEqual([
      expect.stringMatching(/^14 messages erased on .* by Ana\. The candidate asked for it\.$/),
      expect.stringMatching(
        /^A record without messages erased on .*: the company’s time for the candidate was over\.$/,
      ),
    ]);
    await shown.user.type(
      region.getByRole('textbox', { name: 'Was somebody with this address erased?' }),
      'gone@mail.example{Enter}',
    );
    expect(asked(shown, 'erasures').at(-1)).toEqual({
      ask: 'erasures',
      input: { address: 'gone@mail.example' },
    });
  });

  test('is nothing, where nobody with the address was erased', async () => {
    const shown = await show();
    const region = within(screen.getByRole('region', { name: 'Erased candidates' }));
    await region.findByText('Nobody was erased yet.');
    await shown.user.type(region.getByRole('textbox'), 'gone@mail.example{Enter}');
    await region.findByText('Nobody with gone@mail.example was erased.');
  });
});

describe('a legal hold', () => {
  test('is set with a reason, never without [N-22]', async () => {
    const shown = await show();
    await choose(shown, 'Set a legal hold…');
    const dialog = within(screen.getByRole('dialog', { name: 'Legal hold on Dana Reyes' }));
    await shown.user.click(dialog.getByRole('button', { name: 'Set the hold' }));
    const reason = dialog.getByRole('textbox', { name: 'Reason' });
    expect(document.activeElement).toBe(reason);
    expect(asked(shown, 'set-hold')).toEqual([]);
    await shown.user.type(reason, 'Claim of 3 May');
    await shown.user.click(dialog.getByRole('button', { name: 'Set the hold' }));
    expect(asked(shown, 'set-hold')).toEqual([
      { ask: 'set-hold', input: { candidateId: f.dana.candidateId, reason: 'Claim of 3 May' } },
    ]);
  });

  test('stands with who set it and why; while it does nothing is erased, and it can be lifted [N-22]', async () => {
    const shown = await show({ card: held });
    expect(
      screen.getByText(
        /^Legal hold since .*, set by Ana: “Claim of 3 May, file 12\/26”\. Mail with them can’t be erased, removed or deleted\.$/,
      ),
    ).toBeDefined();
    await choose(shown, 'Erase…');
    expect(screen.queryByRole('dialog')).toBeNull();
    await choose(shown, 'Lift the legal hold…');
    await shown.user.click(screen.getByRole('button', { name: 'Lift the hold' }));
    expect(asked(shown, 'lift-hold')).toEqual([
      { ask: 'lift-hold', input: { candidateId: f.dana.candidateId } },
    ]);
  });
});
