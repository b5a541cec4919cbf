/* Why a thread is not here: each reason the rule can give stands in the panel, in the rule's own words. */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { explainDrop, explainHold } from '../../lib/domain/explain-keeping.ts';
import type { DropReason, HoldReason } from '../../lib/domain/interest.ts';
import { knownCandidates } from '../../lib/domain/matching.ts';
import { anAddress } from '../build/a-message.ts';
import * as f from './fixtures.ts';
import { showPanel } from './show.tsx';

const dropped: Readonly<Record<DropReason['rule'], DropReason>> = {
  draft: { rule: 'draft' },
  spam: { rule: 'spam' },
  trash: { rule: 'trash' },
  'own-domains-only': { rule: 'own-domains-only' },
  blocked: { rule: 'blocked', entry: '@law.example' },
  removed: { rule: 'removed' },
  'left-out': { rule: 'left-out' },
  retired: { rule: 'retired' },
  erased: { rule: 'erased' },
  'person-erased': { rule: 'person-erased' },
  'outside-window': { rule: 'outside-window', windowFrom: Date.UTC(2026, 4, 3) },
  automatic: { rule: 'automatic', kind: 'bulk' },
  'no-participants': { rule: 'no-participants' },
  'no-rule': { rule: 'no-rule' },
};
const held: Readonly<Record<HoldReason['rule'], HoldReason>> = {
  'colleague-is-candidate': { rule: 'colleague-is-candidate', address: anAddress('tom@hooli.example') },
  'shared-address': { rule: 'shared-address', address: anAddress('jobs@hooli.example') },
};

test('a thread that is not kept says why, for every reason there is, and what would change it [LI-22]', async () => {
  const reasons = [
    ...Object.values(dropped).map((reason) =>
      explainDrop(reason, { labelName: 'Candidates', matching: knownCandidates }),
    ),
    ...Object.values(held).map(explainHold),
  ];
  const thread = { state: 'not-kept', isLabelled: false, notKeptBecause: reasons } as const;
  const { user } = await showPanel(f.threadState(f.threadView({ thread })));
  const line = screen.getByText(/^Not kept in Candor/);
  await user.click(line);
  const shown = within(line.closest('details') ?? document.body).getAllByRole('listitem');
  expect(shown.map(({ textContent }) => textContent)).toEqual(reasons);
  expect(new Set(reasons).size).toBe(reasons.length);
});
