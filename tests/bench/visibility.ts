/* A change of what people see by default: how long it takes to try it out over ten thousand conversations, and to put it into effect. */
import { presets } from '../../lib/domain/visibility.ts';
import {
  applyDueVisibility,
  proposeVisibility,
  steerVisibility,
} from '../../server/services/visibility/changes.ts';
import { tryVisibility } from '../../server/services/visibility/trial.ts';
import { startBenchServers } from './bench-database.ts';
import { bigCompany } from './big-company.ts';
import { type Bench, timed } from './figures.ts';

/** Of five messages each: ten thousand conversations. */
const usualCount = 50_000;
const largeCount = 200_000;
const mostTrialSeconds = 5;

export const measureVisibility = async (bench: Bench): Promise<void> => {
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
