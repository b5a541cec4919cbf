/* All that is held about a candidate, saved as one file: by whoever works with them, and no more than they may read. */
import { beforeAll, expect, test } from 'vitest';
import type { CandidateId } from '../../lib/contract/ids.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal, setStance } from '../world/acts.ts';
import { ana, candidates, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld({ isSetUpHere: true });
const janesId = (): CandidateId => world.candidateId(jane.address);
const ask = (who: WorldPerson, form: 'page' | 'data', candidateId = janesId()) =>
  world.as(who).api.candidate.export.mutate({ candidateId, form });
const data = async (who: WorldPerson, candidateId?: CandidateId) =>
  JSON.parse((await ask(who, 'data', candidateId)).text);
const subjects = (exported: { conversations: { subject: string }[] }) =>
  exported.conversations.map(({ subject }) => subject).sort();

beforeAll(async () => {
  await world.sql(`update candor.policy set default_visibility = 'record-access'`);
  const raw = [
    'Message-ID: <exported@mailbox.test>',
    `From: ${jane.name} <${jane.address}>`,
    `To: ${ana.address}`,
    'Subject: My papers',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<p>As <b>laid out</b></p><script>alert(1)</script><img src="https://track.test/x.gif"><p onclick="x()">end</p>',
    '--b',
    'Content-Type: text/html',
    'Content-Disposition: attachment; filename="cv\'&quot;<b>.html"',
    '',
    '<script>alert("attached")</script>',
    '--b--',
    '',
  ].join('\r\n');
  world.lab.deliver(ana.address, raw, { at: world.clock.now() });
  world.send({ from: jane, to: [ana], subject: 'Open to the team', text: 'Read <b>me</b> & all' });
  const closed = world
    .send({ from: jane, to: [ana], subject: 'Only for Ana', text: 'Nobody else' })
    .get(ana.address);
  await world.pull(ana);
  const { threadId } = keptThread(await look(world.as(ana), closed ?? ''));
  await setStance(world.as(ana), closed ?? '', threadId, 'private');
});

test('holds for its owner everything, and the page needs nothing but itself [LI-26]', async () => {
  const exported = await data(ana);
  expect(exported).toMatchObject({
    company: 'Acme Robotics',
    askedBy: ana.name,
    hiddenConversationCount: 0,
    candidate: { name: jane.name, addresses: [jane.address], jobs: [{ title: 'Backend Engineer' }] },
  });
  expect(subjects(exported)).toEqual(['My papers', 'Only for Ana', 'Open to the team']);
  const page = await ask(ana, 'page');
  expect(page).toMatchObject({
    mediaType: 'text/html',
    name: expect.stringMatching(/^candidate-[\d-]{10}-[0-9a-f]{8}\.html$/),
  });
  expect(page.text).toContain('All conversations with this person are in here.');
  expect(page.text).toContain('Read &lt;b&gt;me&lt;/b&gt; &amp; all');
  expect(page.text).not.toMatch(/<script|onclick|https?:|srcset/i);
  expect(page.text).toContain("default-src 'none'");
});

test('holds a message’s HTML cleaned, in a frame without rights, and what hangs on it as bytes to save [LI-26]', async () => {
  const { conversations } = await data(ana);
  const [message] = conversations.find(
    ({ subject }: { subject: string }) => subject === 'My papers',
  ).messages;
  expect(message.html).toContain('<b>laid out</b>');
  expect(message.html).not.toMatch(/<script|onclick|track\.test/);
  const [file] = message.attachments;
  expect(Buffer.from(file.base64, 'base64').toString().trim()).toBe('<script>alert("attached")</script>');
  const { text } = await ask(ana, 'page');
  expect(text).toContain('<iframe sandbox title');
  expect(text).toContain(`href="data:application/octet-stream;base64,${file.base64}"`);
  expect(text).not.toContain("cv'&quot;<b>");
});

test('holds for a colleague what they may read, counts what they may not, and names nothing of it [LI-26] [N-06]', async () => {
  for (const who of [mia, tom]) {
    const exported = await data(who);
    expect(subjects(exported)).toEqual(['My papers', 'Open to the team']);
    expect(exported.hiddenConversationCount).toBe(1);
    const { text } = await ask(who, 'page');
    expect(text).toContain(
      `1 conversation with this person is not in here, because ${who.name} may not read it. Colleagues who may can save it.`,
    );
    for (const all of [text, JSON.stringify(exported)]) {
      expect(all).not.toContain('Only for Ana');
      expect(all).not.toContain('Nobody else');
    }
  }
});

test('tells of messages inside a conversation that are not in it', async () => {
  const id = 'first-of-two@mailbox.test';
  const first = world
    .send({ id, from: jane, to: [ana], cc: [tom], subject: 'Two of us', text: 'With Tom' })
    .get(ana.address);
  world.send({ from: jane, to: [ana], subject: 'Re: Two of us', text: 'Without Tom', references: [id] });
  await world.pull(ana);
  const { threadId } = keptThread(await look(world.as(ana), first ?? ''));
  await setStance(world.as(ana), first ?? '', threadId, 'private');
  const found = (await data(tom)).conversations.find(
    ({ subject }: { subject: string }) => subject === 'Two of us',
  );
  expect(found).toMatchObject({ hiddenMessageCount: 1, messages: [{ text: 'With Tom\n' }] });
  expect((await ask(tom, 'page')).text).not.toContain('Without Tom');
});

test('is for nobody who does not work with the candidate [N-06]', async () => {
  expect(await refusal(ask(raj, 'page'))).toBe('not-found');
});

test('is written in the audit each time, with who, whom and how many were left out [LI-26]', async () => {
  const rows = () =>
    world.sql<{
      actor_id: string;
      facts: { candidate_id: string; message_ids: string[]; hidden_count: number };
    }>(`select actor_id, facts from candor.audit where kind = 'candidate-exported' order by seq`);
  const before = (await rows()).length;
  const exported = await data(mia);
  const after = await rows();
  expect(after).toHaveLength(before + 1);
  const [person] = await world.sql<{ id: string }>('select id from candor.person where address = $1', [
    mia.address,
  ]);
  expect(after.at(-1)).toEqual({
    actor_id: person?.id,
    facts: {
      candidate_id: janesId(),
      message_ids: exported.conversations.flatMap(({ messages }: { messages: { messageId: string }[] }) =>
        messages.map(({ messageId }) => messageId),
      ),
      hidden_count: exported.hiddenConversationCount,
    },
  });
});

test('of somebody no mail is kept with is their record alone', async () => {
  const [, luca] = candidates;
  const exported = await data(ana, world.candidateId(luca?.address ?? ''));
  expect(exported.conversations).toEqual([]);
  await log(world.as(ana), world.threadId(ana, 'noor'), [world.candidateId(luca?.address ?? '')]);
  expect((await data(ana, world.candidateId(luca?.address ?? ''))).conversations).toHaveLength(1);
});
