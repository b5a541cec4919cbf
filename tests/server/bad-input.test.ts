import { describe, expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, label, log, look, newKey, refOf, refusal } from '../world/acts.ts';
import { browse } from '../world/browse.ts';
import { ana, jane } from '../world/people.ts';

const world = aWorld({ connected: [ana] });
let serial = 0;
const nextId = (): string => {
  serial += 1;
  return `raw-${serial}@x.test`;
};
/** A letter from Jane with these header lines and this body; gives Gmail's thread id. */
const deliver = (lines: readonly string[], body: string | Uint8Array = 'Hello', id = nextId()): string => {
  const head = [`Message-ID: <${id}>`, `From: ${jane.address}`, ...lines].join('\r\n');
  const raw = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)]);
  return world.lab.deliver(ana.address, raw, { at: world.clock.now() }).threadId;
};
const logOf = (threadId: string) => log(world.as(ana), threadId, [world.candidateId(jane.address)]);
const readOf = async (threadId: string) => {
  const { threadId: root } = keptThread(await look(world.as(ana), threadId));
  return world.as(ana).api.thread.read.query({ threadId: root });
};
const record = async () =>
  (await world.dump())
    .split('\n')
    .filter((line) => !/^(queue|app)\./.test(line))
    .join('\n');

describe('what Gmail answers', () => {
  test.each([
    ['that is no JSON', { how: 'not-json' as const }, 'provider-refused'],
    ['with one error after another', { how: 503 }, 'provider-refused'],
    ['by breaking the connection', { how: 'reset' as const }, 'provider-refused'],
    ['by asking to wait', { how: 429 }, 'provider-busy'],
  ])('%s refuses the log with a reason, and nothing is stored by halves', async (_, fault, reason) => {
    const threadId = deliver(['To: ana@acme.test', 'Subject: In trouble']);
    const before = await record();
    world.lab.fail({ match: `/threads/${threadId}`, times: reason === 'provider-busy' ? 1 : 4, ...fault });
    expect(await refusal(logOf(threadId))).toBe(reason);
    expect(await record()).toBe(before);
    await logOf(threadId);
    expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(1);
  });

  test('half-way through a thread refuses the whole log', async () => {
    const id = 'half-way@x.test';
    const threadId = deliver(['To: ana@acme.test', 'Subject: Half way'], 'One', id);
    const reply = world.send({
      from: jane,
      to: [ana],
      subject: 'Re: Half way',
      text: 'Two',
      references: [id],
    });
    expect(reply.get(ana.address)).toBe(threadId);
    const last = world.lab.mailbox(ana.address).thread(threadId).at(-1);
    const before = await record();
    world.lab.fail({ match: `/messages/${last?.id}?format=raw`, times: 4, how: 500 });
    expect(await refusal(logOf(threadId))).toBe('provider-refused');
    expect(await record()).toBe(before);
  });

  test('to a thread id that does not exist is said as not found', async () => {
    for (const threadId of ['00000000000fffff', 'no-such-thread', 'FMfcgzQcpdqWvJpTlXjCXkBTGXlWzJMl']) {
      expect(await refusal(look(world.as(ana), threadId))).toBe('not-found');
      expect(await refusal(logOf(threadId))).toBe('not-found');
      expect(await refusal(label(world.as(ana), threadId))).toBe('not-found');
    }
  });
});

describe('a message', () => {
  test('of 30 MB is kept by its headers, and said to be so', async () => {
    const threadId = deliver(['To: ana@acme.test', 'Subject: Large'], Buffer.alloc(30 * 1024 * 1024, 'x'));
    await logOf(threadId);
    const { messages } = await readOf(threadId);
    expect(messages).toMatchObject([{ subject: 'Large', isHeadersOnly: true }]);
    expect(messages[0]?.text).toBeUndefined();
  });

  test.each([2_000, 12_000])('to %i people is kept whole', async (count) => {
    const people = Array.from({ length: count }, (_, at) => `p${at}@many-${count}.test`);
    const third = Math.ceil(count / 3);
    const lines = ['To', 'Cc', 'Bcc'].map(
      (name, at) => `${name}: ${people.slice(at * third, (at + 1) * third).join(', ')}`,
    );
    const threadId = deliver([...lines, 'Subject: To many']);
    await logOf(threadId);
    const { messages } = await readOf(threadId);
    expect((messages[0]?.to.length ?? 0) + (messages[0]?.cc.length ?? 0)).toBe(2 * third);
    expect((await look(world.as(ana), threadId)).participants.length).toBeGreaterThan(third);
  });

  test.each([
    [
      'with NUL and other control characters',
      ['Subject: a\0b\x07c', 'To: "N\0ul" <ana@acme.test>'],
      'x\0y\x01',
    ],
    [
      'with NUL in an encoded word',
      ['Subject: =?utf-8?B?AEEAQg==?=', 'To: =?utf-8?Q?a=00b?= <ana@acme.test>'],
      'x',
    ],
    [
      'with half a surrogate pair',
      ['Subject: =?utf-16be?B?2D0=?=', 'To: ana@acme.test'],
      Buffer.from([0xed, 0xa0, 0xbd]),
    ],
    [
      'in no known charset',
      ['Subject: =?x-none?B?/w==?=', 'To: ana@acme.test', 'Content-Type: text/plain; charset=x-none'],
      Buffer.from([0xff, 0xfe, 0]),
    ],
    [
      'with parts that never end',
      ['Subject: open', 'To: ana@acme.test', 'Content-Type: multipart/mixed; boundary=b'],
      '--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n',
    ],
    [
      'with base64 that is none',
      ['Subject: b64', 'To: ana@acme.test', 'Content-Type: text/plain', 'Content-Transfer-Encoding: base64'],
      '!!!!====',
    ],
    [
      'with an attachment of an impossible name',
      [
        'Subject: file',
        'To: ana@acme.test',
        'Content-Type: application/x; name="=?utf-8?B?AA==?="',
        'Content-Disposition: attachment',
      ],
      'x',
    ],
    ['without a subject, dated in no calendar', ['Date: yesterday-ish', 'To: ana@acme.test'], ''],
    [
      'with headers twice',
      [
        'Subject: one',
        'Subject: two',
        'To: ana@acme.test',
        'To: tom@acme.test',
        'Message-ID: <second@x.test>',
      ],
      'x',
    ],
    [
      'with ids that are none',
      ['Subject: ids', 'To: ana@acme.test', 'In-Reply-To: <<>>', 'References: \0 <a b@c> <> <x@y'],
      'x',
    ],
    [
      'that looks like SQL',
      [
        `Subject: '; drop table candor.message; --`,
        `To: "x'); delete from candor.person; --" <ana@acme.test>`,
      ],
      `$1'"\\`,
    ],
  ] as const)('%s is kept and can be read', async (_, lines, body) => {
    const threadId = deliver(lines, body);
    await logOf(threadId);
    const { messages } = await readOf(threadId);
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(await look(world.as(ana), threadId))).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  });

  test('without a Message-ID is kept once, however often it is met', async () => {
    const raw = `From: ${jane.address}\r\nTo: ${ana.address}\r\nSubject: No id\r\n\r\nHello`;
    const { threadId } = world.lab.deliver(ana.address, raw, { at: world.clock.now() });
    await world.pull(ana);
    await logOf(threadId);
    expect((await readOf(threadId)).messages).toHaveLength(1);
  });

  test('that comes under the Message-ID of another keeps both', async () => {
    const id = 'stolen-id@x.test';
    const first = deliver(['To: ana@acme.test', 'Subject: The first'], 'Honest words', id);
    await logOf(first);
    const second = deliver(['To: ana@acme.test', 'Subject: The second'], 'Other words', id);
    await logOf(second);
    expect((await readOf(first)).messages.map(({ text }) => text?.trim())).toEqual([
      'Honest words',
      'Other words',
    ]);
  });

  test('with scripts in its HTML is given as it came, for the view to clean', async () => {
    const threadId = deliver(
      ['To: ana@acme.test', 'Subject: Html', 'Content-Type: text/html'],
      '<script>alert(1)</script><p>Hi</p>',
    );
    await logOf(threadId);
    expect((await readOf(threadId)).messages[0]?.html).toContain('<p>Hi</p>');
  });
});

describe('what a client sends', () => {
  const hostile = [
    `'; drop table candor.message; --`,
    `%_\\`,
    '$' + '{7*7}',
    '<script>alert(1)</script>',
    '\u202egnp.exe',
    '😀'.repeat(40),
  ];

  test('is taken as text and nothing else', async () => {
    for (const text of hostile) {
      expect(await world.as(ana).api.candidate.search.query({ text })).toEqual([]);
      const threadId = deliver(['To: ana@acme.test', 'Subject: x']);
      const create = { name: text, address: nextId() };
      await log(world.as(ana), threadId, [{ create }]);
      const { candidates } = await look(world.as(ana), threadId);
      expect(candidates.map(({ name }) => name)).toContain(text);
    }
    expect((await world.sql('select count(*)::int as n from candor.message'))[0]?.n).toBeGreaterThan(5);
  });

  test('with a NUL, with no address, or beyond its bounds is refused as bad input, and nothing is stored', async () => {
    const { api } = world.as(ana);
    const threadId = deliver(['To: ana@acme.test', 'Subject: Bounds']);
    const ref = refOf(world.as(ana), threadId);
    const create = (name: string, address: string) =>
      api.thread.log.mutate({ kind: 'log', key: newKey(), ref, fileOn: [{ create: { name, address } }] });
    const before = await record();
    const asked = [
      create('a\0b', 'x@x.test'),
      create('a'.repeat(201), 'x@x.test'),
      create('Name', 'no address'),
      create('Name', `${'a'.repeat(400)}@x.test`),
      api.thread.log.mutate({
        kind: 'log',
        key: newKey(),
        ref,
        fileOn: Array.from({ length: 51 }, () => ({ create: { name: 'x', address: 'x@x.test' } })),
      }),
      api.thread.view.query({ mailboxAddress: 'a\0b@x.test', providerThreadId: 'abc' }),
      api.thread.view.query({ mailboxAddress: ana.address, providerThreadId: '../../labels' }),
      api.thread.view.query({ mailboxAddress: ana.address, providerThreadId: `a'; --` }),
      api.candidate.search.query({ text: '\0' }),
      api.candidate.search.query({ text: 'a'.repeat(201) }),
      api.live.wait.query({ cursor: 'x'.repeat(65) }),
      api.people.invite.mutate({ name: 'x\0', address: 'x@acme.test', role: 'recruiter' }),
    ];
    expect(await Promise.all(asked.map(refusal))).toEqual(asked.map(() => 'bad-input'));
    expect(await record()).toBe(before);
  });

  test('of more than a megabyte is refused before it is read', async () => {
    const answer = await fetch(`${world.server.url}/trpc/thread.log`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${world.as(ana).session}` },
      body: JSON.stringify({ junk: 'x'.repeat(1_100_000) }),
    });
    expect(answer.status).toBe(413);
  });

  test('to the pages is a form that says so, never a fault', async () => {
    const browser = browse(world.server.url, world.as(ana).cookies);
    const odd = ['', '\0', 'x'.repeat(5_000), `'; --`, '{"a":1}'];
    for (const text of odd) {
      const pages = [
        await browser.post('/sign-in', { address: text, password: text }),
        await browser.post('/device', { user_code: text, answer: 'approve' }),
        await browser.post('/setup', {
          token: text,
          company: text,
          name: text,
          address: text,
          password: text,
        }),
        await browser.post('/invitation', { token: text, name: text, password: text }),
        await browser.get(`/device?user_code=${encodeURIComponent(text)}`),
        await browser.get(`/setup?token=${encodeURIComponent(text)}`),
        await browser.get(
          `/oauth/google/callback?state=${encodeURIComponent(text)}&code=${encodeURIComponent(text)}`,
        ),
      ];
      for (const { status } of pages) expect(status).toBeLessThan(500);
    }
    const code = await fetch(`${world.server.url}/api/auth/device/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: '\0',
        client_id: 'candor-extension',
      }),
    });
    expect(code.status).toBe(400);
  });
});
