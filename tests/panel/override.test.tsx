import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { OverrideSetting } from '../../lib/contract/override.ts';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp, showPanel } from './show.tsx';

const sent = ({ background }: Shown, what: string) =>
  heardOf(background, 'question')
    .map(({ question }) => question)
    .filter(({ ask }) => ask === what);
const reason = 'Dana complained about how we wrote to her.';

describe('the company’s switch', () => {
  const showCompany = async (value: OverrideSetting): Promise<Shown> => {
    window.location.hash = '#company';
    const shown = await showApp(f.signedIn({ me: f.me({ role: value.canChange ? 'owner' : 'admin' }) }), {
      answers: {
        'override-setting': { value },
        'set-override-allowed': { value: { ...value, isAllowed: !value.isAllowed } },
      },
    });
    await screen.findByText(/^The override is/);
    return shown;
  };

  test('is turned on by the owner after a dialog that says what it means [P-03]', async () => {
    const shown = await showCompany({ isAllowed: false, canChange: true });
    await shown.user.click(screen.getByRole('button', { name: 'Turn the override on…' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Turn the override on?' }));
    expect(dialog.getByText(/Nobody can hide that, also not you/)).toBeDefined();
    expect(sent(shown, 'set-override-allowed')).toEqual([]);
    await shown.user.click(dialog.getByRole('button', { name: 'Turn it on' }));
    expect(sent(shown, 'set-override-allowed')).toEqual([
      { ask: 'set-override-allowed', input: { isAllowed: true } },
    ]);
    expect(await screen.findByText('The override is on.')).toBeDefined();
  });

  test('stays off when the owner thinks better of it', async () => {
    const shown = await showCompany({ isAllowed: false, canChange: true });
    await shown.user.click(screen.getByRole('button', { name: 'Turn the override on…' }));
    await shown.user.click(screen.getByRole('button', { name: 'Leave it off' }));
    expect(sent(shown, 'set-override-allowed')).toEqual([]);
  });

  test('is turned off at once', async () => {
    const shown = await showCompany({ isAllowed: true, canChange: true });
    await shown.user.click(screen.getByRole('button', { name: 'Turn the override off' }));
    expect(sent(shown, 'set-override-allowed')).toEqual([
      { ask: 'set-override-allowed', input: { isAllowed: false } },
    ]);
  });

  test('is shown to an admin, who can’t turn it', async () => {
    await showCompany({ isAllowed: true, canChange: false });
    expect(screen.getByText(/Only the owner of your company can change that/)).toBeDefined();
    expect(screen.queryByRole('button', { name: /override/ })).toBeNull();
  });
});

describe('in the panel', () => {
  const withHidden = (canOverride: boolean, answers: Answers = {}): Promise<Shown> =>
    showPanel(
      f.threadState(
        f.threadView({
          history: { threads: [], contacts: [], hiddenCount: 2, ...(canOverride ? { canOverride } : {}) },
        }),
      ),
      { answers },
    );
  const dialog = () => within(screen.getByRole('dialog', { name: 'Use the company’s override?' }));

  test('it is offered only where the company allows it to this person', async () => {
    await withHidden(false);
    expect(screen.queryByRole('button', { name: /override/ })).toBeNull();
  });

  test('it is used with a reason, and says until when it opens [P-03]', async () => {
    const shown = await withHidden(true, {
      'use-override': { value: { threadCount: 2, endsAt: f.overrides[0]?.endsAt } },
    });
    await shown.user.click(screen.getByRole('button', { name: 'Open by the override…' }));
    expect(dialog().getByText(/All 2 hidden conversations open to you for 24 hours/)).toBeDefined();
    await shown.user.type(dialog().getByRole('textbox'), reason);
    await shown.user.click(dialog().getByRole('button', { name: 'Open and tell them' }));
    expect(sent(shown, 'use-override')).toEqual([
      { ask: 'use-override', input: { candidateIds: [f.dana.candidateId], reason } },
    ]);
    expect(
      await screen.findByText(/^Opened 2 conversations to you until .* Whoever holds them was told/),
    ).toBeDefined();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('without a sentence nothing is asked, and the field says so', async () => {
    const shown = await withHidden(true);
    await shown.user.click(screen.getByRole('button', { name: 'Open by the override…' }));
    await shown.user.type(dialog().getByRole('textbox'), 'because');
    await shown.user.click(dialog().getByRole('button', { name: 'Open and tell them' }));
    expect(dialog().getByText('Give the reason in a whole sentence.')).toBeDefined();
    expect(document.activeElement).toBe(dialog().getByRole('textbox'));
    expect(sent(shown, 'use-override')).toEqual([]);
  });

  test('a refusal is told in the dialog, and what was typed stays', async () => {
    const shown = await withHidden(true, { 'use-override': { why: 'policy-forbids' } });
    await shown.user.click(screen.getByRole('button', { name: 'Open by the override…' }));
    await shown.user.type(dialog().getByRole('textbox'), reason);
    await shown.user.click(dialog().getByRole('button', { name: 'Open and tell them' }));
    expect((await dialog().findByRole('alert')).textContent).toMatch(/^Your company does not allow this/);
    expect(dialog().getByRole('textbox')).toHaveProperty('value', reason);
  });

  test('an owner sees a use that holds before anything is unfolded, and earlier ones in the list [N-07]', async () => {
    const { user } = await showPanel(
      f.threadState(f.threadView({ thread: f.privateThread({ overrides: [...f.overrides] }) })),
    );
    const uses = () =>
      screen
        .getAllByRole('list', { name: 'Uses of the company’s override' })
        .flatMap((list) => within(list).getAllByRole('listitem'))
        .map(({ textContent }) => textContent);
    const toms = expect.stringMatching(
      /^Tom Baker used the company’s override on \d+ \w+“Dana told us .*”This is open to them until .*\.$/,
    );
    expect(uses()).toEqual([toms]);
    await user.click(screen.getByRole('button', { name: /can read this/ }));
    expect(uses()).toEqual([
      toms,
      expect.stringMatching(/^Inés Duarte used .*“Audit of the hiring process.*”It opened this until .*\.$/),
      expect.stringMatching(/^Raj Patel used .*The override is off now, so it opens nothing\.$/),
    ]);
  });
});
