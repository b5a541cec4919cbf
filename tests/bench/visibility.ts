/*
 * Who reads a thread and why, in words; and a change of what people see by default: how long it takes to try it out over ten
 * thousand conversations, and to put it into effect.
 */
import { explainRight } from '../../lib/domain/explain.ts';
import { readersOf, type ThreadWorld } from '../../lib/domain/readable.ts';
import { presets } from '../../lib/domain/visibility.ts';
import {
  applyDueVisibility,
  proposeVisibility,
  steerVisibility,
} from '../../server/services/visibility/changes.ts';
import { tryVisibility } from '../../server/services/visibility/trial.ts';
import { startBenchServers } from './bench-database.ts';
import { bigCompany } from './big-company.ts';
import { type Bench, percentile, timed } from './figures.ts';

/** Of five messages each: ten thousand conversations. */
const usualCount = 50_000;
const largeCount = 200_000;
const mostTrialSeconds = 5;

export const measureVisibility = async (bench: Bench): Promise<void> => {
  measureExplaining(bench);
  const servers = await startBenchServers();
  try {
    const database = await servers.open('embedded 18');
    const { services } = database;
    const company = await bigCompany(database);
    const as = { kind: 'company', companyId: company.companyId } as const;
    for (const count of bench.isQuick ? [1_000] : [usualCount, largeCount]) {
      await company.growTo(count);
      const trial = await timed(() => tryVisibility(services, company.recruiter, presets['private-first']));
      const { closed, people } = trial.value;
      if (closed.threadCount === 0) throw new Error('The change would change nothing.');
      bench.say(
        `visibility: ${count} messages, ${closed.threadCount} conversations less for ${people.length} people`,
      );
      bench.add('visibility', {
        what: `trial over ${count / 5} conversations`,
        value: trial.ms / 1_000,
        unit: 's',
        sampleCount: 1,
        ...(count === largeCount ? {} : { budget: { is: 'at most', value: mostTrialSeconds } as const }),
      });
      const { pending } = await proposeVisibility(services, company.recruiter, presets['private-first']);
      if (pending === undefined) throw new Error('Nothing was proposed.');
      await services.db.transaction(as, (tx) =>
        tx.updateTable('candor.visibility_change').set({ due_at: 0 }).execute(),
      );
      const applied = await timed(() => applyDueVisibility(services, AbortSignal.timeout(600_000)));
      bench.add('visibility', {
        what: `put into effect over ${count} messages`,
        value: applied.ms / 1_000,
        unit: 's',
        sampleCount: 1,
      });
      const undone = await timed(() =>
        steerVisibility(services, company.recruiter, { changeId: pending.changeId, how: 'undo' }),
      );
      bench.add('visibility', {
        what: `taken back over ${count} messages`,
        value: undone.ms / 1_000,
        unit: 's',
        sampleCount: 1,
      });
    }
    await database.close();
  } finally {
    await servers.stop();
  }
};

const viewerCount = 40;
const messageCount = 50;
const mostExplainMs = 20;

/** Everybody who reads a long thread, message by message, each with the reason in words. */
const measureExplaining = (bench: Bench): void => {
  const people = Array.from({ length: viewerCount }, (_, nth) => `person-${nth}`);
  const viewers = people.map((personId) => ({ personId, addresses: new Set([`${personId}@acme.test`]) }));
  const messages = Array.from({ length: messageCount }, (_, nth) => ({
    ownerIds: new Set([people[nth % 5] ?? '', people[(nth + 1) % 5] ?? '']),
    withheldBy: new Set(nth % 10 === 0 ? [people[0] ?? ''] : []),
    participants: [
      { role: 'from' as const, address: 'jane@mailbox.test' },
      { role: 'to' as const, address: `person-${nth % 5}@acme.test` },
      { role: 'cc' as const, address: `person-${(nth * 7) % viewerCount}@acme.test` },
    ],
  }));
  const world: ThreadWorld = {
    now: 1_000,
    defaultVisibility: 'record-access',
    stances: new Map([[people[0] ?? '', 'private']]),
    grants: people.slice(20, 25).map((granteeId) => ({ ownerId: people[1] ?? '', granteeId, grantedAt: 0 })),
    candidateAccess: new Map(
      people.slice(0, 30).map((personId) => [personId, { by: 'hiring-team', jobTitle: 'A job' }]),
    ),
    isOverrideAllowed: true,
    overrides: new Map([[people[39] ?? '', 500]]),
  };
  const samples: number[] = [];
  let wordCount = 0;
  for (let round = 0; round < (bench.isQuick ? 20 : 300); round += 1) {
    const startedAt = performance.now();
    for (const { rights } of readersOf(viewers, messages, world))
      for (const right of rights.values()) wordCount += explainRight(right, (id) => id).length;
    samples.push(performance.now() - startedAt);
  }
  if (wordCount === 0) throw new Error('Nobody reads the thread.');
  bench.add('visibility', {
    what: `who reads a thread of ${messageCount} messages and why, ${viewerCount} viewers, p95`,
    value: percentile(samples, 95),
    unit: 'ms',
    sampleCount: samples.length,
    budget: { is: 'at most', value: mostExplainMs },
  });
};
