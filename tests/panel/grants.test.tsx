import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import * as g from './grant-fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { actsHeard, heardOf, type Shown, showApp, showPanel } from './show.tsx';

const answers: Answers = {
  colleagues: { value: g.colleagues },
  'preview-grant': { value: g.grantPreview },
};
const open = async (): Promise<Shown> => {
  const shown = await showPanel(f.threadState(f.threadView({ thread: f.privateThread() })), { answers });
  await shown.user.click(screen.getByRole('button', { name: /can read this/ }));
  await shown.user.click(screen.getByRole('button', { name: 'Let one colleague read it' }));
  return shown;
};
const dialog = () => within(screen.getByRole('dialog', { name: 'Let one colleague read this thread' }));
const pickRaj = async ({ user }: Shown): Promise<void> => {
  await user.type(dialog().getByRole('combobox', { name: 'Colleague' }), 'raj');
  await user.keyboard('{ArrowDown}{Enter}');
};

describe('letting one colleague read a thread', () => {
  test('by the keyboard: who, for how long, what they would see, and then it is asked for [JS-35]', async () => {
    const shown = await open();
    await pickRaj(shown);
    expect(await dialog().findByText(g.grantPreview.said)).toBeDefined();
    await shown.user.click(dialog().getByRole('radio', { name: 'For a week' }));
    await shown.user.click(dialog().getByRole('button', { name: 'Let Raj Patel read it' }));
    expect(actsHeard(shown.background)).toEqual([
      {
        kind: 'grant',
        threadId: f.threadId,
        granteeId: f.raj.personId,
        on: true,
        endsAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Letting a colleague read this thread…')).toBeDefined();
  });

  test('nothing is asked for before somebody is picked, nor with a day that is over', async () => {
    const shown = await open();
    const confirm = () => dialog().getByRole('button', { name: /read it$/ });
    expect(confirm().getAttribute('aria-disabled')).toBe('true');
    await pickRaj(shown);
    await shown.user.click(dialog().getByRole('radio', { name: 'Until a day' }));
    expect(confirm().getAttribute('aria-disabled')).toBe('true');
    await shown.user.type(dialog().getByLabelText('Last day'), '2020-01-31');
    expect(dialog().getByText('This day is over. Choose a later one.')).toBeDefined();
    await shown.user.click(confirm());
    expect(actsHeard(shown.background)).toEqual([]);
  });

  test('is found by the beginning of a name or a part of the address, and said when nobody is', async () => {
    const shown = await open();
    const field = dialog().getByRole('combobox', { name: 'Colleague' });
    await shown.user.type(field, 'hooli');
    expect(dialog().getByText('3 colleagues')).toBeDefined();
    await shown.user.clear(field);
    await shown.user.type(field, 'nobody');
    expect(dialog().getByText('No colleague by that name or address.')).toBeDefined();
  });
});

describe('who was let in', () => {
  test('stands among the readers, and is stopped with a click', async () => {
    const shown = await showPanel(f.threadState(f.threadView({ thread: g.grantedThread() })), { answers });
    await shown.user.click(screen.getByRole('button', { name: /can read this/ }));
    await shown.user.click(screen.getByRole('button', { name: 'Stop letting Raj Patel read this' }));
    expect(actsHeard(shown.background)).toEqual([
      { kind: 'grant', threadId: f.threadId, granteeId: f.raj.personId, on: false },
    ]);
    // It is under way: no second click.
    expect(screen.queryByRole('button', { name: /^Stop letting/ })).toBeNull();
  });

  test('is not for a colleague to change who holds none of the thread', async () => {
    const shown = await showPanel(
      f.threadState(f.threadView({ thread: f.keptThread({ stance: undefined }) })),
      { answers },
    );
    await shown.user.click(screen.getByRole('button', { name: /can read this/ }));
    expect(screen.queryByRole('button', { name: 'Let one colleague read it' })).toBeNull();
  });
});

describe('“Could somebody read this?”', () => {
  test('is answered for a colleague chosen by name, by the server, and changes nothing [N-01]', async () => {
    const said = 'Raj Patel cannot read this. It is private to Mira Okafor.';
    const shown = await showPanel(f.threadState(f.threadView({ thread: f.privateThread() })), {
      answers: {
        ...answers,
        'could-read': {
          value: { threadId: f.threadId, personId: f.raj.personId, readCount: 0, totalCount: 4, said },
        },
      },
    });
    await shown.user.click(screen.getByRole('button', { name: /can read this/ }));
    await shown.user.click(screen.getByText('Could somebody read this?'));
    await shown.user.type(screen.getByRole('combobox', { name: 'Colleague' }), 'raj');
    await shown.user.keyboard('{ArrowDown}{Enter}');
    expect(await screen.findByText(said)).toBeDefined();
    expect(actsHeard(shown.background)).toEqual([]);
  });
});

describe('what is shared with oneself', () => {
  test('is listed on the app page by whom and until when, and read in place', async () => {
    window.location.hash = '#shared';
    const shown = await showApp(f.signedIn(), {
      answers: {
        granted: { value: g.granted },
        'read-thread': {
          value: {
            threadId: f.threadId,
            subject: 'CV',
            messages: [f.threadMessage(1)],
            hiddenMessageCount: 0,
            leavesReceipt: true,
          },
        },
      },
    });
    const rows = await screen.findAllByRole('button', { name: /let you read it/ });
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^Application for the backend roleAna Lindqvist let you read it on .*, until /),
      expect.stringMatching(/^No subjectTom Baker let you read it on [^,]*$/),
    ]);
    await shown.user.click(rows[0] as HTMLElement);
    expect(heardOf(shown.background, 'question').at(-1)?.question).toEqual({
      ask: 'read-thread',
      input: { threadId: f.threadId },
    });
  });

  test('is said to be nothing when it is', async () => {
    window.location.hash = '#shared';
    await showApp(f.signedIn(), { answers: { granted: { value: [] } } });
    expect(await screen.findByText('Nothing is shared with you alone.')).toBeDefined();
  });
});
