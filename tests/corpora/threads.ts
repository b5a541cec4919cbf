/*
 * Our threads beside a real Dovecot's THREAD=REFS on a folder of real mail, and beside themselves in other orders:
 *   node tests/corpora/threads.ts FOLDER
 * Prints counts, and each difference as places and ids with what seems to cause it; never a subject or an address.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { NormalisedMessageId } from '../../lib/domain/message-id.ts';
import { joinThreads, planJoin, type StandingThread, type ThreadingIds } from '../../lib/domain/thread.ts';
import { parseHead, readHeaders } from '../../server/providers/mime.ts';
import { seededRandom } from '../bench/seeded-random.ts';
import { startDovecot } from '../lab/imap/dovecot.ts';
import { threadRefs } from '../lab/imap/thread-refs.ts';
import { filesUnder } from './files-under.ts';

type Placed = ThreadingIds & { readonly place: number };
type Partition = readonly (readonly number[])[];

const main = async (folder: string): Promise<void> => {
  const paths = await filesUnder(folder);
  const sources = await Promise.all(paths.map((path) => readFile(path)));
  const messages: Placed[] = [];
  for (const [place, raw] of sources.entries()) {
    const { messageId, inReplyTo, references } = readHeaders(await parseHead(raw), 0);
    messages.push({ place, messageId, inReplyTo, references });
  }
  const ours = canonical(joinThreads(messages).map((thread) => thread.map(({ place }) => place)));
  const dovecot = await startDovecot({ persona: 'modern' });
  let theirs: Partition;
  try {
    theirs = canonical(await threadRefs(dovecot, 'reader', sources));
  } finally {
    await dovecot.close();
  }
  console.log(`${messages.length} messages: ${ours.length} threads of ours, ${theirs.length} of Dovecot's`);
  const differences = differing(ours, theirs);
  console.log(
    `${differences.length} differences, ${((100 * differences.length) / theirs.length).toFixed(2)} % of Dovecot's threads`,
  );
  for (const difference of differences) {
    console.log(`- ours ${JSON.stringify(difference.ours)} Dovecot ${JSON.stringify(difference.theirs)}`);
    for (const place of difference.ours.flat()) {
      const message = messages[place];
      const path = relative(folder, paths[place] ?? '');
      console.log(
        `    ${place} ${path} id ${message?.messageId ?? 'none'} ancestors ${JSON.stringify([...(message?.references ?? []), '|', ...(message?.inReplyTo ?? [])])}`,
      );
    }
  }
  const wanted = JSON.stringify(ours);
  for (const [name, order] of orders(messages)) {
    console.log(`${JSON.stringify(oneByOne(order)) === wanted ? 'same' : 'OTHER'} one by one, ${name}`);
    console.log(
      `${JSON.stringify(inBatches(order)) === wanted ? 'same' : 'OTHER'} in batches of 97, ${name}`,
    );
  }
};

/** Threads that only one of the two has, put together where they share messages. */
const differing = (
  ours: Partition,
  theirs: Partition,
): readonly { readonly ours: Partition; readonly theirs: Partition }[] => {
  const same = new Set(theirs.map((thread) => JSON.stringify(thread)));
  const both = new Set(ours.map((thread) => JSON.stringify(thread)).filter((thread) => same.has(thread)));
  const left = ours.filter((thread) => !both.has(JSON.stringify(thread)));
  const right = theirs.filter((thread) => !both.has(JSON.stringify(thread)));
  const groups: { ours: (readonly number[])[]; theirs: (readonly number[])[] }[] = [];
  for (const thread of left) {
    const touching = right.filter((each) => each.some((place) => thread.includes(place)));
    const known = groups.find((group) => group.theirs.some((each) => touching.includes(each)));
    if (known === undefined) groups.push({ ours: [thread], theirs: touching });
    else {
      known.ours.push(thread);
      known.theirs.push(...touching.filter((each) => !known.theirs.includes(each)));
    }
  }
  return groups;
};

const canonical = (threads: Partition): Partition =>
  threads.map((thread) => [...thread].sort((a, b) => a - b)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));

const orders = (messages: readonly Placed[]): readonly (readonly [string, readonly Placed[]])[] => [
  ...[1, 2, 3].map((seed) => [`shuffled ${seed}`, shuffled(messages, seed)] as const),
  ['last ones first, so that parents come late', messages.toReversed()],
];

const shuffled = (messages: readonly Placed[], seed: number): readonly Placed[] => {
  const random = seededRandom(seed);
  return messages
    .map((message) => ({ message, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ message }) => message);
};

/** As the server joins: each message by the ids recorded so far. */
const oneByOne = (messages: readonly Placed[]): Partition => {
  const world = newWorld();
  for (const message of messages) world.take(message);
  return world.partition();
};

/** Each batch joined in itself first, as one page of a mailbox; then one message stands for the ids of each thread of it. */
const inBatches = (messages: readonly Placed[]): Partition => {
  const world = newWorld();
  for (let from = 0; from < messages.length; from += 97)
    for (const thread of joinThreads(messages.slice(from, from + 97)))
      for (const message of thread) world.take(message);
  return world.partition();
};

const newWorld = () => {
  const threadOf = new Map<NormalisedMessageId, StandingThread>();
  const places = new Map<string, number[]>();
  return {
    take: (message: Placed): void => {
      const plan = planJoin(message, (id) => threadOf.get(id));
      const threadId = plan.threadId ?? `t${message.place}`;
      const createdAt = [...threadOf.values()].find((each) => each.threadId === threadId)?.createdAt;
      const thread = { threadId, createdAt: createdAt ?? places.size };
      const moved = plan.absorbed.flatMap((each) => places.get(each) ?? []);
      places.set(threadId, [...(places.get(threadId) ?? []), ...moved, message.place]);
      for (const each of plan.absorbed) places.delete(each);
      if (plan.absorbed.length > 0)
        for (const [id, standing] of threadOf)
          if (plan.absorbed.includes(standing.threadId)) threadOf.set(id, thread);
      for (const id of plan.idsToRecord) threadOf.set(id, thread);
    },
    partition: (): Partition => canonical([...places.values()]),
  };
};

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Say which folder of mail: node tests/corpora/threads.ts FOLDER');
  process.exitCode = 1;
} else await main(folder);
