/*
 * Our threads beside a real Dovecot's THREAD=REFS on a folder of real mail, and beside themselves in other orders:
 *   node tests/corpora/threads.ts FOLDER
 * Prints counts, and each difference as places and ids with the rule that causes it; never a subject or an address.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { foldAddress } from '../../lib/domain/address.ts';
import type { NormalisedMessageId } from '../../lib/domain/message-id.ts';
import {
  joinThreads,
  planJoin,
  type StandingThread,
  type ThreadingIds,
  threadingIds,
} from '../../lib/domain/thread.ts';
import { parseHead, readHeaders } from '../../server/providers/mime.ts';
import { seededRandom } from '../bench/seeded-random.ts';
import { startDovecot } from '../lab/imap/dovecot.ts';
import { threadRefs } from '../lab/imap/thread-refs.ts';
import { filesUnder } from './files-under.ts';

type Placed = ThreadingIds & { readonly place: number };
/** A message on whose In-Reply-To the two disagree, since an address that others are written to stands there in brackets. */
type Sentence = { readonly raw: Uint8Array; readonly peopleNamed: number };
type Partition = readonly (readonly number[])[];

const main = async (folder: string): Promise<void> => {
  const paths = await filesUnder(folder);
  const sources = await Promise.all(paths.map((path) => readFile(path)));
  const messages: Placed[] = [];
  const writtenTo = new Map<string, number>();
  for (const [place, raw] of sources.entries()) {
    const { messageId, inReplyTo, references, participants } = readHeaders(await parseHead(raw), 0);
    messages.push({ place, messageId, inReplyTo, references });
    for (const address of new Set(participants.map((one) => foldAddress(one.address))))
      writtenTo.set(address, 1 + (writtenTo.get(address) ?? 0));
  }
  const sentences = new Map(
    sources.flatMap((raw, place) => {
      const sentence = withoutPeople(raw, writtenTo);
      return sentence === undefined ? [] : [[place, sentence] as const];
    }),
  );
  const ours = canonical(joinThreads(messages).map((thread) => thread.map(({ place }) => place)));
  const dovecot = await startDovecot({ persona: 'modern' });
  try {
    const asItIs = canonical(await threadRefs(dovecot, 'reader', sources));
    console.log(`${messages.length} messages`);
    tell('as it is', ours, asItIs);
    const told = differing(ours, asItIs);
    const withIdsAlone = canonical(
      await threadRefs(
        dovecot,
        'reader-of-ids',
        sources.map((raw, place) => sentences.get(place)?.raw ?? raw),
      ),
    );
    tell('without addresses of people in In-Reply-To', ours, withIdsAlone);
    const left = differing(ours, withIdsAlone);
    const isLeft = (places: readonly number[]) =>
      left.some((each) => each.ours.flat().some((place) => places.includes(place)));
    for (const difference of told.filter((each) => !isLeft(each.ours.flat()))) {
      console.log(`- ${show(difference)}`);
      for (const place of difference.ours.flat()) {
        const sentence = sentences.get(place);
        if (sentence !== undefined)
          console.log(
            `    ${relative(folder, paths[place] ?? '')}: Dovecot takes the first <...> in In-Reply-To for the id, and it is an address on ${sentence.peopleNamed} messages here`,
          );
      }
    }
    for (const difference of left) {
      console.log(`- ${show(difference)}`);
      for (const { place, rule } of rulesOf(messages, difference))
        console.log(`    ${relative(folder, paths[place] ?? '')}: ${rule}`);
    }
  } finally {
    await dovecot.close();
  }
  const wanted = JSON.stringify(ours);
  for (const [name, order] of orders(messages)) {
    console.log(`${JSON.stringify(oneByOne(order)) === wanted ? 'same' : 'OTHER'} one by one, ${name}`);
    console.log(
      `${JSON.stringify(inBatches(order)) === wanted ? 'same' : 'OTHER'} in batches of 97, ${name}`,
    );
  }
};

const tell = (what: string, ours: Partition, theirs: Partition): void => {
  const { length } = differing(ours, theirs);
  console.log(
    `${what}: ${ours.length} threads of ours, ${theirs.length} of Dovecot's, ${length} differences (${((100 * length) / theirs.length).toFixed(2)} %)`,
  );
};

const show = ({ ours, theirs }: { readonly ours: Partition; readonly theirs: Partition }): string =>
  `ours ${JSON.stringify(ours)} Dovecot ${JSON.stringify(theirs)}`;

/** The source without such addresses in its In-Reply-To, told by who the folder's mail is from and to and by nothing of ours. */
const withoutPeople = (raw: Uint8Array, writtenTo: ReadonlyMap<string, number>): Sentence | undefined => {
  const text = Buffer.from(raw).toString('latin1');
  const [header] =
    /^in-reply-to:(?:[^\r\n]|\r?\n(?=[ \t]))*/im.exec(text.slice(0, text.search(/\r?\n\r?\n/))) ?? [];
  if (header === undefined) return undefined;
  let peopleNamed = 0;
  const bare = header.replace(/<([^<>]*)>/g, (bracketed, inside: string) => {
    const count = writtenTo.get(inside.trim().toLowerCase()) ?? 0;
    peopleNamed = Math.max(peopleNamed, count);
    return count === 0 ? bracketed : '';
  });
  if (peopleNamed === 0) return undefined;
  return {
    raw: Buffer.from(
      text.replace(header, () => bare),
      'latin1',
    ),
    peopleNamed,
  };
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

/** Why each message stands apart that is not in the largest of Dovecot's threads. */
const rulesOf = (
  messages: readonly Placed[],
  { ours, theirs }: { readonly ours: Partition; readonly theirs: Partition },
): readonly { readonly place: number; readonly rule: string }[] => {
  const [, ...apart] = [...theirs].sort((a, b) => b.length - a.length);
  const all = ours.flat().flatMap((place) => messages[place] ?? []);
  return apart.flat().flatMap((place) => {
    const message = messages[place];
    if (message === undefined) return [];
    const closing = all.find((other) => closesLoop(message, other));
    const rule =
      closing === undefined
        ? `no known rule: ${threadingIds(message).join(' ')}`
        : `message ${closing.place} names it in References before what it answers, a loop, which RFC 5256 leaves untied`;
    return [{ place, rule }];
  });
};

const closesLoop = ({ messageId, references }: Placed, other: Placed): boolean =>
  messageId !== undefined &&
  other.references.includes(messageId) &&
  other.references
    .slice(other.references.indexOf(messageId))
    .some((id) => id !== messageId && references.includes(id));

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
