/*
 * The matrix: every way to read, by everybody there can be, whatever the owner decided, the company's default is and the company
 * tells of what is hidden. The ways are the table of every procedure; what each person may read is asked of the rule in plain SQL.
 */
import { Writable } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Stance } from '../../lib/contract/thread.ts';
import { hiddenTiers } from '../../lib/domain/visibility.ts';
import { createLog } from '../../server/base/log.ts';
import { readAgain } from '../build/read-again.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, setStance } from '../world/acts.ts';
import { type About, ask, procedures } from '../world/every-procedure.ts';
import { answerOf } from '../world/looks.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';
import { disguises } from '../world/raw-scan.ts';

const logged: string[] = [];
const sink = new Writable({
  write: (part: Buffer, _encoding, done) => {
    logged.push(part.toString());
    done();
  },
});
const world = aWorld({ log: createLog(sink as never) });

/** A message of the thread, and words that stand in it alone. */
type Part = { readonly messageId: string; readonly text: string; readonly told: readonly string[] };
let parts: readonly Part[];
let about: About;
let openThread = '';
const openThreads = new Map<WorldPerson, string>();

const letters = [
  { from: ana, to: jane, cc: [tom] },
  { from: jane, to: ana, cc: [tom] },
  { from: ana, to: jane, cc: [] },
  { from: jane, to: ana, cc: [] },
] as const;
/** Gmail keeps mail in one thread by its subject as well. */
const subject = 'subject-of-zebra';
const wordsOf = (nth: number) => ({
  text: `body-${nth}-zebra`,
  file: `file-${nth}-zebra.txt`,
  inside: `inside-${nth}-zebra`,
  id: `id-${nth}-zebra@mail.test`,
});

const rawOf = (nth: number): string => {
  const letter = letters[nth] ?? letters[0];
  const words = wordsOf(nth);
  const earlier = letters.slice(0, nth).map((_, before) => `<${wordsOf(before).id}>`);
  return [
    `Message-ID: <${words.id}>`,
    `From: ${letter.from.address}`,
    `To: ${letter.to.address}`,
    ...letter.cc.map(({ address }) => `Cc: ${address}`),
    `Subject: ${subject}`,
    ...(earlier.length === 0 ? [] : [`References: ${earlier.join(' ')}`]),
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    words.text,
    '--part',
    'Content-Type: text/plain',
    `Content-Disposition: attachment; filename="${words.file}"`,
    '',
    words.inside,
    '--part--',
    '',
  ].join('\r\n');
};

beforeAll(async () => {
  const at = world.clock.now() - 60_000;
  for (const [nth, letter] of letters.entries())
    for (const holder of [ana, ...letter.cc])
      openThreads.set(
        holder,
        world.lab.deliver(holder.address, Buffer.from(rawOf(nth)), {
          at: at + nth * 1_000,
          labels: holder === letter.from ? ['SENT'] : ['INBOX'],
        }).threadId,
      );
  openThreads.set(mia, world.threadId(mia, 'jane-mia'));
  openThreads.set(
    raj,
    world.send({ from: jane, to: [raj], subject: 'To Raj', text: 'Hi' }).get(raj.address) ?? '',
  );
  openThread = openThreads.get(ana) ?? '';
  await log(world.as(ana), openThread, [world.candidateId(jane.address)]);
  const { threadId } = keptThread(await look(world.as(ana), openThread));
  const { messages } = await world.as(ana).api.thread.read.query({ threadId });
  parts = messages.map(({ messageId, text }) => {
    const words = letters.map((_, nth) => wordsOf(nth)).find((each) => text?.includes(each.text) === true);
    return { messageId, text: words?.text ?? '', told: [...Object.values(words ?? {}), messageId] };
  });
  about = {
    mailboxAddress: '',
    providerThreadId: '',
    providerMessageId: world.lab.mailbox(ana.address).thread(openThread).at(-1)?.id ?? '',
    threadId,
    messageId: parts.at(-1)?.messageId ?? '',
    candidateId: world.candidateId(jane.address),
    personId: world.as(tom).personId,
    mailboxId: world.mailboxId(ana),
    importId: crypto.randomUUID(),
    erasureId: crypto.randomUUID(),
    changeId: crypto.randomUUID(),
    jobId: crypto.randomUUID(),
    blockId: crypto.randomUUID(),
    requestId: crypto.randomUUID(),
    actionKey: crypto.randomUUID(),
    address: jane.address,
    words: 'zebra',
  };
});

const setRole = (role: string) =>
  world.sql('update candor.person set role = $2 where id = $1', [world.as(raj).personId, role]);
const grant = (on: boolean) =>
  world.as(ana).api.thread.setGrant.mutate({
    kind: 'grant',
    key: newKey(),
    ref: refOf(world.as(ana), openThread),
    threadId: keptId(),
    granteeId: world.as(raj).personId,
    on,
  });
const keptId = () => about.threadId as Parameters<typeof setStance>[2];
const setOverride = (on: boolean) => world.sql('update candor.policy set is_override_allowed = $1', [on]);
const setTeam = (on: boolean) =>
  world.sql(
    on
      ? `insert into candor.team_member (company_id, job_id, person_id)
         select a.company_id, a.job_id, $1 from candor.application a where a.candidate_id = $2`
      : `delete from candor.team_member t using candor.application a
         where t.job_id = a.job_id and t.person_id = $1 and a.candidate_id = $2`,
    [world.as(raj).personId, about.candidateId],
  );

type Viewer = {
  readonly who: string;
  readonly person: WorldPerson;
  readonly come?: () => Promise<unknown>;
  readonly go?: () => Promise<unknown>;
};
const viewers: readonly Viewer[] = [
  { who: 'its owner', person: ana },
  { who: 'a colleague on Cc of its first two messages', person: tom },
  { who: 'a recruiter who was not on it', person: mia },
  { who: 'an interviewer of another job', person: raj },
  {
    who: 'an admin who was not on it',
    person: raj,
    come: () => setRole('admin'),
    go: () => setRole('interviewer'),
  },
  {
    who: 'a hiring manager of the job’s team',
    person: raj,
    come: async () => [await setRole('hiring-manager'), await setTeam(true)],
    go: async () => [await setTeam(false), await setRole('interviewer')],
  },
  { who: 'somebody with a grant', person: raj, come: () => grant(true), go: () => grant(false) },
  {
    who: 'an admin who used the override',
    person: raj,
    come: async () => {
      await setRole('admin');
      await setOverride(true);
      // Refused where there is nothing to open: then they read what they read anyway.
      await answerOf(
        world.as(raj).api.override.use.mutate({
          candidateIds: [world.candidateId(jane.address)],
          reason: 'A complaint to look into',
        }),
      );
    },
    go: async () => [await setOverride(false), await setRole('interviewer')],
  },
];

/** What is only asked; and the two ways to read that the audit writes down, which makes them mutations. */
const readPaths = procedures.filter(
  ({ path, type }) => type === 'query' || path === 'candidate.export' || path === 'audit.export',
);
/** Where the person finds what they may read of the thread. */
const showing = ['thread.read', 'candidate.export', 'search.messages'];

const stands = (text: string, words: string): boolean =>
  disguises(words).some((disguise) => text.includes(disguise.toString('latin1')));

const readableBy = async (person: WorldPerson): Promise<ReadonlySet<string>> => {
  const pairs = await readAgain((sql) => world.sql(sql), world.companyId, world.clock.now());
  return new Set(
    pairs.filter((pair) => pair.person_id === world.as(person).personId).map((pair) => pair.message_id),
  );
};

describe.each(['owner-only', 'record-access'])('where the company’s default is %s', (visibility) => {
  test.each(['default', 'private', 'shared'] satisfies Stance[])(
    'and the owner’s stance is %s, no way to read tells anybody a word of what they may not read [N-06] [DC-09]',
    async (stance) => {
      await world.sql('update candor.policy set default_visibility = $1', [visibility]);
      await setStance(world.as(ana), openThread, keptId(), stance);
      const readCounts: number[] = [];
      for (const viewer of viewers) {
        await viewer.come?.();
        const readable = await readableBy(viewer.person);
        readCounts.push(parts.filter(({ messageId }) => readable.has(messageId)).length);
        for (const tier of hiddenTiers) {
          await world.sql('update candor.policy set hidden_tier = $1', [tier]);
          await expectNoWordOfTheRest(viewer, tier, readable);
        }
        await viewer.go?.();
      }
      const isOpen = stance === 'shared' || (stance === 'default' && visibility === 'record-access');
      expect(readCounts).toEqual(isOpen ? [4, 4, 4, 0, 0, 4, 4, 4] : [4, 2, 0, 0, 0, 0, 4, 4]);
    },
  );
});

const expectNoWordOfTheRest = async (
  { who, person }: Viewer,
  tier: string,
  readable: ReadonlySet<string>,
): Promise<void> => {
  const open = openThreads.get(person) ?? '';
  const mine = { ...about, mailboxAddress: person.address, providerThreadId: open };
  const hidden = parts.filter(({ messageId }) => !readable.has(messageId));
  const shown = parts.filter(({ messageId }) => readable.has(messageId));
  const forbidden = [...hidden.flatMap(({ told }) => told), ...(shown.length === 0 ? [subject] : [])];
  for (const procedure of readPaths) {
    const answer = await answerOf(ask(world.as(person), procedure, procedure.request(mine)));
    const text = JSON.stringify(answer) ?? '';
    // An id they asked with may be told back.
    const found = forbidden.filter((words) => words !== about.messageId && stands(text, words));
    expect([who, tier, procedure.path, found]).toEqual([who, tier, procedure.path, []]);
    // Only whoever may not open the candidate is given no file about them.
    const mayBeRefused = procedure.path === 'candidate.export';
    if (showing.includes(procedure.path) && !(mayBeRefused && text.startsWith('{"refused"')))
      for (const part of shown)
        expect([who, procedure.path, text]).toEqual([
          who,
          procedure.path,
          expect.stringContaining(part.text),
        ]);
  }
};

test('what the server logs tells nothing of any of it [N-06] [LV-06]', () => {
  expect(logged.length).toBeGreaterThan(0);
  const text = logged.join('');
  const told = [subject, ...letters.flatMap((_, nth) => Object.values(wordsOf(nth)))];
  expect(told.filter((words) => stands(text, words))).toEqual([]);
});
