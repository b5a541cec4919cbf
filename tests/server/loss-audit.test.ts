/*
 * Whatever happens to a mailbox, whatever goes wrong meanwhile and however often the worker is stopped: in the end the record
 * holds what the policy wants of it, worked out from the mailbox itself, and nothing else, and nothing twice.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepDeletedMs } from '../../lib/domain/deletion.ts';
import { Failure } from '../../server/base/failure.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { aDatabase } from '../build/a-database.ts';
import {
  type AuditedMailbox,
  type ChangeKind,
  changeKinds,
  gmailToAudit,
  graphToAudit,
  type HeldCopy,
  imapToAudit,
} from '../build/audited-mailbox.ts';
import { recordOf } from '../build/record-of.ts';
import { watchServices } from '../build/watched-services.ts';
import type { Fault } from '../lab/faults.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { letter } from '../provider/letter.ts';

const database = aDatabase();

const kinds = ['from-candidate', 'to-candidate', 'reply', 'stranger', 'colleague', 'copy'] as const;
type Step =
  | { readonly step: 'deliver'; readonly kind: (typeof kinds)[number]; readonly nth: number }
  | { readonly step: ChangeKind; readonly nth: number }
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
        step: fc.constantFrom(...changeKinds),
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

const pageSize = 3;
const firstDay = Date.UTC(2026, 0, 5, 9);
let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot({ persona: 'modern' });
});
afterAll(() => dovecot.close());

describe.each([
  { provider: 'Gmail', open: () => gmailToAudit(database, pageSize), runs: 8 },
  { provider: 'Microsoft Graph', open: () => graphToAudit(database, pageSize), runs: 4 },
  { provider: 'IMAP', open: () => imapToAudit(database, dovecot, pageSize), runs: 4 },
])('of a mailbox at $provider', ({ open, runs }) => {
  test('the record holds what the policy wants, once, and nothing else [LI-23] [JS-08]', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        // Each company begins on the same day: imapflow asks by age (YOUNGER), which no server answers for days to come.
        database.clock.at = firstDay;
        const audited = await open();
        try {
          const audit = auditor(audited);
          for (const kind of [...kinds, ...kinds]) await audit.take({ step: 'deliver', kind, nth: 0 });
          for (const step of schedule) await audit.take(step);
          await audit.catchUp();
          database.clock.at += keepDeletedMs;
          await eraseDue(audited.services, AbortSignal.timeout(60_000));
          const { messages } = await recordOf(audited.services, audited.mailbox.companyId);
          const stored = messages.map((each) => each.split(';', 1)[0] ?? '');
          const [wanted, allowed] = [await audit.wanted(), await audit.allowed()];
          expect(stored).toEqual([...new Set(stored)]);
          expect(wanted.filter((subject) => !stored.includes(subject))).toEqual([]);
          expect(stored.filter((subject) => !allowed.includes(subject))).toEqual([]);
        } finally {
          await audited.close();
        }
      }),
      { numRuns: Number(process.env.AUDITS ?? runs), endOnFailure: true },
    );
  }, 900_000);
});

const auditor = (audited: AuditedMailbox) => {
  const { address } = audited;
  const seen = new Set<string>();
  let count = 0;
  let lastRefusal: unknown;

  const isWantedKind = (subject: string): boolean => !/stranger|colleague/.test(subject);
  const pick = async (index: number): Promise<HeldCopy | undefined> => {
    const all = await audited.held();
    return all[index % Math.max(all.length, 1)];
  };

  const deliver = async (kind: (typeof kinds)[number], index: number): Promise<void> => {
    const parent = await pick(index);
    if (kind === 'copy') {
      if (parent !== undefined) await audited.deliver(parent.raw);
      return;
    }
    count += 1;
    const other =
      { stranger: 'shop@else.test', colleague: 'tom@acme.test' }[kind as string] ?? 'jane@mailbox.test';
    const [from, to] = kind === 'to-candidate' ? [address, other] : [other, address];
    const parentId = /^Message-ID: <(.*)>/m.exec(parent?.raw.toString('utf8') ?? '')?.[1];
    await audited.deliver(
      letter({
        from,
        to,
        subject: `${kind} ${count}`,
        id: `audit-${count}@mailbox.test`,
        ...(kind === 'reply' && parentId !== undefined ? { references: [parentId] } : {}),
      }),
    );
  };

  /** A pull that is stopped or fails is no reason to give up: the next goes on. */
  const pull = async (after = Number.POSITIVE_INFINITY): Promise<boolean> => {
    let steps = 0;
    const services = watchServices(audited.services, () => {
      steps += 1;
      if (steps > after) throw new Error('The worker was stopped.');
    });
    for (const copy of await audited.held()) if (copy.place === 'plain') seen.add(subjectOf(copy));
    try {
      await pullMailbox(services, audited.mailbox, AbortSignal.timeout(60_000));
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Failure) && steps <= after) throw thrown;
      lastRefusal = thrown;
      return false;
    }
  };

  return {
    take: async (step: Step): Promise<void> => {
      database.clock.at += 60_000;
      if (step.step === 'deliver') await deliver(step.kind, step.nth);
      else if (step.step === 'pull') await pull();
      else if (step.step === 'stop') await pull(step.after);
      else if (step.step === 'fault') audited.fault(step.how);
      else if (!('nth' in step)) await audited.loseHistory();
      else {
        const copy = await pick(step.nth);
        if (copy !== undefined) await audited.change(step.step, copy);
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
      throw new Error('The worker never catches up.', { cause: lastRefusal });
    },
    /** In a plain place now, and of a kind that is kept. */
    wanted: async () => [
      ...new Set(
        (await audited.held())
          .filter(({ place }) => place === 'plain')
          .map(subjectOf)
          .filter(isWantedKind),
      ),
    ],
    /** The same, or in spam since it was kept. */
    allowed: async () => [
      ...new Set(
        (await audited.held())
          .filter((copy) => copy.place === 'plain' || (copy.place === 'spam' && seen.has(subjectOf(copy))))
          .map(subjectOf)
          .filter(isWantedKind),
      ),
    ],
  };
};

/** Stands for one Message-ID. */
const subjectOf = ({ raw }: HeldCopy): string =>
  /^Subject: (.*)$/m.exec(raw.toString('utf8'))?.[1]?.trim() ?? '';
