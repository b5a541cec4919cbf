import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageHeaders } from '../../lib/domain/message.ts';
import type { NormalisedMessageId } from '../../lib/domain/message-id.ts';
import {
  joinThreads,
  maxAncestors,
  planJoin,
  type StandingThread,
  type ThreadingIds,
  threadingIds,
} from '../../lib/domain/thread.ts';
import { aMessage, aMessageId } from '../build/a-message.ts';

const namesOf = (threads: readonly (readonly MessageHeaders[])[]) =>
  threads.map((thread) => thread.map((message) => message.messageId?.replace('@x.test', '')));
const id = (name: string) => `${name}@x.test`;
const message = (name: string, ancestors: readonly string[] = [], subject = 'Hello') =>
  aMessage({ id: id(name), references: ancestors.map(id), subject });

describe('joinThreads', () => {
  test('a reply joins what it answers', () => {
    expect(namesOf(joinThreads([message('a'), message('b', ['a']), message('c')]))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });

  test('In-Reply-To joins without References', () => {
    const reply = aMessage({ id: id('b'), inReplyTo: [id('a')] });
    expect(namesOf(joinThreads([message('a'), reply]))).toEqual([['a', 'b']]);
  });

  test('two replies to a message nobody has are one thread', () => {
    expect(namesOf(joinThreads([message('g', ['none']), message('h', ['none'])]))).toEqual([['g', 'h']]);
  });

  test('a reply that comes before what it answers is joined when that comes', () => {
    expect(namesOf(joinThreads([message('c', ['b']), message('a'), message('b', ['a'])]))).toEqual([
      ['c', 'a', 'b'],
    ]);
  });

  test('a late message joins two threads that stood apart', () => {
    const threads = joinThreads([message('a'), message('b'), message('c', ['a', 'b'])]);
    expect(namesOf(threads)).toEqual([['a', 'b', 'c']]);
  });

  test('the same subject never joins', () => {
    const threads = joinThreads([message('a', [], 'Re: Interview'), message('b', [], 'Re: Interview')]);
    expect(threads).toHaveLength(2);
  });

  test('messages that reference each other in a ring are one thread', () => {
    expect(joinThreads([message('a', ['b']), message('b', ['c']), message('c', ['a', 'c'])])).toHaveLength(1);
  });

  test('a message without any id stays alone', () => {
    const bare: ThreadingIds = { inReplyTo: [], references: [] };
    expect(joinThreads([bare, { ...bare }])).toHaveLength(2);
  });

  test('names from the prototype are ids like others', () => {
    const threads = joinThreads([message('__proto__'), message('constructor'), message('b', ['__proto__'])]);
    expect(namesOf(threads)).toEqual([['__proto__', 'b'], ['constructor']]);
  });

  test('no messages make no threads', () => {
    expect(joinThreads([])).toEqual([]);
  });

  test('a chain of 20,000 messages, last one first, is one thread', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => ({
      messageId: aMessageId(id(`m${i}`)),
      inReplyTo: i === 0 ? [] : [aMessageId(id(`m${i - 1}`))],
      references: [],
    }));
    expect(joinThreads(chain.toReversed())).toHaveLength(1);
  });
});

describe('threadingIds', () => {
  test('of too many ancestors the first and the last ones join, In-Reply-To among them', () => {
    const references = Array.from({ length: 1000 }, (_, i) => id(`r${i}`));
    const ids = threadingIds(aMessage({ id: id('own'), references, inReplyTo: [id('parent')] }));
    expect(ids).toHaveLength(maxAncestors + 1);
    expect(ids.slice(0, 3)).toEqual([id('own'), id('r0'), id(`r${1000 - maxAncestors + 2}`)]);
    expect(ids.slice(-2)).toEqual([id('r999'), id('parent')]);
  });

  test('each id stands once', () => {
    const ids = threadingIds(aMessage({ id: id('a'), references: [id('b'), id('a')], inReplyTo: [id('b')] }));
    expect(ids).toEqual([id('a'), id('b')]);
  });
});

describe('planJoin', () => {
  const standing = (threads: Record<string, StandingThread>) => (of: NormalisedMessageId) =>
    new Map(Object.entries(threads)).get(of.replace('@x.test', ''));

  test('a message that nothing stands for begins a thread and records all it names', () => {
    expect(planJoin(message('b', ['a']), standing({}))).toEqual({
      absorbed: [],
      idsToRecord: [id('b'), id('a')],
    });
  });

  test('a reply goes to the thread that stands for a placeholder', () => {
    const plan = planJoin(message('b', ['a']), standing({ a: { threadId: 't1', createdAt: 1 } }));
    expect(plan).toEqual({ threadId: 't1', absorbed: [], idsToRecord: [id('b')] });
  });

  test.each([
    [
      'the one created first survives',
      { a: { threadId: 'z', createdAt: 1 }, b: { threadId: 'a', createdAt: 2 } },
      'z',
    ],
    [
      'of the same age the smaller id survives',
      { a: { threadId: 'z', createdAt: 1 }, b: { threadId: 'a', createdAt: 1 } },
      'a',
    ],
  ])('of two threads %s', (_, threads, survivor) => {
    const plan = planJoin(message('c', ['a', 'b']), standing(threads));
    expect(plan.threadId).toBe(survivor);
    expect(plan.absorbed).toEqual(['a', 'z'].filter((threadId) => threadId !== survivor));
    expect(plan.idsToRecord).toEqual([id('c')]);
  });

  test('of threads that are kept apart a message goes to the nearest it answers, and joins nothing', () => {
    const threads = standing({ a: { threadId: 'old', createdAt: 1 }, b: { threadId: 'new', createdAt: 2 } });
    const areKeptApart = () => true;
    expect(planJoin(message('c', ['a', 'b']), threads, areKeptApart)).toEqual({
      threadId: 'new',
      absorbed: [],
      idsToRecord: [id('c')],
    });
    expect(planJoin(message('c', ['b', 'a']), threads, areKeptApart).threadId).toBe('old');
  });

  test('what is kept apart from one of two joined threads is kept apart from both', () => {
    const threads = standing({
      a: { threadId: 'far', createdAt: 1 },
      b: { threadId: 'middle', createdAt: 2 },
      c: { threadId: 'near', createdAt: 3 },
    });
    const areKeptApart = (one: string, other: string) => [one, other].sort().join(' ') === 'far middle';
    expect(planJoin(message('d', ['a', 'b', 'c']), threads, areKeptApart)).toEqual({
      threadId: 'middle',
      absorbed: ['near'],
      idsToRecord: [id('d')],
    });
  });

  test('threads that are kept apart never become one, whatever comes in whatever order [N-11]', () => {
    fc.assert(
      fc.property(
        someMessages,
        fc.uniqueArray(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 4 }),
        (messages, pairs) => {
          const apart = pairs
            .filter(([one, other]) => one !== other)
            .map((pair) => pair.map((n) => id(`${n}`)));
          const threadOf = new Map<string, string>(apart.flat().map((of) => [of, of]));
          const rootOf = (of: NormalisedMessageId) => threadOf.get(of);
          const areKeptApart = (one: string, other: string) =>
            apart.some(
              (pair) =>
                pair.some((of) => threadOf.get(of) === one) && pair.some((of) => threadOf.get(of) === other),
            );
          messages.forEach((one, i) => {
            const plan = planJoin(
              one,
              (of) => {
                const threadId = rootOf(of);
                return threadId === undefined ? undefined : { threadId, createdAt: 0 };
              },
              areKeptApart,
            );
            const threadId = plan.threadId ?? `t${i}`;
            for (const of of plan.idsToRecord) threadOf.set(of, threadId);
            for (const [of, at] of threadOf) if (plan.absorbed.includes(at)) threadOf.set(of, threadId);
          });
          for (const [one = '', other = ''] of apart) expect(threadOf.get(one)).not.toBe(threadOf.get(other));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('taken one by one in any order, messages make the same threads as all at once', () => {
    fc.assert(
      fc.property(someMessages, fc.infiniteStream(fc.nat()), (messages, numbers) => {
        const order = messages
          .map((one, i) => ({ one, i, key: numbers.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(asNumbers(ingestOneByOne(order))).toEqual(asNumbers(joinThreads(messages)));
        expect(asNumbers(joinThreads(order))).toEqual(asNumbers(joinThreads(messages)));
      }),
      { numRuns: 500 },
    );
  });

  test('a message taken twice changes nothing the second time', () => {
    fc.assert(
      fc.property(someMessages, (messages) => {
        const named = messages.filter(({ messageId }) => messageId !== undefined);
        expect(asNumbers(ingestOneByOne([...named, ...named]))).toEqual(asNumbers(ingestOneByOne(named)));
      }),
      { numRuns: 200 },
    );
  });
});

/** What a server does with the plans: a table of ids, and messages that move when threads are absorbed. */
const ingestOneByOne = <M extends ThreadingIds>(messages: readonly M[]): readonly (readonly M[])[] => {
  const recorded = new Map<NormalisedMessageId, StandingThread>();
  const held = new Map<string, M[]>();
  messages.forEach((one, i) => {
    const plan = planJoin(one, (of) => recorded.get(of));
    const thread = [...recorded.values()].find(({ threadId }) => threadId === plan.threadId) ?? {
      threadId: `t${i}`,
      createdAt: i,
    };
    for (const of of plan.idsToRecord) recorded.set(of, thread);
    for (const [of, { threadId }] of recorded) if (plan.absorbed.includes(threadId)) recorded.set(of, thread);
    const moved = plan.absorbed.flatMap((threadId) => held.get(threadId) ?? []);
    for (const threadId of plan.absorbed) held.delete(threadId);
    held.set(thread.threadId, [...(held.get(thread.threadId) ?? []), ...moved, one]);
  });
  return [...held.values()];
};

/** Threads as the sorted numbers of their messages, so that order and look-alikes play no part. */
const asNumbers = (threads: readonly (readonly { readonly n: number }[])[]): readonly string[] =>
  threads.map((thread) => [...new Set(thread.map(({ n }) => n))].sort((a, b) => a - b).join(' ')).sort();

const someIds = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 });
const someMessages: fc.Arbitrary<readonly (ThreadingIds & { readonly n: number })[]> = fc
  .array(
    fc.record({ own: fc.option(fc.nat(9), { nil: undefined }), inReplyTo: someIds, references: someIds }),
    {
      maxLength: 12,
    },
  )
  .map((rows) =>
    rows.map(({ own, inReplyTo, references }, n) => ({
      n,
      messageId: own === undefined ? undefined : aMessageId(id(`${own}`)),
      inReplyTo: inReplyTo.map((n) => aMessageId(id(`${n}`))),
      references: references.map((n) => aMessageId(id(`${n}`))),
    })),
  );
