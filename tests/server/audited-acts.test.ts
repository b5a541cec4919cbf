/* What people do, by the server's own procedures, and the sentences the audit then has for it. */
import { beforeEach, expect, test } from 'vitest';
import type { AuditGroup } from '../../lib/domain/audit.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal, setStance, undo } from '../world/acts.ts';
import { ana, jane, mia, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
let seen = 0;

const rows = (group?: AuditGroup) => world.as(ana).api.audit.list.query(group === undefined ? {} : { group });
/** Sentences since the last look, in the order things were done. */
const told = async (): Promise<readonly string[]> => {
  const { entries } = await rows();
  const fresh = entries.filter(({ seq }) => seq > seen);
  seen = entries[0]?.seq ?? seen;
  return fresh.map(({ said }) => said).reverse();
};
beforeEach(told);

test('logging, deciding who reads, and taking it back are told, with who did it [LV-06]', async () => {
  const [who, openId] = [world.as(ana), world.threadId(ana, 'jane')];
  await log(who, openId, [world.candidateId(jane.address)]);
  expect(await told()).toEqual([
    'Ana Ortiz filed a thread on a candidate.',
    'Ana Ortiz changed why a thread is filed on a candidate.',
  ]);
  const { threadId } = keptThread(await look(who, openId));
  const made = await setStance(who, openId, threadId, 'private');
  await undo(who, openId, made);
  await setStance(who, openId, threadId, 'shared');
  expect(await told()).toEqual([
    'Ana Ortiz made a thread private.',
    'Ana Ortiz took back what was decided about a thread.',
    'Ana Ortiz opened a thread to the team.',
  ]);
});

test('what an admin decides for the company is told', async () => {
  const { api } = world.as(ana);
  await api.people.invite.mutate({ name: 'Eva Lind', address: 'eva@acme.test', role: 'recruiter' });
  const keep = await api.company.keepPolicy.query();
  await api.company.setKeepPolicy.mutate({ ...keep, mayCreateCandidates: !keep.mayCreateCandidates });
  const deletion = await api.company.deletionPolicy.query();
  await api.company.setDeletionPolicy.mutate({
    ...deletion,
    isMailboxDeletionAllowed: !deletion.isMailboxDeletionAllowed,
  });
  await api.company.setRetention.mutate({ rules: [{ stage: 'Rejected', months: 6 }] });
  await api.guard.setShared.mutate({ address: 'jobs@acme.test', on: true });
  await api.guard.block.mutate({ whose: 'company', entry: 'spam.example' });
  expect(await told()).toEqual([
    'Ana Ortiz invited a colleague as recruiter.',
    'Ana Ortiz changed the company’s policy: whether candidates come from mail.',
    'Ana Ortiz changed the company’s policy: whether people may delete mail.',
    'Ana Ortiz changed the company’s policy: how long candidates stay.',
    'Ana Ortiz named an address that several people read.',
    'Ana Ortiz added to the company’s block list.',
  ]);
});

test('what colleagues do with candidates and their own mailboxes is told', async () => {
  const { api } = world.as(mia);
  await api.candidate.addAddress.mutate({
    candidateId: world.candidateId(jane.address),
    address: 'jane@second.example',
  });
  await api.candidate.vouchAddress.mutate({
    candidateId: world.candidateId(jane.address),
    address: 'jane@second.example',
    isVerified: true,
    hasConsent: true,
  });
  const mailboxId = world.mailboxId(mia);
  await api.mailbox.change.mutate({ kind: 'pause', mailboxId });
  await api.mailbox.change.mutate({ kind: 'resume', mailboxId });
  await api.guard.block.mutate({ whose: 'mine', entry: 'bank.example' });
  expect(await told()).toEqual([
    'Mia Chen added an address to a candidate’s record.',
    'Mia Chen said whether a candidate’s address is their own.',
    'Mia Chen paused their own mailbox.',
    'Mia Chen connected their own mailbox again.',
    'Mia Chen added to their own block list.',
  ]);
});

test('the audit is for the owner and admins alone, and reading it along is told', async () => {
  for (const person of [mia, tom] satisfies WorldPerson[]) {
    const { audit } = world.as(person).api;
    expect([
      await refusal(audit.list.query({})),
      await refusal(audit.check.query()),
      await refusal(audit.export.mutate({ afterSeq: 0 })),
    ]).toEqual(['policy-forbids', 'policy-forbids', 'policy-forbids']);
  }
  expect(await told()).toEqual([]);
  const { lines, lastSeq, upToSeq } = await world.as(ana).api.audit.export.mutate({ afterSeq: 0 });
  expect([lastSeq, lines.trim().split('\n').length]).toEqual([upToSeq, upToSeq]);
  expect(await told()).toEqual([`Ana Ortiz exported the audit, rows 1 to ${upToSeq}.`]);
  expect(await world.as(ana).api.audit.check.query()).toMatchObject({ rowCount: upToSeq });
  expect((await rows('audit')).entries).toHaveLength(1);
});
