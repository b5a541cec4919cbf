/* Every change of who may read what is in the audit: each table and each procedure that changes something says how, or why not. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { auditGroups, auditKind, kindsOf, showFacts } from '../../lib/domain/audit.ts';
import { appRouter } from '../../server/trpc/router.ts';
import { aDatabase } from '../build/a-database.ts';

const database = aDatabase();
const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;

/** The kinds of rows a procedure writes, some or all of them as the case may be. */
const auditedAs: Readonly<Record<string, readonly string[]>> = {
  'people.invite': ['invitation-made'],
  'company.setConnectPolicy': ['policy-changed'],
  'company.setDeletionPolicy': ['policy-changed'],
  'company.setKeepPolicy': ['policy-changed'],
  'company.setRetention': ['policy-changed'],
  'company.proposeVisibility': ['visibility_change-made'],
  'company.steerVisibility': ['visibility_change-changed', 'policy-changed'],
  'candidate.addAddress': ['candidate_address-made'],
  'candidate.keep': ['candidate-kept'],
  'candidate.export': ['candidate-exported'],
  'erasure.erase': ['candidate-erased', 'messages-erased'],
  'erasure.setHold': ['legal_hold-made'],
  'erasure.liftHold': ['legal_hold-ended'],
  'people.endAccess': ['colleague-left', 'person-changed', 'mailbox-changed'],
  'people.letBackIn': ['person-changed'],
  'candidate.vouchAddress': ['address-vouched'],
  'mailbox.connectServer': ['mailbox-made', 'mailbox-changed'],
  'mailbox.change': ['mailbox-changed', 'mailbox-ended', 'messages-erased'],
  'import.choose': ['thread_candidate-made'],
  'import.steer': ['thread_candidate-made', 'messages-erased'],
  'import.syncCandidate': ['thread_candidate-made'],
  'thread.log': ['candidate-made', 'candidate_address-made', 'thread_candidate-made'],
  'thread.label': ['thread_candidate-made', 'thread_candidate-ended'],
  'accessRequest.ask': ['access_request-made'],
  'accessRequest.withdraw': ['access_request-changed'],
  'accessRequest.answer': ['access_request-changed', 'grant-made', 'grant-changed'],
  'thread.setStance': ['stance-made', 'stance-changed', 'withheld-made', 'withheld-ended'],
  'thread.setStanceAll': ['stance-made', 'stance-changed', 'withheld-ended'],
  'thread.undoStanceAll': ['stance-ended', 'stance-changed', 'withheld-made'],
  'thread.setGrant': ['grant-made', 'grant-changed', 'grant-ended'],
  'thread.remove': ['thread-removed'],
  'thread.move': ['thread-moved', 'thread_candidate-made', 'thread_candidate-ended'],
  'thread.split': ['thread-split'],
  'thread.keep': ['deletion-undone'],
  'thread.undo': ['stance-ended', 'stance-changed', 'thread-split-undone', 'thread_candidate-ended'],
  'thread.deleteInMailbox': ['deleted-in-mailbox'],
  'guard.block': ['block_entry-made'],
  'guard.unblock': ['block_entry-ended'],
  'guard.setShared': ['shared_address-made', 'shared_address-ended'],
  'override.setAllowed': ['policy-changed', 'override-refused'],
  'override.use': ['override_use-made', 'override-refused'],
  'audit.export': ['audit-exported'],
};

/** Procedures that change nothing anybody may read, and why. */
const changesNoSight: Readonly<Record<string, string>> = {
  'session.signOut': 'takes only a session away',
  'mailbox.startConnect': 'only leads to the provider; coming back writes mailbox-made or mailbox-changed',
  'mailbox.check': 'has a mailbox counted',
  'send.reply': 'writes a mail to people who are on it; what is kept of it has them as its readers',
  'send.settle': 'says what becomes of a mail that was not sent',
  'guard.retryUnreadable': 'reads a message again that is then kept by the rules, or not',
  'guard.dismissHeld': 'leaves mail unkept',
};

/** Tables whose changes are no change of who may read what by themselves, and why. */
const unaudited: Readonly<Record<string, string>> = {
  company: 'is made once, together with its policy',
  job: 'opens nothing: team_member and application do',
  data_key: 'goes with a candidate, which is audited',
  mailbox_secret: 'goes with its mailbox',
  mailbox_cursor: 'how far a mailbox was looked at',
  consent: 'on its way to a mailbox',
  setup_link: 'on its way to the first person',
  thread: 'what hangs on it decides',
  thread_join: 'never widens who may read',
  mention: 'which ids belong to which thread',
  message: 'comes by the rules of the policy; going is audited by who erases',
  message_copy: 'is the mail of its own mailbox',
  participant: 'is what the message says',
  attachment: 'goes with its message',
  message_words: 'goes with its message',
  decision: 'why a message was kept or not',
  audit: 'is the audit',
  outgoing: 'mail of its own person',
  action: 'what a person did, so that it is done once; what it changed is audited there',
  candidate_access: 'worked out from team_member, application, candidate and person',
  person_news: 'whom to tell that something changed',
  mailbox_import: 'old mail of one mailbox, kept by the rules',
  import_thread: 'old mail of one mailbox, kept by the rules',
  mailbox_push: 'how a provider tells of mail',
  mailbox_check: 'what a mailbox was counted to hold',
  unconfirmed_copy: 'what a provider is to be asked after',
  share_pause: 'asks an owner; what is kept back meanwhile is audited as withheld',
  buried_job: 'work that failed',
  removal: 'keeps mail out; the act is audited as thread-removed',
  erasure: 'is the certificate of an act that is audited as candidate-erased or candidate-retired',
  tombstone: 'keeps out what was erased; taking somebody on again is audited as erased-taken-on-again',
  unfiled: 'is written with thread-moved, and opens nothing',
  thread_apart: 'is written with thread-split, and opens nothing',
};

const knownKinds = auditGroups.flatMap(kindsOf);

test('opening what others hold is told though it changes nothing [LV-06]', () => {
  for (const change of ['made', 'changed']) expect(auditKind(`receipt-${change}`)?.group).toBe('readings');
});

test('each procedure that changes something says how the audit tells of it, or why it need not [LV-06]', () => {
  const mutations = Object.keys(procedures).filter((path) => procedures[path]?._def.type === 'mutation');
  expect(mutations.length).toBeGreaterThan(20);
  expect(Object.keys({ ...auditedAs, ...changesNoSight }).sort()).toEqual(mutations.sort());
  for (const [path, kinds] of Object.entries(auditedAs))
    for (const kind of kinds) expect([path, kind, auditKind(kind) !== undefined]).toEqual([path, kind, true]);
});

describe('in the database', () => {
  test('each table is written down with every change, or says why it need not be [LV-06]', async () => {
    const rows = await database.query<{ name: string; events: number | null }>(
      `select c.relname as name, (
         select t.tgtype from pg_trigger t
         where t.tgrelid = c.oid and t.tgname = 'audit' and t.tgenabled = 'O') as events
       from pg_class c where c.relnamespace = 'candor'::regnamespace and c.relkind in ('r', 'p') order by 1`,
    );
    const audited = rows.filter(({ events }) => events !== null);
    expect(rows.filter(({ events }) => events === null).map(({ name }) => name)).toEqual(
      Object.keys(unaudited).sort(),
    );
    // For each row, after insert, update and delete. Source: TRIGGER_TYPE_… in PostgreSQL's pg_trigger.h
    for (const { name, events } of audited) expect([name, events]).toEqual([name, 1 | 4 | 8 | 16]);
    for (const { name } of audited)
      for (const change of ['made', 'changed', 'ended']) expect(knownKinds).toContain(`${name}-${change}`);
  });

  test('what is told of a row that ties a thread to a candidate leaves the candidate out [P-02]', async () => {
    const [row] = await database.query<{ kept: string }>(
      `select encode(tgargs, 'escape') as kept from pg_trigger
       where tgname = 'audit' and tgrelid = 'candor.thread_candidate'::regclass`,
    );
    const names = (row?.kept ?? '').replace('\\000', '').split(' ');
    expect(names).toContain('candidate_id');
    const facts = Object.fromEntries(names.map((name) => [name, name]));
    const { shown, withheld } = showFacts('thread_candidate-changed', { ...facts, was: facts });
    expect(withheld).toEqual(['candidate_id', 'was.candidate_id']);
    expect(JSON.stringify(shown)).not.toContain('candidate_id');
  });
});

test('each act that a service writes down is one the audit has words for, and the other way round', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'server/services'], {
    cwd: root,
    encoding: 'utf8',
  });
  const written = files
    .split('\n')
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [...readFileSync(`${root}/${path}`, 'utf8').matchAll(/app\.audit\('([a-z-]+)'/g)])
    .map(([, kind]) => kind ?? '');
  expect(written.length).toBeGreaterThan(10);
  const acts = knownKinds.filter((kind) => !/-(made|changed|ended)$/.test(kind));
  expect([...new Set(written)].sort()).toEqual([...acts].sort());
});
