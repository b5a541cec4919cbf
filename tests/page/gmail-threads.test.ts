import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isMailboxPage, watchGmail } from '../../lib/mail-page/gmail-threads.ts';
import type { PanelHost } from '../../lib/mail-page/reader.ts';
import { scriptedSdk } from './scripted-sdk.ts';

const waits = { sdkMs: 15_000, threadIdMs: 5_000, retryMs: 250, hostMs: 5_000 };

const watching = (scripted: ReturnType<typeof scriptedSdk>, load = async () => scripted.sdk) => {
  const over = new AbortController();
  const heard: string[] = [];
  const hosts: PanelHost[] = [];
  watchGmail(
    load,
    'icon.svg',
    {
      onThread: (thread, host) => {
        heard.push(`open ${thread.mailboxAddress} ${thread.providerThreadId}`);
        hosts.push(host);
      },
      onClosed: () => heard.push('closed'),
      onTrouble: ({ missing }) => heard.push(`missing ${missing}`),
    },
    over.signal,
    waits,
  );
  return { heard, hosts, over };
};
const settle = (waitMs = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(waitMs);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe('a thread', () => {
  test('is told with the account of the page, and its host is there until it goes', async () => {
    const scripted = scriptedSdk();
    const { heard, hosts, over } = watching(scripted);
    await settle();
    const { leave } = scripted.enter({ threadId: '18C0FFEE00000001' });
    await settle();
    expect(heard).toEqual(['open ana@acme.test 18c0ffee00000001']);
    const element = await hosts[0]?.placed;
    let wasThere: boolean | undefined;
    hosts[0]?.signal.addEventListener('abort', () => {
      wasThere = element?.isConnected;
    });
    leave();
    expect(wasThere).toBe(true);
    expect(heard.at(-1)).toBe('closed');
    over.abort();
  });

  test('that the next one came before is not told as closed', async () => {
    const scripted = scriptedSdk();
    const { heard, over } = watching(scripted);
    await settle();
    const first = scripted.enter({ threadId: 'a1' });
    await settle();
    scripted.enter({ threadId: 'a2' });
    await settle();
    first.leave();
    expect(heard).toEqual(['open ana@acme.test a1', 'open ana@acme.test a2']);
    over.abort();
  });

  test('that goes before its id is known is not told', async () => {
    const scripted = scriptedSdk();
    const { heard, over } = watching(scripted);
    await settle();
    scripted.enter({ threadId: undefined }).leave();
    await settle(60_000);
    expect(heard).toEqual(['closed']);
    over.abort();
  });

  test('that comes after the watch is over is not told', async () => {
    const scripted = scriptedSdk();
    const { heard, over } = watching(scripted);
    await settle();
    over.abort();
    expect(scripted.handlerCount()).toBe(0);
    expect(heard).toEqual([]);
  });
});

describe('what the page lacks is trouble, told once', () => {
  for (const threadId of [undefined, '', 'undefined', 'thread-f:1', '123456789abcdef01', '../x']) {
    test(`a thread id of ${JSON.stringify(threadId)}`, async () => {
      const scripted = scriptedSdk();
      const { heard, over } = watching(scripted);
      await settle();
      scripted.enter({ threadId });
      await settle(60_000);
      expect(heard).toEqual(['missing thread-id']);
      over.abort();
    });
  }

  for (const [what, address] of [
    ['none', () => ''],
    ['no address', () => 'ana'],
    [
      'an exception',
      () => {
        throw new Error('no attribute');
      },
    ],
  ] as const) {
    test(`an account of ${what}`, async () => {
      const scripted = scriptedSdk(address);
      const { heard, over } = watching(scripted);
      await settle();
      scripted.enter({ threadId: 'a1' });
      await settle(60_000);
      expect(heard).toEqual(['missing account']);
      over.abort();
    });
  }

  for (const sidebar of ['refused', 'waiting'] as const) {
    test(`a side bar that is ${sidebar}; the thread is told all the same`, async () => {
      const scripted = scriptedSdk();
      const { heard, over } = watching(scripted);
      await settle();
      scripted.enter({ threadId: 'a1', sidebar });
      await settle(60_000);
      expect(heard).toEqual(['open ana@acme.test a1', 'missing sidebar']);
      over.abort();
    });
  }

  test('an SDK that does not load', async () => {
    const { heard, over } = watching(scriptedSdk(), async () => {
      throw new Error('no');
    });
    await settle(60_000);
    expect(heard).toEqual(['missing sdk']);
    over.abort();
  });

  test('an SDK that is late; its threads are told all the same', async () => {
    const scripted = scriptedSdk();
    const { promise, resolve } = Promise.withResolvers<typeof scripted.sdk>();
    const { heard, over } = watching(scripted, () => promise);
    await settle(60_000);
    expect(heard).toEqual(['missing sdk']);
    resolve(scripted.sdk);
    await settle();
    scripted.enter({ threadId: 'a1' });
    await settle();
    expect(heard.at(-1)).toBe('open ana@acme.test a1');
    over.abort();
  });
});

describe('a mailbox page', () => {
  for (const [path, isOne] of [
    ['https://mail.google.com/mail/u/0/#inbox', true],
    ['https://mail.google.com/mail/u/12/?pli=1#inbox', true],
    ['https://mail.google.com/mail/', true],
    ['https://mail.google.com/mail/u/0/d/AEoRXRR/#inbox', true],
    ['https://mail.google.com/mail/u/0/?ui=2&view=btop&ver=1', true],
    ['https://mail.google.com/mail/u/0/popout?ver=1', false],
    ['https://mail.google.com/mail/u/0/?ui=2&view=pt&search=all', false],
    ['https://mail.google.com/mail/u/0/?ui=2&view=att', false],
    ['https://mail.google.com/mail/u/0/h/abc/', false],
    ['https://mail.google.com/chat/u/0/', false],
    ['http://mail.google.com/mail/u/0/', false],
    ['https://mail.google.com.evil.test/mail/u/0/', false],
  ] as const) {
    test(`${path} is ${isOne ? 'one' : 'none'}`, () => {
      expect(isMailboxPage(new URL(path))).toBe(isOne);
    });
  }
});
