/* What a candidate's card says of their record, and what can be said of it there. */
import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import * as f from './fixtures.ts';
import { heardOf, type Shown, showPanel } from './show.tsx';

const show = (facts: Partial<CandidateCard>): Promise<Shown> => {
  const card = { ...f.dana, ...facts };
  return showPanel(f.threadState(f.threadView({ candidates: [card] })), {
    answers: { 'keep-candidate': { value: card }, 'vouch-address': { value: card } },
  });
};
const asked = ({ background }: Shown, what: string) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === what);
const card = () => within(screen.getByRole('region', { name: 'Candidate' }));
const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();

describe('how long they stay', () => {
  test('is a date on the card where the company gave their stage a time, and nothing else [P-08]', async () => {
    await show({ retires: { at: '2029-05-03T09:00:00.000Z', isInGrace: false, canKeep: true } });
    expect(card().getByText(/^Kept in Candor until 3 May 2029, by your company’s rule\.$/)).toBeDefined();
    expect(card().queryByRole('button', { name: /^Keep / })).toBeNull();
  });

  test('in the last week is told with the date, and one click keeps them [P-08]', async () => {
    const shown = await show({ retires: { at: inAWeek, isInGrace: true, canKeep: true } });
    expect(card().getByText(/^Dana Reyes is erased from Candor on /)).toBeDefined();
    expect(card().getByText(/The mail with them stays in your mailboxes\./)).toBeDefined();
    await shown.user.click(card().getByRole('button', { name: 'Keep Dana Reyes' }));
    expect(asked(shown, 'keep-candidate')).toEqual([
      { ask: 'keep-candidate', input: { candidateId: f.dana.candidateId } },
    ]);
  });

  test('is told, and not offered to change, to whom their mail is not open', async () => {
    await show({ retires: { at: inAWeek, isInGrace: true, canKeep: false } });
    expect(card().getByText(/is erased from Candor on /)).toBeDefined();
    expect(card().queryByRole('button', { name: /^Keep / })).toBeNull();
  });
});

describe('a legal hold', () => {
  test('stands on the card with its reason and who set it, and what it stops [N-22]', async () => {
    await show({ hold: f.hold });
    expect(card().getByText(/^Legal hold since /)).toBeDefined();
    expect(
      card().getByText(
        /^“Claim of 3 May, file 12\/26” \(Ana\)\. Mail with Dana Reyes can’t be erased, removed or deleted until an admin lifts it\.$/,
      ),
    ).toBeDefined();
  });

  test('an export or an erasure is one menu away, in the app page', async () => {
    const shown = await show({});
    await shown.user.click(card().getByRole('button', { name: 'More for Dana Reyes' }));
    await shown.user.click(
      screen.getByRole('menuitem', { name: 'All that is held about them…', hidden: true }),
    );
    expect(asked(shown, 'open-app')).toEqual([{ ask: 'open-app', section: 'candidates' }]);
  });
});

describe('an address', () => {
  const [address = ''] = f.dana.addresses;

  test('that somebody vouched for says who and when [LI-20]', async () => {
    await show({
      vouched: [
        {
          address,
          verified: { by: f.ana, at: '2026-05-03T09:00:00.000Z' },
          consent: { by: f.you, at: '2025-06-04T09:00:00.000Z' },
        },
      ],
    });
    expect(
      card().getByText(/: verified \(Ana, .*\) and agreed to be found by it \(you, .*\)$/),
    ).toBeDefined();
  });

  test('is vouched for by a person’s own ticks, of which nothing is sent that did not change [LI-20]', async () => {
    const shown = await show({});
    await shown.user.click(card().getByRole('button', { name: 'More for Dana Reyes' }));
    await shown.user.click(screen.getByRole('menuitem', { name: 'Verify addresses…', hidden: true }));
    const form = within(screen.getByRole('form', { name: 'Addresses of Dana Reyes' }));
    const group = within(form.getByRole('group', { name: address }));
    const [own, agreed] = group.getAllByRole('checkbox');
    if (own === undefined || agreed === undefined) throw new Error('Two ticks are missing.');
    expect(document.activeElement).toBe(own);
    await shown.user.click(own);
    await shown.user.click(agreed);
    await shown.user.click(form.getByRole('button', { name: 'Save' }));
    expect(asked(shown, 'vouch-address')).toEqual([
      {
        ask: 'vouch-address',
        input: { candidateId: f.dana.candidateId, address, isVerified: true, hasConsent: true },
      },
    ]);
  });
});
