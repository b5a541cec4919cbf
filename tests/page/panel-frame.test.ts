import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { panelFrame } from '../../lib/mail-page/panel-frame.ts';
import type { PanelHost } from '../../lib/mail-page/reader.ts';

// The DOM of these tests has no moveBefore(): this is the way of browsers that lack it. The other way is tested in Chromium.
const frames = (): readonly HTMLIFrameElement[] => [...document.querySelectorAll('iframe')];
const started = () => {
  const over = new AbortController();
  return { over, frame: panelFrame('about:blank', over.signal) };
};
const host = () => {
  const element = document.createElement('div');
  const gone = new AbortController();
  document.body.append(element);
  const made: PanelHost = { placed: Promise.resolve(element), signal: gone.signal };
  return { element, gone, made };
};
const settle = (): Promise<void> => Promise.resolve().then(() => undefined);

beforeAll(() => {
  // Otherwise the DOM complains of every frame; about:blank asks for nothing.
  const { happyDOM } = window as unknown as { happyDOM: { settings: object } };
  Object.assign(happyDOM.settings, { disableIframePageLoading: false, enableIframePageLoading: true });
});
afterEach(() => {
  document.body.replaceChildren();
});

describe('without moveBefore()', () => {
  test('each thread gets a frame of its own, which goes with the thread', async () => {
    const { frame } = started();
    expect(frames()).toHaveLength(0);
    const [one, other] = [host(), host()];
    frame.show(one.made);
    await settle();
    const [first] = frames();
    expect(first?.parentElement).toBe(one.element);
    one.gone.abort();
    expect(frames()).toHaveLength(0);
    frame.show(other.made);
    await settle();
    expect(frames()).toHaveLength(1);
    expect(frames()[0]?.parentElement).toBe(other.element);
    expect(frames()[0]).not.toBe(first);
  });

  test('when the next thread comes before the last one went, there is still one frame', async () => {
    const { frame } = started();
    const [one, other] = [host(), host()];
    frame.show(one.made);
    await settle();
    frame.show(other.made);
    await settle();
    one.gone.abort();
    expect(frames().map((each) => each.parentElement)).toEqual([other.element]);
  });

  test('a host that was placed too late, or after a newer one, does not get the frame', async () => {
    const { frame } = started();
    const [older, newer, left] = [host(), host(), host()];
    frame.show(older.made);
    frame.show(newer.made);
    await settle();
    expect(frames().map((each) => each.parentElement)).toEqual([newer.element]);
    frame.show(left.made);
    left.gone.abort();
    await settle();
    expect(frames().map((each) => each.parentElement)).toEqual([newer.element]);
  });

  test('nothing is left behind when it is over', async () => {
    const { over, frame } = started();
    const { element, made } = host();
    frame.show(made);
    await settle();
    over.abort();
    expect([...document.body.children]).toEqual([element]);
    expect(element.children).toHaveLength(0);
  });
});
