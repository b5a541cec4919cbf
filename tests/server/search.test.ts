/* Searching mail over the wire: what is found by what, by whom, and that nothing tells of the rest. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failureWords } from '../../lib/contract/failure.ts';
import type { ThreadId } from '../../lib/contract/ids.ts';
import type { SearchHit, SearchRequest } from '../../lib/contract/search.ts';
import type { Stance } from '../../lib/contract/thread.ts';
import { overrideMs } from '../../lib/domain/readable.ts';
import { mostWordsOfMessage } from '../../lib/domain/search-words.ts';
import { undoMs } from '../../lib/domain/undo.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal, setStance, undo } from '../world/acts.ts';
import { ana, candidates, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const dayMs = 24 * 3_600_000;

const search = (person: WorldPerson, text: string, more: Partial<SearchRequest> = {}) =>
  world.as(person).api.search.messages.query({ text, ...more });
/** How many are found, which must be how many are counted. */
const countOf = async (person: WorldPerson, text: string, more: Partial<SearchRequest> = {}) => {
  const { hits, total } = await search(person, text, more);
  expect(total).toEqual({ count: hits.length, isMore: false });
  return hits.length;
};
const markedIn = ({ text, marks }: { text: string; marks: { start: number; end: number }[] }) =>
  marks.map(({ start, end }) => text.slice(start, end));
const onlyHit = async (person: WorldPerson, text: string): Promise<SearchHit> => {
  const { hits } = await search(person, text);
  const [hit] = hits;
  if (hit === undefined || hits.length > 1) throw new Error(`${hits.length} are found.`);
  return hit;
};
const setDefault = (visibility: 'owner-only' | 'record-access') =>
  world.sql('update candor.policy set default_visibility = $1', [visibility]);
const messagesWithWords = async () =>
  (await world.sql<{ id: string }>('select message_id as id from candor.message_words'))
    .map(({ id }) => id)
    .sort();
const messagesKept = async () =>
  (await world.sql<{ id: string }>('select id from candor.message')).map(({ id }) => id).sort();

describe('who finds it', () => {
  let threadId: ThreadId;
  let open = '';
  const decide = (stance: Stance) => setStance(world.as(ana), open, threadId, stance);
  /** One word of each of Ana's four messages with Jane, in their order; Tom was on Cc of the first two. */
  const words = ['invite', 'prepare', 'preparation', 'Friday'];
  const foundBy = async (person: WorldPerson): Promise<number[]> => {
    const counts: number[] = [];
    for (const word of words) counts.push(await countOf(person, word));
    return counts;
  };

  beforeAll(async () => {
    open = world.threadId(ana, 'jane');
    await log(world.as(ana), open, [world.candidateId(jane.address)]);
    threadId = keptThread(await look(world.as(ana), open)).threadId;
  });

  describe.each(['owner-only', 'record-access'] as const)(
    'where the company’s default is %s',
    (visibility) => {
      test.each(['default', 'private', 'shared'] as const)(
        'and the owner’s stance is %s, each finds by just what they may read [N-06]',
        async (stance) => {
          await setDefault(visibility);
          await decide(stance);
          const isOpen = stance === 'shared' || (stance === 'default' && visibility === 'record-access');
          const all = [1, 1, 1, 1];
          expect(await foundBy(ana)).toEqual(all);
          expect(await foundBy(tom)).toEqual(isOpen ? all : [1, 1, 0, 0]);
          expect(await foundBy(mia)).toEqual(isOpen ? all : [0, 0, 0, 0]);
          expect(await foundBy(raj)).toEqual([0, 0, 0, 0]);
        },
      );
    },
  );

  test('whoever reads one message of a private thread is told nothing of the others by a hit on it [N-06]', async () => {
    await setDefault('record-access');
    await decide('private');
    const told = JSON.stringify(await search(tom, 'prepare'));
    const { messages } = await world.as(ana).api.thread.read.query({ threadId });
    expect(told).toContain(messages[1]?.messageId);
    for (const hidden of messages.slice(2))
      for (const secret of [hidden.messageId, hidden.sentAt, 'another offer', 'no preparation needed'])
        expect(told).not.toContain(secret);
  });

  test('what is hidden answers as what there is not [N-06]', async () => {
    await decide('private');
    expect(await search(mia, '"another offer"')).toEqual(await search(mia, '"nothing whatever"'));
    expect(await search(mia, 'Friday')).toEqual(await search(mia, 'xylophone'));
    const candidateId = world.candidateId(jane.address);
    expect(await search(mia, 'Friday', { candidateId })).toEqual(
      await search(mia, 'xylophone', { candidateId }),
    );
    expect(await search(raj, 'Friday', { candidateId })).toEqual(await search(raj, 'xylophone'));
  });

  test('a grant opens it to the one it was given, until it ends [JS-35] [N-06]', async () => {
    await decide('private');
    await world.as(ana).api.thread.setGrant.mutate({
      kind: 'grant',
      key: newKey(),
      ref: refOf(world.as(ana), open),
      threadId,
      granteeId: world.as(raj).personId,
      on: true,
      endsAt: new Date(world.clock.now() + dayMs).toISOString(),
    });
    expect(await foundBy(raj)).toEqual([1, 1, 1, 1]);
    expect(await foundBy(mia)).toEqual([0, 0, 0, 0]);
    world.clock.pass(dayMs);
    expect(await foundBy(raj)).toEqual([0, 0, 0, 0]);
  });

  test('an override opens it for its day [P-03] [N-06]', async () => {
    const miasOpen = world.threadId(mia, 'jane-salary');
    await log(world.as(mia), miasOpen, [world.candidateId(jane.address)]);
    const { threadId: mias } = keptThread(await look(world.as(mia), miasOpen));
    await setStance(world.as(mia), miasOpen, mias, 'private');
    expect(await countOf(ana, '"ten per cent"')).toBe(0);
    await world.as(ana).api.override.setAllowed.mutate({ isAllowed: true });
    await world.as(ana).api.override.use.mutate({
      candidateIds: [world.candidateId(jane.address)],
      reason: 'A complaint by Jane.',
    });
    expect(await countOf(ana, '"ten per cent"')).toBe(1);
    expect(await countOf(tom, '"ten per cent"')).toBe(0);
    world.clock.pass(overrideMs);
    expect(await countOf(ana, '"ten per cent"')).toBe(0);
  });

  test('whoever is on Bcc is found by nobody, themselves and the sender not excepted [N-06]', async () => {
    await setDefault('record-access');
    world.send({ from: mia, to: [jane], bcc: [raj], subject: 'Quietly', text: 'A walrus was seen.' });
    for (const person of [mia, raj]) await world.pull(person);
    for (const person of [ana, mia, tom, raj]) {
      expect(await countOf(person, raj.address)).toBe(0);
      expect(await countOf(person, 'walrus patel')).toBe(0);
    }
    for (const person of [mia, raj]) expect(await countOf(person, 'walrus')).toBe(1);
    expect(JSON.stringify(await search(mia, 'walrus'))).not.toContain(raj.name);
  });
});

describe('what is found', () => {
  const keep = async (lines: readonly string[], at = world.clock.now()) => {
    const head = [`Message-ID: <${crypto.randomUUID()}@mailbox.test>`, `To: ${ana.address}`];
    const { threadId } = world.lab.deliver(ana.address, [...head, ...lines, ''].join('\r\n'), { at });
    await world.pull(ana);
    return threadId;
  };
  const from = `From: "Jane Doe" <${jane.address}>`;

  test('a message by its subject, what it says, its people and what hangs on it, with the places marked', async () => {
    await keep([
      from,
      'Cc: "Óscar Ångström" <oscar@consultants.test>',
      'Subject: The Heliotrope project',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Dear Ana, the manatee swims. Straße und Manatee.',
      '--b',
      'Content-Type: application/pdf',
      'Content-Disposition: attachment; filename="zirconium-report.pdf"',
      '',
      'content-of-ytterbium',
      '--b--',
    ]);
    expect(markedIn((await onlyHit(ana, 'heliotrope')).subject)).toEqual(['Heliotrope']);
    const both = await onlyHit(ana, 'STRASSE manatee');
    expect(markedIn(both.excerpt ?? { text: '', marks: [] })).toEqual(['manatee', 'Straße', 'Manatee']);
    expect(both).toMatchObject({
      from: { text: `Jane Doe <${jane.address}>` },
      candidates: [{ name: jane.name }],
    });
    const byCc = await onlyHit(ana, 'oscar angstrom');
    expect(byCc.also.map((each) => [each.in, ...markedIn(each)])).toEqual([
      ['cc', 'Óscar', 'Ångström', 'oscar'],
    ]);
    expect((await onlyHit(ana, 'oscar@consultants.test')).also.map(markedIn)).toEqual([
      ['oscar@consultants.test'],
    ]);
    expect((await onlyHit(ana, 'zirconium')).also).toMatchObject([
      { in: 'attachment', text: 'zirconium-report.pdf' },
    ]);
    for (const not of ['ytterbium', 'manatees', 'heliotrope xylophone', '"swims manatee"'])
      expect([not, await countOf(ana, not)]).toEqual([not, 0]);
    expect(await countOf(ana, '"the manatee swims"')).toBe(1);
  });

  test('HTML by what is seen of it, and no message by what it quotes', async () => {
    await keep([
      from,
      'Subject: Page',
      'Content-Type: text/html',
      '',
      '<style>narwhal</style><p>dug<b>ong</b></p>',
    ]);
    await keep([
      from,
      'Subject: Re: Talk',
      '',
      'Certainly, capybara.',
      '',
      'On Mon, 23 Nov 2026 at 10:00, Ana Ortiz <ana@acme.test> wrote:',
      '> Would the axolotl suit you?',
      '',
      '-----Original Message-----',
      'The thylacine.',
    ]);
    expect(await countOf(ana, 'dugong')).toBe(1);
    expect(await countOf(ana, 'narwhal')).toBe(0);
    expect(await countOf(ana, 'capybara')).toBe(1);
    for (const quoted of ['axolotl', 'thylacine']) expect(await countOf(ana, quoted)).toBe(0);
  });

  test('only within the time and of the candidate that were asked for', async () => {
    const [, luca] = candidates;
    if (luca === undefined) throw new Error('No such candidate.');
    const at = world.clock.now();
    await keep(
      [from, 'Subject: Okapi', `Date: ${new Date(at - dayMs).toUTCString()}`, '', 'Yesterday'],
      at - dayMs,
    );
    await keep(
      [`From: ${luca.address}`, 'Subject: Okapi', `Date: ${new Date(at).toUTCString()}`, '', 'Today'],
      at,
    );
    const noon = new Date(at - dayMs / 2).toISOString();
    expect(await countOf(ana, 'okapi')).toBe(2);
    expect(
      (await search(ana, 'okapi', { from: noon })).hits.map(({ excerpt }) => excerpt?.text.trim()),
    ).toEqual(['Today']);
    expect(
      (await search(ana, 'okapi', { until: noon })).hits.map(({ excerpt }) => excerpt?.text.trim()),
    ).toEqual(['Yesterday']);
    expect(await countOf(ana, 'okapi', { candidateId: world.candidateId(luca.address) })).toBe(1);
  });

  test('hostile text is bounded in the index and found as far as it goes', async () => {
    const many = Array.from({ length: 100_000 }, (_, at) => `w${at}x`).join(' ');
    await keep([from, 'Subject: Huge', '', 'q'.repeat(1_000_000)]);
    await keep([from, 'Subject: Many', '', many]);
    await keep([
      from,
      `Subject: =?utf-8?B?${Buffer.from('\u202eelbatuh\u202c in\u200bvisible').toString('base64')}?=`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      '\u200f\u202epangolin\u202c\u0301\u0301 \ufffd',
    ]);
    expect(await countOf(ana, 'q'.repeat(150))).toBe(1);
    expect(await countOf(ana, 'w17x')).toBe(1);
    const hit = await onlyHit(ana, 'pangolin invisible');
    expect(`${hit.subject.text}${hit.excerpt?.text}`).not.toMatch(/[\u202a-\u202e]/);
    const [{ most } = { most: 0 }] = await world.sql<{ most: number }>(
      'select max(cardinality(words)) as most from candor.message_words',
    );
    expect(most).toBe(mostWordsOfMessage);
  });

  test('page after page, and counted no further than two hundred', async () => {
    const keepMany = async (word: string, count: number) => {
      for (let at = 0; at < count; at += 1) {
        const head = [
          `Message-ID: <${word}-${at}@mailbox.test>`,
          from,
          `To: ${ana.address}`,
          'Subject: Page',
        ];
        const raw = [...head, '', `${word} ${at}.`, ''].join('\r\n');
        world.lab.deliver(ana.address, raw, { at: world.clock.now() + at });
      }
      await world.pull(ana);
    };
    await keepMany('tapir', 45);
    const first = await search(ana, 'tapir');
    const second = await search(ana, 'tapir', { after: first.next });
    const third = await search(ana, 'tapir', { after: second.next });
    expect([first, second, third].map(({ hits, total }) => [hits.length, total.count])).toEqual([
      [20, 45],
      [20, 25],
      [5, 5],
    ]);
    expect(third.next).toBeUndefined();
    expect(
      new Set([first, second, third].flatMap(({ hits }) => hits.map(({ messageId }) => messageId))).size,
    ).toBe(45);
  });
});

describe('a search that is refused', () => {
  test.each([
    ['', 'search-too-short'],
    ['a', 'search-too-short'],
    ['?!', 'search-too-short'],
    ['ab '.repeat(30), 'search-too-long'],
    ['x'.repeat(300), 'search-too-long'],
  ] as const)('%j says in a sentence what to do', async (text, reason) => {
    expect(await refusal(search(ana, text))).toBe(reason);
    expect(failureWords[reason].next).toMatch(/^[A-Z].*\.$/);
  });
});

describe('the words of a message', () => {
  beforeEach(async () => {
    expect(await messagesWithWords()).toEqual(await messagesKept());
  });
  const kept = async (text: string) => {
    const threads = world.send({ from: jane, to: [ana], subject: 'To go', text });
    await world.pull(ana);
    return threads.get(ana.address) ?? '';
  };
  const remove = (threadId: string) =>
    world
      .as(ana)
      .api.thread.remove.mutate({ kind: 'remove', key: newKey(), ref: refOf(world.as(ana), threadId) });

  test('find nothing once it is removed, come back when that is undone, and go with it for good', async () => {
    const threadId = await kept('The numbat.');
    const removed = await remove(threadId);
    expect(await countOf(ana, 'numbat')).toBe(0);
    await undo(world.as(ana), threadId, removed);
    expect(await countOf(ana, 'numbat')).toBe(1);
    const before = await messagesWithWords();
    await remove(threadId);
    world.clock.pass(undoMs);
    await eraseDue(world.server.services, new AbortController().signal);
    expect(await messagesWithWords()).toHaveLength(before.length - 1);
    expect(await messagesWithWords()).toEqual(await messagesKept());
  });

  test('go in the same moment as a candidate who is erased', async () => {
    const [, , aisha] = candidates;
    if (aisha === undefined) throw new Error('No such candidate.');
    world.send({ from: aisha, to: [ana], subject: 'Mine', text: 'The saola.' });
    await world.pull(ana);
    expect(await countOf(ana, 'saola')).toBe(1);
    const before = await messagesWithWords();
    await world
      .as(ana)
      .api.erasure.erase.mutate({ candidateId: world.candidateId(aisha.address), askedBy: 'candidate' });
    expect(await countOf(ana, 'saola')).toBe(0);
    expect((await messagesWithWords()).length).toBeLessThan(before.length);
    expect(await messagesWithWords()).toEqual(await messagesKept());
  });
});
