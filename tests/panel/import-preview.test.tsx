import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { PreviewThread } from '../../lib/contract/import-preview.ts';
import * as f from './fixtures.ts';
import { previewThreads } from './preview-fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { heardOf, type Shown, showApp } from './show.tsx';

const { mailboxId } = f.mailboxRow();
const page = (threads: readonly PreviewThread[], next?: string) => ({
  threads,
  lookedThreads: threads.length,
  ...(next === undefined ? {} : { next }),
});
const open = async (answers: Answers): Promise<Shown> => {
  const shown = await showApp(f.signedIn(), { answers });
  await shown.user.click(screen.getByRole('button', { name: /^Import old mail/ }));
  await shown.user.click(screen.getByRole('radio', { name: 'The last 12 months' }));
  await shown.user.click(screen.getByRole('button', { name: 'See what would be kept' }));
  return shown;
};
const asked = ({ background }: Shown, ask: string) =>
  heardOf(background, 'question').flatMap(({ question }) =>
    question.ask === ask && 'input' in question ? [question.input] : [],
  );

describe('what an import would keep [N-03]', () => {
  test('is listed by person, with why and who would read it, and nothing is begun', async () => {
    const shown = await open({ 'preview-import': { value: page(previewThreads) } });
    await screen.findByText('3 conversations would be kept.');
    const dana = within(screen.getByText(f.dana.name).closest('details') as HTMLElement);
    expect(dana.getByText(/2 conversations/)).toBeDefined();
    expect(dana.getByText(/Read by you and Tom Baker \(hiring team of Backend engineer\)\./)).toBeDefined();
    expect(asked(shown, 'choose-import')).toEqual([]);
  });

  test('leaves out a conversation, or all with a person, and asks for the rest', async () => {
    const shown = await open({
      'preview-import': { value: page(previewThreads) },
      'choose-import': { value: null },
    });
    await screen.findByText('3 conversations would be kept.');
    await shown.user.click(screen.getByRole('checkbox', { name: /^Application for/ }));
    await shown.user.click(screen.getByRole('button', { name: 'Leave out all with rita@agency.example' }));
    await shown.user.click(screen.getByRole('button', { name: 'Keep 1 conversation' }));
    expect(asked(shown, 'choose-import')).toEqual([
      {
        mailboxId: mailboxId,
        window: '12-months',
        leaveOut: [...(previewThreads[0]?.hashes ?? []), ...(previewThreads[2]?.hashes ?? [])],
      },
    ]);
  });

  test('goes on by itself, page by page, and can be stopped', async () => {
    const shown = await open({});
    expect(asked(shown, 'preview-import')).toEqual([{ mailboxId: mailboxId, window: '12-months' }]);
    await shown.user.click(screen.getByRole('button', { name: 'Stop looking' }));
    expect(screen.getByText(/^Stopped: there may be more/)).toBeDefined();
    expect(screen.getByRole('button', { name: /^Keep / }).getAttribute('aria-disabled')).toBe('true');
    await shown.user.click(screen.getByRole('button', { name: 'Go on looking' }));
    expect(asked(shown, 'preview-import')).toHaveLength(2);
  });

  test('says why looking failed, and goes on where it was', async () => {
    const shown = await open({ 'preview-import': { why: 'provider-busy' } });
    await shown.user.click(await screen.findByRole('button', { name: 'Go on' }));
    expect(asked(shown, 'preview-import')).toHaveLength(2);
  });

  test('“Not now” asks for nothing', async () => {
    const shown = await open({ 'preview-import': { value: page(previewThreads) } });
    await shown.user.click(screen.getByRole('button', { name: 'Not now' }));
    expect(screen.getByRole('radio', { name: 'The last 12 months' })).toBeDefined();
    expect(asked(shown, 'choose-import')).toEqual([]);
  });
});
