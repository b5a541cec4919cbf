/* Every request there is, with ids of another company and with words that are made to break out of a query. */
import { beforeAll, expect, test, vi } from 'vitest';
import { AccessRequestId } from '../../lib/contract/access-request.ts';
import { FailureReason } from '../../lib/contract/failure.ts';
import { appRouter } from '../../server/trpc/router.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, setStance } from '../world/acts.ts';
import { addAnotherCompany, type OtherCompany, othersId } from '../world/another-company.ts';
import { type About, ask, type Procedure, procedures } from '../world/every-procedure.ts';
import { answerOf } from '../world/looks.ts';
import { ana, candidates, jane, mia, tom } from '../world/people.ts';
import type { SignedIn } from '../world/start-world.ts';

const world = aWorld();
let other: OtherCompany;
let otherBefore: string;
let own: About;

beforeAll(async () => {
  const { api } = world.as(ana);
  const providerThreadId = world.threadId(ana, 'jane');
  await log(world.as(ana), providerThreadId, [world.candidateId(jane.address)]);
  const { threadId } = keptThread(await look(world.as(ana), providerThreadId));
  const stance = await setStance(world.as(ana), providerThreadId, threadId, 'private');
  const { messages } = await api.thread.read.query({ threadId });
  const { mine } = await api.guard.block.mutate({ whose: 'mine', entry: 'nobody@blocked.test' });
  const second = candidates.find(({ address }) => address !== jane.address);
  const erasure = await api.erasure.erase.mutate({
    candidateId: world.candidateId(second?.address ?? ''),
    askedBy: 'candidate',
  });
  const search = await api.import.syncCandidate.mutate({
    mailboxId: world.mailboxId(ana),
    candidateId: world.candidateId(jane.address),
  });
  await vi.waitUntil(
    async () => (await world.sql("select from candor.mailbox_import where state <> 'done'")).length === 0,
    30_000,
  );
  const requestId = AccessRequestId.parse(crypto.randomUUID());
  await world.as(mia).api.accessRequest.ask.mutate({
    id: requestId,
    candidateId: world.candidateId(jane.address),
    ownerId: world.as(ana).personId,
  });
  const change = await api.company.proposeVisibility.mutate({
    defaultVisibility: 'record-access',
    hiddenTier: 'contact',
    keeps: 'whole',
    isReadingAllowed: true,
  });
  const [copy] = await world.sql<{ id: string }>(
    'select provider_message_id as id from candor.message_copy limit 1',
  );
  const [job] = await world.sql<{ id: string }>('select id from candor.job limit 1');
  own = {
    mailboxAddress: ana.address,
    providerThreadId,
    providerMessageId: copy?.id ?? '',
    threadId,
    messageId: messages[0]?.messageId ?? '',
    candidateId: world.candidateId(jane.address),
    personId: world.as(tom).personId,
    mailboxId: world.mailboxId(ana),
    importId: search.importId,
    erasureId: erasure.erasureId,
    changeId: (change.pending ?? change.undoable)?.changeId ?? '',
    jobId: job?.id ?? '',
    blockId: mine[0]?.id ?? '',
    requestId,
    actionKey: stance.key,
    address: jane.address,
    words: 'Jane Doe, as she asked',
  };
  other = await addAnotherCompany(world);
  otherBefore = await other.dump();
});

const ids = [
  'providerThreadId',
  'providerMessageId',
  'threadId',
  'messageId',
  'candidateId',
  'personId',
  'mailboxId',
  'importId',
  'erasureId',
  'changeId',
  'jobId',
  'blockId',
  'requestId',
  'actionKey',
] as const satisfies readonly (keyof About)[];

/** What of the facts a request is made of. */
const partsOf = ({ request }: Procedure): readonly (keyof About)[] => {
  const parts = new Set<keyof About>();
  request(
    new Proxy({} as About, {
      get: (_, name) => {
        parts.add(name as keyof About);
        return '';
      },
    }),
  );
  return [...parts];
};
const naming = (part: keyof About) => procedures.filter((each) => partsOf(each).includes(part));

test('every procedure stands in the table, each with a request that it takes', () => {
  expect(procedures.map(({ path }) => path).sort()).toEqual(Object.keys(appRouter._def.procedures).sort());
  const inputs = appRouter._def.procedures as unknown as Record<
    string,
    { _def: { inputs: { safeParse: (input: unknown) => { error?: unknown } }[] } }
  >;
  for (const part of ids) expect([part, own[part]]).not.toEqual([part, '']);
  for (const { path, request } of procedures)
    expect([path, inputs[path]?._def.inputs[0]?.safeParse(request(own)).error]).toEqual([path, undefined]);
});

/** All of it, but that an attempt to override was refused, which the audit tells. */
const record = async (): Promise<string> =>
  (await world.dump())
    .split('\n')
    .filter((line) => !/^(queue|app|auth)\.|"kind":"override-refused"/.test(line))
    .join('\n');

test.each(ids)(
  'another company’s %s is answered as one that never was, and nothing changes [N-06]',
  async (part) => {
    const before = await record();
    const never = crypto.randomUUID();
    const foreign = othersId(own[part]);
    expect(naming(part)).not.toEqual([]);
    for (const procedure of naming(part)) {
      // Where a thread is open says nothing, when the request names what it is about by itself.
      if (
        part === 'providerThreadId' &&
        partsOf(procedure).some((each) => /^(threadId|actionKey)$/.test(each))
      )
        continue;
      const answers = await Promise.all(
        [foreign, never].map(async (id) => {
          const answer = await answerOf(
            ask(world.as(ana), procedure, procedure.request({ ...own, [part]: id })),
          );
          return JSON.stringify(answer).replaceAll(id, 'that');
        }),
      );
      expect([procedure.path, answers[0]]).toEqual([procedure.path, answers[1]]);
      expect([procedure.path, answers[0]]).toEqual([procedure.path, expect.stringContaining('"refused"')]);
    }
    expect(await record()).toBe(before);
  },
);

const toBreakOut = (): readonly string[] => [
  `' or '1'='1`,
  `%' or true or subject like '%`,
  `'; update candor.policy set is_override_allowed = true; --`,
  `'); select set_config('app.person_id', '${world.as(ana).personId}', true); --`,
  `$$; drop table candor.stance; $$`,
  `\\'; reset role; --`,
  `"; grant all on candor.message to public; --`,
];

/** Who may read what, but for what a request may change by itself. */
const rights = () =>
  world.sql(
    `select (select json_agg(p) from candor.policy p) as policy, (select json_agg(s) from candor.stance s) as stance,
       (select json_agg(g) from candor."grant" g) as "grant", (select json_agg(o) from candor.override_use o) as override,
       (select json_agg(distinct grantee::text || privilege_type || table_name) from information_schema.role_table_grants) as privileges`,
  );

const texts = ['address', 'words', 'mailboxAddress', ...ids] as const;
const asked = async (who: SignedIn, procedure: Procedure, about: About): Promise<string> => {
  const answer = await answerOf(ask(who, procedure, procedure.request(about)));
  if (typeof answer === 'object' && answer !== null && 'refused' in answer) {
    // Refused with a reason, never by something that broke.
    const { reason } = answer.refused as { reason?: string };
    expect([procedure.path, about, FailureReason.options.includes(reason as FailureReason)]).toEqual([
      procedure.path,
      about,
      true,
    ]);
  }
  return JSON.stringify(answer);
};

test.each(texts)('words made to break out, as %s, open nothing and change no right [N-06]', async (part) => {
  const before = await rights();
  for (const procedure of naming(part)) {
    for (const words of toBreakOut()) {
      const answer = await asked(world.as(mia), procedure, { ...own, [part]: words });
      for (const secret of ['another offer', 'on-site interview', 'On-site interview'])
        expect([procedure.path, answer]).not.toEqual([procedure.path, expect.stringContaining(secret)]);
    }
  }
  expect(await rights()).toEqual(before);
});

test('the other company stands as it stood [N-06]', async () => {
  expect(otherBefore.length).toBeGreaterThan(10_000);
  expect(await other.dump()).toBe(otherBefore);
});
