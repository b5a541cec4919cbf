import { screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp } from './show.tsx';

const showAudit = (answers: Answers = {}, role: 'admin' | 'recruiter' = 'admin'): Promise<Shown> => {
  window.location.hash = '#audit';
  return showApp(f.signedIn({ me: f.me({ role }) }), {
    answers: { 'read-audit': { value: f.auditPage() }, ...answers },
  });
};
const sent = ({ background }: Shown, what: string) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === what);

test('an admin reads the audit in whole sentences, newest first [LV-06]', async () => {
  await showAudit();
  const [, ...rows] = within(await screen.findByRole('table')).getAllByRole('row');
  expect(rows.map((row) => within(row).getAllByRole('cell')[1]?.textContent)).toEqual(
    f.auditPage().entries.map(({ said }) => said),
  );
});

test('whoever is no admin finds no audit', async () => {
  await showAudit({}, 'recruiter');
  expect(screen.queryByRole('link', { name: 'Audit' })).toBeNull();
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('My mailboxes');
});

test('rows are shown by what they are about, and older ones on demand', async () => {
  const older = f.auditPage().entries.map((entry) => ({ ...entry, seq: entry.seq - 1_000 }));
  const pages = [f.auditPage(), f.auditPage(), { entries: older }];
  const shown = await showAudit({
    'read-audit': {
      get value() {
        return pages.shift();
      },
    },
  });
  await screen.findByRole('table');
  await shown.user.selectOptions(screen.getByRole('combobox', { name: 'Show' }), 'The override');
  await screen.findByRole('table');
  await shown.user.click(screen.getByRole('button', { name: 'Show older rows' }));
  expect(await screen.findByText('5 older rows shown.')).toBeDefined();
  expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(1 + 5 + 5);
  expect(screen.queryByRole('button', { name: 'Show older rows' })).toBeNull();
  expect(sent(shown, 'read-audit')).toEqual([
    { ask: 'read-audit', input: {} },
    { ask: 'read-audit', input: { group: 'override' } },
    { ask: 'read-audit', input: { group: 'override', beforeSeq: 1200 } },
  ]);
});

test('an admin has the chain checked: the head to keep, or the first link that is broken [N-07]', async () => {
  const whole = await showAudit({ 'check-audit': { value: { rowCount: 12, head: 'abc123' } } });
  await whole.user.click(screen.getByRole('button', { name: 'Check that it is whole' }));
  expect((await screen.findByText('abc123')).closest('[role=status]')?.textContent).toMatch(
    /^All 12 rows hold/,
  );
});

test('a broken chain is said out loud, with the link', async () => {
  const broken = 'Row 3 was changed after it was written: its hash is not that of what it says.';
  const { user } = await showAudit({ 'check-audit': { value: { rowCount: 2, head: 'abc123', broken } } });
  await user.click(screen.getByRole('button', { name: 'Check that it is whole' }));
  expect((await screen.findByText(/Row 3 was changed/)).closest('[role=status]')?.textContent).toMatch(
    /^The audit was tampered with/,
  );
});

test('the whole audit is downloaded portion by portion, up to where it stood', async () => {
  const saved = vi.spyOn(URL, 'createObjectURL');
  // happy-dom would go to the file instead of keeping it.
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
  const portions = [
    { lines: '{"seq":1}\n', lastSeq: 1, upToSeq: 2 },
    { lines: '{"seq":2}\n', lastSeq: 2, upToSeq: 2 },
  ];
  const shown = await showAudit({
    'export-audit': {
      get value() {
        return portions.shift();
      },
    },
  });
  await shown.user.click(screen.getByRole('button', { name: 'Download it' }));
  expect(await screen.findByText(/^2 rows downloaded/)).toBeDefined();
  expect(sent(shown, 'export-audit')).toEqual([
    { ask: 'export-audit', input: { afterSeq: 0 } },
    { ask: 'export-audit', input: { afterSeq: 1, upToSeq: 2 } },
  ]);
  const [blob] = saved.mock.calls[0] ?? [];
  expect(blob instanceof Blob ? await blob.text() : undefined).toBe('{"seq":1}\n{"seq":2}\n');
  for (const spy of [saved, clicked]) spy.mockRestore();
});
