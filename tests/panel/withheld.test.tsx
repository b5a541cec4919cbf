import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import * as f from './fixtures.ts';
import type { Answers } from './scripted-background.ts';
import { actsHeard, heardOf, showApp, showPanel } from './show.tsx';
import * as w from './withheld-fixtures.ts';

const ids = w.leavable.map(({ messageId }) => messageId);
const answers: Answers = {
  'preview-stance': { value: f.stancePreview({ stance: 'shared' }) },
  leavable: { value: w.leavable },
};
const openToShare = async (more: Answers = {}) => {
  const shown = await showPanel(f.threadState(f.threadView({ thread: f.privateThread() })), {
    answers: { ...answers, ...more },
  });
  await shown.user.click(screen.getByRole('button', { name: /can read this|^Private/ }));
  await shown.user.click(screen.getByRole('button', { name: 'Open to the team' }));
  return shown;
};
const dialog = () => within(screen.getByRole('dialog', { name: 'Who can read this thread' }));

describe('sharing a thread', () => {
  test('warns of what did not go to the candidate, and leaves it out with one click [P-04]', async () => {
    const { background, user } = await openToShare();
    await dialog().findByText('1 message of this thread did not go to the candidate.');
    await user.click(dialog().getByRole('button', { name: 'Leave it out' }));
    expect(dialog().queryByText(/did not go to the candidate/)).toBeNull();
    expect(dialog().getByText('1 message left out')).toBeDefined();
    await dialog().findByText(f.stancePreview().said);
    await user.click(dialog().getByRole('button', { name: 'Open to the team' }));
    expect(actsHeard(background)).toEqual([
      { kind: 'stance', threadId: f.threadId, stance: 'shared', leaveOut: [ids[2]] },
    ]);
  });

  test('previews what is left out anew with each message that is ticked, by the keyboard [N-12]', async () => {
    const { background, user } = await openToShare({
      leavable: { value: w.leavable.map((each) => ({ ...each, isSideBranch: false })) },
    });
    await user.click(await dialog().findByText('Leave out messages'));
    dialog()
      .getByRole('checkbox', { name: /^Re: Application/ })
      .focus();
    await user.keyboard(' ');
    expect(
      heardOf(background, 'question')
        .map(({ question }) => question)
        .filter(({ ask }) => ask === 'preview-stance'),
    ).toEqual([
      { ask: 'preview-stance', input: { threadId: f.threadId, stance: 'shared' } },
      { ask: 'preview-stance', input: { threadId: f.threadId, stance: 'shared', leaveOut: [ids[1]] } },
    ]);
  });

  test('of which something is left out can be shared whole again', async () => {
    const thread = f.keptThread({ stance: 'shared', leftOutCount: 1 });
    const { background, user } = await showPanel(f.threadState(f.threadView({ thread })), {
      answers: {
        ...answers,
        leavable: { value: w.leavable.map((each) => ({ ...each, isLeftOut: each.messageId === ids[2] })) },
      },
    });
    await user.keyboard('p');
    await user.click(dialog().getByRole('radio', { name: 'Team' }));
    await user.click(await dialog().findByRole('checkbox', { name: /^Fwd: Application/ }));
    await dialog().findByText(f.stancePreview().said);
    await user.click(dialog().getByRole('button', { name: 'Open to the team' }));
    expect(actsHeard(background)).toEqual([{ kind: 'stance', threadId: f.threadId, stance: 'shared' }]);
  });

  test('waits until it is known what could be left out, and says when that cannot be told', async () => {
    const { background, user } = await openToShare({ leavable: { why: 'server-unreachable' } });
    await dialog().findByText('Candor cannot list the messages to leave out.');
    await user.click(dialog().getByRole('button', { name: 'Open to the team' }));
    expect(actsHeard(background)).toEqual([]);
  });
});

describe('a share that stands still [N-10]', () => {
  const paused = f.threadState(
    f.threadView({ thread: f.keptThread({ stance: 'shared', leftOutCount: 2, pause: w.pause }) }),
  );

  test('says who joined, and what the team does not see', async () => {
    await showPanel(paused);
    expect(screen.getByText('New mail of this thread is not shared.')).toBeDefined();
    expect(screen.getByText(/rita@agency\.example was not on this thread before/).textContent).toContain(
      'Your team does not see the 2 messages that came since, until you say so.',
    );
  });

  test.each([
    ['Share them too', { kind: 'stance', threadId: f.threadId, stance: 'shared' }],
    ['Not from here on', { kind: 'stance', threadId: f.threadId, stance: 'shared', holdsBack: true }],
  ])('“%s” is asked for once', async (name, act) => {
    const { background, user } = await showPanel(paused);
    await user.click(screen.getByRole('button', { name }));
    expect(actsHeard(background)).toEqual([act]);
    expect(screen.queryByRole('button', { name })).toBeNull();
  });

  test('waits on the app page as well, for whoever does not open the thread', async () => {
    window.location.hash = '#shared';
    const { background, user } = await showApp(f.signedIn(), {
      answers: { granted: { value: [] }, 'paused-shares': { value: w.pausedShares } },
    });
    await screen.findByText('“Application for the backend role” is not shared on as it was.');
    await user.click(screen.getByRole('button', { name: 'Not from here on' }));
    expect(actsHeard(background)).toEqual([
      { kind: 'stance', threadId: f.threadId, stance: 'shared', holdsBack: true },
    ]);
    expect(screen.queryByRole('button', { name: 'Not from here on' })).toBeNull();
  });
});
