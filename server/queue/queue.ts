/* The queue: pg-boss on the same database, so that a job is enqueued in the transaction it follows from. */
import { CompiledQuery } from 'kysely';
import type { PoolConfig } from 'pg';
import { type Job as BossJob, type JobWithMetadata as BossJobWithMetadata, PgBoss } from 'pg-boss';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import type { OpenDatabase } from '../db/connection.ts';
import { attemptsOf, type BuriedBecause, type Enqueue, Job, type JobKind, keyOf } from './jobs.ts';

export type Queue = {
  readonly enqueue: Enqueue;
  /** Runs jobs of this kind until stop; `handle` gets a signal that aborts when the job is to end. */
  readonly work: <Kind extends JobKind>(
    kind: Kind,
    concurrency: number,
    handle: (job: Extract<Job, { kind: Kind }>, signal: AbortSignal) => Promise<void>,
  ) => Promise<void>;
  /** Calls back with each job that was given up. */
  readonly workBuried: (handle: (job: Job, because: BuriedBecause) => Promise<void>) => Promise<void>;
  /** Waits for running jobs, at most `waitMs`; what is cut off runs again at the next start. */
  readonly stop: (waitMs: number) => Promise<void>;
};

/** A job that runs longer than this is taken for dead and runs again. */
const longestJobSeconds = 15 * 60;
/** A job whose process died is noticed when it was not heard of for so long, and runs again: long before it would be too long. */
const silentJobSeconds = 60;
const firstWaitSeconds = 5;
/** Where jobs go after their last attempt. */
const buriedQueue = 'buried';

export const openQueue = async (db: OpenDatabase, clock: Clock, log: Log): Promise<Queue> => {
  const boss = new PgBoss({
    ...(db.queueConnection as PoolConfig & { host?: string }),
    schema: 'queue',
    createSchema: false,
    useListenNotify: true,
    monitorIntervalSeconds: 10,
    superviseIntervalSeconds: 10,
  } as ConstructorParameters<typeof PgBoss>[0] & object);
  boss.on('error', (error) => log.warn('the queue reported a fault', { error }));
  await boss.start();
  if ((await boss.getQueue(buriedQueue)) === null) await boss.createQueue(buriedQueue);
  for (const kind of Object.keys(attemptsOf) as JobKind[]) {
    const wanted = {
      retryLimit: attemptsOf[kind],
      retryDelay: firstWaitSeconds,
      retryBackoff: true,
      expireInSeconds: longestJobSeconds,
      heartbeatSeconds: silentJobSeconds,
      notify: true,
      deadLetter: buriedQueue,
    };
    // One that waits and one that runs for each key: what happens during a run is looked at by the next.
    if ((await boss.getQueue(kind)) === null) await boss.createQueue(kind, { ...wanted, policy: 'stately' });
    else await boss.updateQueue(kind, wanted);
  }

  const enqueue: Enqueue = async (job, options = {}) => {
    const tx = db.current();
    const startAfter =
      options.afterMs === undefined ? {} : { startAfter: new Date(clock.now() + options.afterMs) };
    await boss.send(job.kind, job, {
      singletonKey: keyOf(job),
      group: { id: keyOf(job) },
      ...startAfter,
      ...(tx === undefined
        ? {}
        : {
            db: {
              executeSql: async (text: string, values: unknown[] = []) => {
                const { rows } = await tx.executeQuery(CompiledQuery.raw(text, values));
                return { rows };
              },
            },
          }),
    });
  };

  return {
    enqueue,
    work: async (kind, concurrency, handle) => {
      for (let worker = 0; worker < concurrency; worker += 1) {
        const workerId: string = await boss.work<unknown>(
          kind,
          // The group lets a worker pass over a job whose like is running; without it that one would hold up all behind it.
          { groupConcurrency: 1, batchSize: 1, pollingIntervalSeconds: 2 },
          async ([job]: BossJob<unknown>[]) => {
            if (job === undefined) return;
            try {
              const parsed = Job.parse(job.data) as Extract<Job, { kind: typeof kind }>;
              await runOnce(parsed, () => handle(parsed, job.signal), enqueue, log);
            } finally {
              // The library's worker would now wait half a minute for a notice, and jobs that wait have had theirs.
              boss.notifyWorker(workerId);
            }
          },
        );
      }
    },
    workBuried: async (handle) => {
      await boss.work(
        buriedQueue,
        { includeMetadata: true, batchSize: 1, pollingIntervalSeconds: 2 },
        async ([job]: BossJobWithMetadata<unknown>[]) => {
          if (job === undefined) return;
          // What a job died of by itself is written by runOnce; anything else is the library's word for too long.
          const isFault = JSON.stringify(job.sourceOutput ?? {}).includes(faultWords);
          await handle(Job.parse(job.data), isFault ? 'fault' : 'time-out');
        },
      );
    },
    stop: async (waitMs) => {
      await boss.stop({ graceful: true, timeout: waitMs });
    },
  };
};

/** What a job's failure means is decided by its reason alone; a bug is thrown on, to be tried again and then buried. */
const runOnce = async (job: Job, run: () => Promise<void>, enqueue: Enqueue, log: Log): Promise<void> => {
  try {
    await run();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      log.error('a job failed', { job: job.kind, error: thrown });
      // The library stores what is thrown, and a bug's own message may quote mail.
      throw new Error(faultWords);
    }
    log.info('a job ended early', { job: job.kind, reason: thrown.reason });
    if (thrown.reason === 'provider-busy') await enqueue(job, { afterMs: thrown.retryAfterMs ?? busyWaitMs });
  }
};

const busyWaitMs = 60_000;
const faultWords = 'the job met a fault; the log has it';
