import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Live, Unanswered } from '../../lib/client/live.ts';
import { createLive } from '../../lib/client/live-port.ts';
import { Invite } from '../../lib/contract/person.ts';
import * as f from './fixtures.ts';
import { type ScriptedBackground, scriptedBackground } from './scripted-background.ts';

const opened: Live[] = [];
const watching = (
  background: ScriptedBackground,
  connect: ScriptedBackground['connect'] = background.connect,
): Live => {
  const live = createLive('panel', connect);
  opened.push(live);
  return live;
};
afterEach(() => {
  for (const live of opened.splice(0)) live.close();
  vi.useRealTimers();
});

const { mailboxAddress, providerThreadId } = f.ref;
const draft = { kind: 'log' as const, ref: { mailboxAddress, providerThreadId }, fileOn: [] };
const panelOf = (live: Live) => live.snapshot().panel;
const pendingOf = (live: Live) => {
  const panel = panelOf(live);
  return panel?.kind === 'thread' ? panel.pending : [];
};

describe('the view’s end of the port', () => {
  test('says at once what it watches', () => {
    const background = scriptedBackground([]);
    watching(background);
    expect(background.heard).toEqual([{ kind: 'watch', view: 'panel' }]);
  });

  test('a dropped port is opened again at once, and what was shown stays', async () => {
    const background = scriptedBackground([{ kind: 'panel', state: { kind: 'no-thread' } }]);
    const live = watching(background);
    await Promise.resolve();
    background.drop();
    expect(panelOf(live)).toEqual({ kind: 'no-thread' });
    expect(background.heard.filter(({ kind }) => kind === 'watch')).toHaveLength(2);
  });

  test('ports that close without a word are opened ever more slowly', () => {
    vi.useFakeTimers();
    const background = scriptedBackground([]);
    watching(background);
    background.drop();
    background.drop();
    expect(background.portCount()).toBe(2);
    vi.advanceTimersByTime(100);
    expect(background.portCount()).toBe(3);
    background.drop();
    vi.advanceTimersByTime(100);
    expect(background.portCount()).toBe(3);
    vi.advanceTimersByTime(100);
    expect(background.portCount()).toBe(4);
  });

  test('a message that cannot be understood changes nothing', () => {
    const background = scriptedBackground([]);
    const live = watching(background);
    background.tell({ kind: 'panel', state: { kind: 'signed-out' } });
    background.tell({ kind: 'nonsense' });
    expect(panelOf(live)).toEqual({ kind: 'signed-out' });
  });

  test('an extension that was taken away from under the page is noticed', async () => {
    const background = scriptedBackground([]);
    const live = watching(background, () => {
      throw new Error('Extension context invalidated.');
    });
    expect(live.snapshot().isLost).toBe(true);
    await expect(live.readThread(f.threadId)).rejects.toEqual(new Unanswered('bug'));
  });
});

describe('acts', () => {
  test('show before the background has said a word', () => {
    const background = scriptedBackground([]);
    const live = watching(background);
    background.tell({ kind: 'panel', state: f.threadState() });
    const key = live.act(draft);
    expect(pendingOf(live)).toEqual([{ key, action: { ...draft, key }, state: 'sending' }]);
  });

  test('show once when the background speaks of them', () => {
    const background = scriptedBackground([]);
    const live = watching(background);
    background.tell({ kind: 'panel', state: f.threadState() });
    const key = live.act(draft);
    const queued = { key, action: { ...draft, key }, state: 'queued' as const };
    background.tell({ kind: 'panel', state: f.threadState(f.threadView(), { pending: [queued] }) });
    expect(pendingOf(live)).toEqual([queued]);
    background.tell({ kind: 'panel', state: f.threadState() });
    expect(pendingOf(live)).toEqual([]);
  });

  test('on one thread do not show on another', () => {
    const background = scriptedBackground([]);
    const live = watching(background);
    live.act({ ...draft, ref: { mailboxAddress, providerThreadId: 'other' } });
    background.tell({ kind: 'panel', state: f.threadState() });
    expect(pendingOf(live)).toEqual([]);
  });

  test('that the worker may have died over are said again, with the same key', () => {
    const background = scriptedBackground([]);
    const live = watching(background);
    const key = live.act(draft);
    background.drop();
    const acts = background.heard.filter((message) => message.kind === 'act');
    expect(acts.map(({ action }) => action.key)).toEqual([key, key]);
  });

  test('that the background has are not said again', () => {
    const background = scriptedBackground([]);
    const live = watching(background);
    const key = live.act(draft);
    const pending = [{ key, action: { ...draft, key }, state: 'queued' as const }];
    background.tell({ kind: 'panel', state: f.threadState(f.threadView(), { pending }) });
    background.drop();
    expect(background.heard.filter(({ kind }) => kind === 'act')).toHaveLength(1);
  });
});

describe('questions', () => {
  test('get their answer, parsed', async () => {
    const background = scriptedBackground([], { 'preview-stance': { value: f.stancePreview() } });
    const live = watching(background);
    expect(await live.previewStance({ threadId: f.threadId, stance: 'private' })).toEqual(f.stancePreview());
  });

  test('fail with the reason the background gives', async () => {
    const background = scriptedBackground([], { 'read-thread': { why: 'thread-hidden' } });
    await expect(watching(background).readThread(f.threadId)).rejects.toEqual(
      new Unanswered('thread-hidden'),
    );
  });

  test('whose answer is not what was agreed fail as a bug', async () => {
    const background = scriptedBackground([], { 'search-candidates': { value: { not: 'a list' } } });
    await expect(watching(background).searchCandidates('x')).rejects.toEqual(new Unanswered('bug'));
  });

  test('in flight when the port drops are asked again once, and then given up', async () => {
    const background = scriptedBackground([]);
    const asked = watching(background).readThread(f.threadId);
    background.drop();
    expect(background.heard.filter(({ kind }) => kind === 'question')).toHaveLength(2);
    background.drop();
    await expect(asked).rejects.toEqual(new Unanswered('bug'));
  });

  test('that would do something twice are not asked again', async () => {
    const background = scriptedBackground([]);
    const invite = Invite.parse({ name: 'Tom', address: 'tom@hooli.example', role: 'recruiter' });
    const asked = watching(background).invite(invite);
    background.drop();
    await expect(asked).rejects.toEqual(new Unanswered('bug'));
    expect(background.heard.filter(({ kind }) => kind === 'question')).toHaveLength(1);
  });
});
