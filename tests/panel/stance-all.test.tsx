import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { StanceAllPreview } from '../../lib/contract/stance-all.ts';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp, showPanel } from './show.tsx';

const preview: StanceAllPreview = {
  threadCount: 12,
  sameCount: 2,
  gains: [],
  loses: [{ person: f.tom, threadCount: 12 }],
  said: '12 conversations become private. Tom Baker will see less of 12 conversations.',
};
const answers: Answers = {
  'preview-stance-all': { value: preview },
  'set-stance-all': {
    value: { key: '00000000-0000-4000-8000-000000000901', said: '12 conversations are private.' },
  },
  'undo-stance-all': { value: { key: '00000000-0000-4000-8000-000000000902', said: 'Undone.' } },
};
const asked = ({ background }: Shown, ask: string) =>
  heardOf(background, 'question').flatMap(({ question }) =>
    question.ask === ask && 'input' in question ? [question.input] : [],
  );
const scope = { candidateId: f.dana.candidateId };

describe('all of one’s mail with a candidate', () => {
  const open = async (more: Answers = {}): Promise<Shown> => {
    const shown = await showPanel(f.threadState(), { answers: { ...answers, ...more } });
    await shown.user.click(screen.getByRole('button', { name: `More for ${f.dana.name}` }));
    await shown.user.click(screen.getByText('Who can read all my mail with them…'));
    return shown;
  };
  const dialog = () =>
    within(screen.getByRole('dialog', { name: `Who can read all your mail with ${f.dana.name}` }));

  test('begins with private, tells by name who sees less, and does it with one click [JS-32] [JS-33]', async () => {
    const shown = await open();
    expect(dialog().getByRole('radio', { name: /^Private/ })).toHaveProperty('checked', true);
    await dialog().findByText(preview.said);
    expect(dialog().getByText('2 conversations already so.')).toBeDefined();
    expect(asked(shown, 'set-stance-all')).toEqual([]);
    await shown.user.click(dialog().getByRole('button', { name: 'Make all private' }));
    expect(asked(shown, 'set-stance-all')).toEqual([{ key: expect.any(String), scope, stance: 'private' }]);
  });

  test('is undone in place [N-23]', async () => {
    const shown = await open();
    await dialog().findByText(preview.said);
    await shown.user.click(dialog().getByRole('button', { name: 'Make all private' }));
    await shown.user.click(await dialog().findByRole('button', { name: 'Undo' }));
    expect(asked(shown, 'undo-stance-all')).toEqual([
      { key: expect.any(String), of: '00000000-0000-4000-8000-000000000901' },
    ]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('is not decided while it is not known whom it changes, and a failure says what is safe', async () => {
    const shown = await open({ 'preview-stance-all': { why: 'server-unreachable' } });
    await dialog().findByText('Candor cannot say who this changes.');
    await shown.user.click(dialog().getByRole('button', { name: 'Make all private' }));
    expect(asked(shown, 'set-stance-all')).toEqual([]);
  });

  test('can be opened to the team instead, previewed anew', async () => {
    const shown = await open();
    await shown.user.click(dialog().getByRole('radio', { name: /^Team/ }));
    expect(asked(shown, 'preview-stance-all')).toEqual([
      { scope, stance: 'private' },
      { scope, stance: 'shared' },
    ]);
    expect(dialog().getByRole('button', { name: 'Open all to the team' })).toBeDefined();
  });
});

test('all of one’s mail of a job is decided from the app page', async () => {
  window.location.hash = '#candidates';
  const shown = await showApp(f.signedIn(), {
    answers: { ...answers, 'search-candidates': { value: [f.dana] } },
  });
  await shown.user.type(screen.getByRole('searchbox', { name: 'Name or address' }), 'dana');
  await shown.user.click(await screen.findByRole('button', { name: `More for ${f.dana.name}` }));
  const [job] = f.dana.jobs;
  await shown.user.click(screen.getByText(`Who can read all my mail of ${job?.title}…`));
  expect(asked(shown, 'preview-stance-all')).toEqual([{ scope: { jobId: job?.jobId }, stance: 'private' }]);
});
