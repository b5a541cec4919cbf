/*
 * Our threads beside a real Dovecot's THREAD=REFS on a folder of real mail, and beside themselves in other orders:
 *   node tests/corpora/threads.ts FOLDER
 * Prints counts, and each difference as places and ids with what seems to cause it; never a subject or an address.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type NormalisedMessageId, readAnsweredIds } from '../../lib/domain/message-id.ts';
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
  try {
    const asItIs = canonical(await threadRefs(dovecot, 'reader', sources));
    console.log(`${messages.length} messages`);
    tell('as it is', ours, asItIs);
    const told = differing(ours, asItIs);
    const withoutSentences = canonical(
      await threadRefs(dovecot, 'reader-of-ids', sources.map(withoutSentence)),
    );
    tell('without addresses of people in In-Reply-To', ours, withoutSentences);
    const left = differing(ours, withoutSentences);
    const isLeft = (places: readonly number[]) =>
      left.some((each) => each.ours.flat().some((place) => places.includes(place)));
    for (const difference of told)
      if (!isLeft(difference.ours.flat()))
        console.log(`- ${show(difference)}: Dovecot takes a person's address in In-Reply-To for an id`);
    for (const difference of left) {
      console.log(`- ${show(difference)}`);
      for (const tie of crossingTies(messages, difference).slice(0, 8))
        console.log(`    ${relative(folder, paths[tie.place] ?? '')}: ${tie.rule}: ${tie.id}`);
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

/** The source with only ids left in an In-Reply-To of the form "Message from NAME <address> of TIME <id>". */
const withoutSentence = (raw: Uint8Array): Uint8Array => {
  const text = Buffer.from(raw).toString('latin1');
  const header = /^in-reply-to:(?:[^\r\n]|\r?\n(?=[ \t]))*/im.exec(text);
  if (header === null || !/\bfrom\b/i.test(header[0])) return raw;
  const ids = readAnsweredIds(header[0].slice('in-reply-to:'.length).replace(/\r?\n/g, ''));
  const line = ids.length === 0 ? 'X-No-Ids: yes' : `In-Reply-To: ${ids.map((id) => `<${id}>`).join(' ')}`;
  return Buffer.from(
    text.replace(header[0], () => line),
    'latin1',
  );
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

/** What joins messages in ours that are apart in Dovecot's: ids that messages of several of its threads name. */
const crossingTies = (
  messages: readonly Placed[],
  { ours, theirs }: { readonly ours: Partition; readonly theirs: Partition },
): readonly { readonly place: number; readonly id: string; readonly rule: string }[] => {
  const threadOf = new Map(theirs.flatMap((thread, at) => thread.map((place) => [place, at] as const)));
  const holders = new Map<NormalisedMessageId, Set<number | undefined>>();
  const all = ours.flat().flatMap((place) => messages[place] ?? []);
  for (const message of all)
    for (const id of threadingIds(message))
      holders.set(id, (holders.get(id) ?? new Set()).add(threadOf.get(message.place)));
  return all.flatMap((message) =>
    threadingIds(message)
      .filter((id) => (holders.get(id)?.size ?? 0) > 1)
      .map((id) => ({ place: message.place, id, rule: ruleOf(message, id) })),
  );
};

const ruleOf = ({ messageId, references, inReplyTo }: Placed, id: NormalisedMessageId): string => {
  if (id === messageId) return 'its own id';
  if (references.includes(id)) return `References ${references.indexOf(id) + 1} of ${references.length}`;
  return `In-Reply-To ${inReplyTo.indexOf(id) + 1} of ${inReplyTo.length}, beside ${references.length} References`;
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
