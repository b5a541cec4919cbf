import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import { actsHeard, heardOf, showPanel } from './show.tsx';

const form = () => within(screen.getByRole('form', { name: 'Log this thread on' }));

describe('filing a thread nobody is found for', () => {
  test('a candidate is created from the participant, name and address filled in', async () => {
    const { background, user } = await showPanel(f.threadState(f.nobodyFound()));
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    const name = form().getByRole('textbox', { name: 'Name' });
    expect(document.activeElement).toBe(name);
    expect(form().getByRole('textbox', { name: 'Address on this thread' })).toHaveProperty(
      'value',
      'noor.haddad@mail.example',
    );
    await user.clear(name);
    await user.type(name, 'Noor H. Haddad');
    await user.click(form().getByRole('button', { name: 'Create Noor H. Haddad and log' }));
    expect(actsHeard(background)).toEqual([
      { kind: 'log', fileOn: [{ create: { name: 'Noor H. Haddad', address: 'noor.haddad@mail.example' } }] },
    ]);
  });

  test('where the company lets nobody create one from mail it is not offered, and the reason is told [P-16]', async () => {
    const { user } = await showPanel(f.threadState(f.nobodyFound({ mayCreateCandidates: false })));
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    expect(form().queryByRole('radio', { name: 'Create a candidate' })).toBeNull();
    expect(form().getByRole('combobox', { name: 'Name or address' })).toBeDefined();
    expect(form().getByText(/^Your company lets nobody create a candidate from mail\./)).toBeDefined();
  });

  test('of several participants one is chosen, and a missing name is made from the address', async () => {
    const { background, user } = await showPanel(
      f.threadState(
        f.nobodyFound({
          participants: [
            { address: 'agency@search.example', name: 'Agency', isSender: true },
            { address: 'lee.vang@mail.example', isSender: false },
          ],
        }),
      ),
    );
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    await user.selectOptions(
      form().getByRole('combobox', { name: 'Address on this thread' }),
      'lee.vang@mail.example',
    );
    await user.click(form().getByRole('button', { name: 'Create Lee Vang and log' }));
    expect(actsHeard(background)).toEqual([
      { kind: 'log', fileOn: [{ create: { name: 'Lee Vang', address: 'lee.vang@mail.example' } }] },
    ]);
  });

  test('without a name nothing is filed, and the form says what is missing', async () => {
    const { background, user } = await showPanel(f.threadState(f.nobodyFound()));
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    await user.clear(form().getByRole('textbox', { name: 'Name' }));
    await user.click(form().getByRole('button', { name: 'Create the candidate and log' }));
    expect(form().getByRole('alert').textContent).toBe('Give the candidate a name.');
    expect(actsHeard(background)).toEqual([]);
  });

  test('somebody on record is found while typing and picked by the keyboard alone', async () => {
    const { background, user } = await showPanel(f.threadState(f.nobodyFound()), {
      answers: { 'search-candidates': { value: [f.dana, f.kofi] } },
    });
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    await user.click(form().getByRole('radio', { name: 'Pick a candidate' }));
    await user.type(form().getByRole('combobox', { name: 'Name or address' }), 'a');
    const options = await form().findAllByRole('option');
    expect(options).toHaveLength(2);
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(form().getByRole('combobox').getAttribute('aria-activedescendant')).toBe(options[1]?.id);
    await user.keyboard('{Enter}');
    await user.click(form().getByRole('button', { name: 'Log on Kofi Mensah' }));
    expect(actsHeard(background)).toEqual([{ kind: 'log', fileOn: [{ candidateId: f.kofi.candidateId }] }]);
    expect(heardOf(background, 'question').map(({ question }) => question)).toEqual([
      { ask: 'search-candidates', input: { text: 'a' } },
    ]);
  });

  test('a search that finds nobody, or cannot be made, says so', async () => {
    const { user } = await showPanel(f.threadState(f.nobodyFound()), {
      answers: { 'search-candidates': { why: 'offline' } },
    });
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    await user.click(form().getByRole('radio', { name: 'Pick a candidate' }));
    await user.type(form().getByRole('combobox'), 'a');
    expect(await form().findByText('You are offline. Try again when you are back online.')).toBeDefined();
  });

  test('labelling asks whom first, too', async () => {
    const { background, user } = await showPanel(f.threadState(f.nobodyFound()));
    await user.click(screen.getByRole('button', { name: 'Label as candidate' }));
    await user.click(screen.getByRole('button', { name: 'Create Noor Haddad and label' }));
    expect(actsHeard(background)).toEqual([
      {
        kind: 'label',
        on: true,
        fileOn: [{ create: { name: 'Noor Haddad', address: 'noor.haddad@mail.example' } }],
      },
    ]);
  });

  test('Escape closes the form and gives focus back to the button', async () => {
    const { user } = await showPanel(f.threadState(f.nobodyFound()));
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('form')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Log to ATS' }));
  });
});

describe('filing a thread with several candidates', () => {
  const several = f.threadState(f.threadView({ candidates: [f.dana, f.kofi] }));

  test('all are listed, ticked, and filed on', async () => {
    const { background, user } = await showPanel(several);
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    expect(form().getAllByRole('checkbox', { checked: true })).toHaveLength(2);
    await user.click(form().getByRole('button', { name: 'Log on 2 candidates' }));
    expect(actsHeard(background)).toEqual([
      { kind: 'log', fileOn: [{ candidateId: f.dana.candidateId }, { candidateId: f.kofi.candidateId }] },
    ]);
  });

  test('one that is unticked is left out', async () => {
    const { background, user } = await showPanel(several);
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    await user.click(form().getByRole('checkbox', { name: /Dana Reyes/ }));
    await user.click(form().getByRole('button', { name: 'Log on Kofi Mensah' }));
    expect(actsHeard(background)).toEqual([{ kind: 'log', fileOn: [{ candidateId: f.kofi.candidateId }] }]);
  });

  test('with none ticked nothing is filed', async () => {
    const { background, user } = await showPanel(several);
    await user.click(screen.getByRole('button', { name: 'Log to ATS' }));
    for (const box of form().getAllByRole('checkbox')) await user.click(box);
    await user.click(form().getByRole('button', { name: 'Log' }));
    expect(form().getByRole('alert').textContent).toBe('Tick at least one candidate.');
    expect(actsHeard(background)).toEqual([]);
  });
});
