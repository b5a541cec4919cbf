import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { PersonRef } from '../../lib/contract/person.ts';
import * as f from './fixtures.ts';
import { heardOf, showPanel } from './show.tsx';

const history = () => within(screen.getByRole('region', { name: 'History with the team' }));
const withHistory = (count: number, hiddenCount = 0, contacts: PersonRef[] = []) =>
  f.threadState(
    f.threadView({
      history: {
        threads: Array.from({ length: count }, (_, n) => f.historyThread(n)),
        hiddenCount,
        contacts,
      },
    }),
  );
const answerWith = (...messages: ReturnType<typeof f.threadMessage>[]) => ({
  'read-thread': {
    value: { threadId: f.threadId, subject: 'CV', messages, hiddenMessageCount: 0, leavesReceipt: false },
  },
});

describe('the team’s history', () => {
  test('is a list, one conversation each, with what marks it [DC-06] [JS-06]', async () => {
    await showPanel(f.threadState());
    const rows = history()
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('Open now');
    expect(rows[1]).toContain('with attachments');
    expect(rows[2]).toContain('private');
  });

  test('hidden conversations are a number and nothing more', async () => {
    await showPanel(withHistory(1, 2));
    expect(history().getByText('2 conversations are hidden from you')).toBeDefined();
    expect(history().getAllByRole('listitem')).toHaveLength(1);
  });

  test('of hidden ones it is told which colleagues are in contact, where the company tells it [N-18]', async () => {
    await showPanel(withHistory(1, 1, [f.ana, f.tom]));
    expect(
      history().getByText('1 conversation is hidden from you. In contact: Ana Lindqvist and Tom Baker.'),
    ).toBeDefined();
  });

  test('search appears from nine conversations on', async () => {
    await showPanel(withHistory(8));
    expect(screen.queryByRole('searchbox')).toBeNull();
  });

  test('search narrows by sender and subject, and says how many are left', async () => {
    const { user } = await showPanel(withHistory(9));
    await user.type(screen.getByRole('searchbox'), 'tom');
    const rows = history().getAllByRole('listitem');
    expect(rows.every(({ textContent }) => textContent?.includes('Tom Baker'))).toBe(true);
    expect(history().getByRole('status').textContent).toBe(`${rows.length} conversations`);
  });

  test('a conversation opens in place and shows its messages as plain text', async () => {
    const { background, user } = await showPanel(f.threadState(), {
      answers: answerWith(f.threadMessage(0), f.threadMessage(1, { html: '<p>as sent</p>' })),
    });
    await user.click(history().getByRole('button', { name: /CV and portfolio/ }));
    expect((await history().findAllByText(/Thursday at ten suits me well/)).length).toBe(2);
    expect(document.querySelector('iframe')).toBeNull();
    expect(heardOf(background, 'question').map(({ question }) => question)).toEqual([
      { ask: 'read-thread', input: { threadId: f.historyThread(1).threadId } },
    ]);
  });

  test('a message as sent stands in a frame without scripts and without an origin', async () => {
    const { user } = await showPanel(f.threadState(), {
      answers: answerWith(f.threadMessage(1, { html: '<p>as sent</p>' })),
    });
    await user.click(history().getByRole('button', { name: /CV and portfolio/ }));
    await user.click(await history().findByRole('button', { name: 'Show as sent' }));
    const sandbox = document.querySelector('iframe')?.getAttribute('sandbox');
    expect(sandbox).not.toMatch(/allow-scripts|allow-same-origin|allow-forms|allow-top-navigation/);
  });

  test('remote pictures wait for a click that says what it tells the sender', async () => {
    const { user } = await showPanel(f.threadState(), {
      answers: answerWith(f.threadMessage(1, { html: '<p>x</p><img src="https://tracker.example/o.gif">' })),
    });
    await user.click(history().getByRole('button', { name: /CV and portfolio/ }));
    await user.click(await history().findByRole('button', { name: 'Show as sent' }));
    const frame = () => document.querySelector('iframe')?.getAttribute('srcdoc') ?? '';
    expect(frame()).not.toContain('tracker.example');
    expect(
      history().getByText(/Loading them tells the sender that, when and from which network/),
    ).toBeDefined();
    await user.click(history().getByRole('button', { name: 'Show remote images' }));
    expect(frame()).toContain('https://tracker.example/o.gif');
  });

  test('messages of it that stay hidden are counted', async () => {
    const { user } = await showPanel(f.threadState(), {
      answers: {
        'read-thread': {
          value: {
            threadId: f.threadId,
            subject: 'CV',
            messages: [f.threadMessage(0)],
            hiddenMessageCount: 2,
            leavesReceipt: false,
          },
        },
      },
    });
    await user.click(history().getByRole('button', { name: /CV and portfolio/ }));
    expect(await history().findByText('2 more messages are hidden from you.')).toBeDefined();
  });

  test('one that cannot be opened says why and can be tried again', async () => {
    const { background, user } = await showPanel(f.threadState(), {
      answers: { 'read-thread': { why: 'thread-hidden' } },
    });
    await user.click(history().getByRole('button', { name: /CV and portfolio/ }));
    await user.click(await history().findByRole('button', { name: 'Try again' }));
    expect(heardOf(background, 'question')).toHaveLength(2);
  });

  test('a thread all of whose messages are hidden says how many and nothing else', async () => {
    await showPanel(
      f.threadState(
        f.threadView({
          thread: f.privateThread({
            messageCount: 0,
            hiddenMessageCount: 3,
            readers: [],
            privateTo: [f.ana],
          }),
          history: { threads: [], hiddenCount: 1, contacts: [] },
        }),
      ),
    );
    expect(screen.getByText('All 3 messages Candor keeps of this thread are hidden from you.')).toBeDefined();
    expect(history().getByText('1 conversation is hidden from you')).toBeDefined();
  });

  test('what a message quotes is folded, and an attachment that is not what it says is told', async () => {
    const { user } = await showPanel(f.threadState(), {
      answers: answerWith(
        f.threadMessage(0, {
          text: 'Thursday is fine.',
          quoted: '> Would Thursday suit you?',
          isPartlyUnread: true,
          invitation: { kind: 'cancellation', summary: 'On-site', startsAt: '2026-12-02' },
          attachments: [
            { name: 'cv.pdf', sizeBytes: 10, mediaType: 'application/pdf', sniffedType: 'application/zip' },
          ],
        }),
      ),
    });
    await user.click(history().getByRole('button', { name: /CV and portfolio/ }));
    const quoted = await screen.findByText('What it quotes');
    expect(quoted.closest('details')?.open).toBe(false);
    expect(screen.getByText(/said to be application\/pdf, is application\/zip/)).toBeDefined();
    expect(screen.getByText(/^Cancelled: On-site/)).toBeDefined();
    expect(screen.getByText(/Part of this message could not be read/)).toBeDefined();
  });
});
