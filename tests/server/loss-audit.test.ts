/*
 * Whatever happens to a mailbox, whatever goes wrong meanwhile and however often the worker is stopped: in the end the record
 * holds what the policy wants of it, worked out from the mailbox itself, and nothing else, and nothing twice.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepDeletedMs } from '../../lib/domain/deletion.ts';
import { Failure } from '../../server/base/failure.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { aDatabase } from '../build/a-database.ts';
import { ana, aSyncingCompany, type SyncingCompany } from '../build/a-syncing-company.ts';
import { recordOf } from '../build/record-of.ts';
import { watchServices } from '../build/watched-services.ts';
import type { Fault } from '../lab/faults.ts';
import type { StoredMessage } from '../lab/gmail/mailbox.ts';
import { letter } from '../provider/letter.ts';

const database = aDatabase();

const kinds = ['from-candidate', 'to-candidate', 'reply', 'stranger', 'colleague', 'copy'] as const;
type Step =
  | { readonly step: 'deliver'; readonly kind: (typeof kinds)[number]; readonly nth: number }
  | { readonly step: 'remove' | 'trash' | 'untrash' | 'spam' | 'unspam' | 'read'; readonly nth: number }
  | { readonly step: 'pull' | 'lose-history' }
  | { readonly step: 'stop'; readonly after: number }
  | { readonly step: 'fault'; readonly how: Fault['how'] };

const nth = fc.nat({ max: 30 });
const faults: Fault['how'][] = [429, 500, 503, 'reset', 'not-json'];
const schedules: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    {
      weight: 4,
      arbitrary: fc.record({ step: fc.constant('deliver'), kind: fc.constantFrom(...kinds), nth }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        step: fc.constantFrom('remove', 'trash', 'untrash', 'spam', 'unspam', 'read'),
        nth,
      }),
    },
    { weight: 4, arbitrary: fc.record({ step: fc.constant('pull') }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('lose-history') }) },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('stop'), after: fc.nat({ max: 60 }) }) },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('fault'), how: fc.constantFrom(...faults) }) },
  ),
  { minLength: 8, maxLength: 30, size: 'max' },
);

test('the record holds what the policy wants of the mailbox, once, and nothing else [LI-23] [JS-08]', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const company = await aSyncingCompany(database, 3);
      try {
        const audit = auditor(company);
        for (const kind of [...kinds, ...kinds]) await audit.take({ step: 'deliver', kind, nth: 0 });
        for (const step of schedule) await audit.take(step);
        await audit.catchUp();
        database.clock.at += keepDeletedMs;
        await eraseDue(company.services, AbortSignal.timeout(60_000));
        const { messages } = await recordOf(company.services, company.mailbox.companyId);
        const stored = messages.map((each) => each.split(';', 1)[0] ?? '');
        expect(stored).toEqual([...new Set(stored)]);
        expect(audit.wanted().filter((subject) => !stored.includes(subject))).toEqual([]);
        expect(stored.filter((subject) => !audit.allowed().includes(subject))).toEqual([]);
      } finally {
        await company.close();
      }
    }),
    { numRuns: Number(process.env.AUDITS ?? 8), endOnFailure: true },
  );
}, 600_000);

const auditor = (company: SyncingCompany) => {
  const { lab } = company;
  const mailbox = lab.mailbox(ana);
  /** Of the subjects' messages, as the lab holds them; a subject stands for one Message-ID. */
  const subjectOf = new Map<string, string>();
  const seen = new Set<string>();
  let count = 0;

  const isWantedKind = (subject: string): boolean => !/stranger|colleague/.test(subject);
  const isPlain = ({ labelIds }: StoredMessage): boolean => !labelIds.has('TRASH') && !labelIds.has('SPAM');
  const held = () =>
    mailbox.messages().flatMap((message) => {
      const subject = subjectOf.get(message.id);
      return subject === undefined ? [] : [{ message, subject }];
    });
  const pick = (index: number): StoredMessage | undefined => {
    const all = mailbox.messages();
    return all[index % Math.max(all.length, 1)];
  };

  const deliver = (kind: (typeof kinds)[number], index: number): void => {
    const parent = pick(index);
    if (kind === 'copy') {
      const subject = parent && subjectOf.get(parent.id);
      if (parent === undefined || subject === undefined) return;
      subjectOf.set(lab.deliver(ana, parent.raw, { at: database.clock.at }).id, subject);
      return;
    }
    count += 1;
    const subject = `${kind} ${count}`;
    const other =
      { stranger: 'shop@else.test', colleague: 'tom@acme.test' }[kind as string] ?? 'jane@mailbox.test';
    const [from, to] = kind === 'to-candidate' ? [ana, other] : [other, ana];
    const parentId = /^Message-ID: <(.*)>/m.exec(parent?.raw.toString('utf8') ?? '')?.[1];
    const raw = letter({
      from,
      to,
      subject,
      id: `audit-${count}@mailbox.test`,
      ...(kind === 'reply' && parentId !== undefined ? { references: [parentId] } : {}),
    });
    subjectOf.set(lab.deliver(ana, raw, { at: database.clock.at }).id, subject);
  };

  /** A pull that is stopped or fails is no reason to give up: the next goes on. */
  const pull = async (after = Number.POSITIVE_INFINITY): Promise<boolean> => {
    let steps = 0;
    const services = watchServices(company.services, () => {
      steps += 1;
      if (steps > after) throw new Error('The worker was stopped.');
    });
    for (const { message, subject } of held()) if (isPlain(message)) seen.add(subject);
    try {
      await pullMailbox(services, company.mailbox, AbortSignal.timeout(60_000));
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Failure) && steps <= after) throw thrown;
      return false;
    }
  };

  return {
    take: async (step: Step): Promise<void> => {
      database.clock.at += 60_000;
      if (step.step === 'deliver') deliver(step.kind, step.nth);
      else if (step.step === 'pull') await pull();
      else if (step.step === 'stop') await pull(step.after);
      else if (step.step === 'fault')
        lab.fail({ match: '/users/me/', times: 1, how: step.how, retryAfterSeconds: 1 });
      else if (!('nth' in step)) lab.expireHistory(ana);
      else {
        const message = pick(step.nth);
        if (message === undefined) return;
        if (step.step === 'remove') mailbox.remove(message.id);
        if (step.step === 'trash') mailbox.relabel(message, ['TRASH'], []);
        if (step.step === 'untrash') mailbox.relabel(message, [], ['TRASH']);
        if (step.step === 'spam') mailbox.relabel(message, ['SPAM'], []);
        if (step.step === 'unspam') mailbox.relabel(message, [], ['SPAM']);
        if (step.step === 'read') mailbox.relabel(message, [], ['UNREAD']);
      }
    },
    /** Twice in a row: a look that lists the mailbox anew tells of what was there as it began. */
    catchUp: async (): Promise<void> => {
      let wellDone = 0;
      for (let tries = 0; tries < 60; tries += 1) {
        wellDone = (await pull()) ? wellDone + 1 : 0;
        if (wellDone === 2) return;
        database.clock.at += 60_000;
      }
      throw new Error('The worker never catches up.');
    },
    /** In a plain place now, and of a kind that is kept. */
    wanted: () => [
      ...new Set(
        held().flatMap(({ message, subject }) =>
          isPlain(message) && isWantedKind(subject) ? [subject] : [],
        ),
      ),
    ],
    /** The same, or in spam since it was kept. */
    allowed: () => [
      ...new Set(
        held().flatMap(({ message, subject }) =>
          isWantedKind(subject) && (isPlain(message) || (seen.has(subject) && !message.labelIds.has('TRASH')))
            ? [subject]
            : [],
        ),
      ),
    ],
  };
};
