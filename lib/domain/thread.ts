/*
 * Which messages are one thread: those that name each other in Message-ID, In-Reply-To or References, directly or over
 * others. An id that is only mentioned counts as a placeholder, so a reply may come before what it answers. A subject
 * never joins anything, and neither does a provider's thread id.
 * Source: RFC 5256 sec. 3 (REFERENCES, steps 1 and 2; its grouping by subject is left out on purpose)
 */
import type { NormalisedMessageId } from './message-id.ts';

/** What threads are joined by; every `MessageHeaders` has it. */
export type ThreadingIds = {
  readonly messageId?: NormalisedMessageId | undefined;
  readonly inReplyTo: readonly NormalisedMessageId[];
  readonly references: readonly NormalisedMessageId[];
};

/** Ancestors of one message that join: its first, and the last ones. Clients that shorten References keep those too. */
export const maxAncestors = 50;

/** A thread that already stands, as the ids recorded for it lead to it. */
export type StandingThread<T extends string = string> = { readonly threadId: T; readonly createdAt: number };

export type ThreadJoin<T extends string = string> = {
  /** The thread the message belongs to; absent when a new one is to be made. */
  readonly threadId?: T;
  /** Threads that this message shows to be the same one: their messages and recorded ids move to `threadId`. Never one that is kept apart. */
  readonly absorbed: readonly T[];
  /** Ids, real and placeholder, to be recorded for the thread; those already recorded are not among them. */
  readonly idsToRecord: readonly NormalisedMessageId[];
};

/** Every id that ties the message to others: its own first, then its ancestors, oldest first, each once. */
export const threadingIds = (message: ThreadingIds): readonly NormalisedMessageId[] => {
  const ancestors = [...new Set([...message.references, ...message.inReplyTo])];
  const joining =
    ancestors.length > maxAncestors
      ? [...ancestors.slice(0, 1), ...ancestors.slice(1 - maxAncestors)]
      : ancestors;
  return [...new Set(message.messageId === undefined ? joining : [message.messageId, ...joining])];
};

/** The messages as threads. Threads stand in the order of their first message, messages in the order given. */
export const joinThreads = <M extends ThreadingIds>(messages: readonly M[]): readonly (readonly M[])[] => {
  const parents = messages.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parents[root] !== root) {
      const next = parents[root] ?? root;
      parents[root] = parents[next] ?? next;
      root = parents[root] ?? root;
    }
    return root;
  };
  const holders = new Map<NormalisedMessageId, number>();
  messages.forEach((message, i) => {
    for (const id of threadingIds(message)) {
      const holder = holders.get(id);
      if (holder === undefined) holders.set(id, i);
      else parents[rootOf(i)] = rootOf(holder);
    }
  });
  const threads = new Map<number, M[]>();
  messages.forEach((message, i) => {
    const root = rootOf(i);
    const thread = threads.get(root);
    if (thread === undefined) threads.set(root, [message]);
    else thread.push(message);
  });
  return [...threads.values()];
};

/** What the message answers, nearest first, and its own id last. */
export const nearestFirst = ({
  messageId,
  inReplyTo,
  references,
}: ThreadingIds): readonly NormalisedMessageId[] => [
  ...new Set([...inReplyTo, ...references.toReversed(), ...(messageId === undefined ? [] : [messageId])]),
];

/**
 * What one arriving message does to the threads that stand. Taken message by message, in any order, this gives the same
 * threads as `joinThreads` over all of them. Of several threads the one created first survives, and of those created at
 * the same time the one with the smaller id. Threads that somebody split stay apart: of those the message goes to the
 * nearest that it answers, and the others stay as they are.
 */
export const planJoin = <T extends string>(
  message: ThreadingIds,
  threadOf: (id: NormalisedMessageId) => StandingThread<T> | undefined,
  areKeptApart: (a: T, b: T) => boolean = () => false,
): ThreadJoin<T> => {
  const ids = threadingIds(message);
  const idsToRecord = ids.filter((id) => threadOf(id) === undefined);
  const joined = new Map<T, StandingThread<T>>();
  const known = new Set(ids);
  for (const id of nearestFirst(message)) {
    const thread = known.has(id) ? threadOf(id) : undefined;
    if (thread === undefined) continue;
    if ([...joined.keys()].some((other) => areKeptApart(thread.threadId, other))) continue;
    joined.set(thread.threadId, thread);
  }
  const [survivor, ...others] = [...joined.values()].sort(byAge);
  const absorbed = others.map((thread) => thread.threadId);
  return survivor === undefined
    ? { absorbed, idsToRecord }
    : { threadId: survivor.threadId, absorbed, idsToRecord };
};

const byAge = (a: StandingThread, b: StandingThread): number =>
  a.createdAt - b.createdAt || (a.threadId < b.threadId ? -1 : 1);
