/* A world of its own for a test file: started before its tests, gone after them, with what tests ask of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import type { MailboxId } from '../../lib/contract/ids.ts';
import type { Log } from '../../server/base/log.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { findFreePort } from '../build/free-port.ts';
import { silentLog } from '../build/silent-log.ts';
import type { GraphLab } from '../lab/graph/lab.ts';
import { companyIn } from './company-folder.ts';
import { type MessageFacts, writeMessage } from './mail.ts';
import { people, type WorldPerson } from './people.ts';
import { startWorld, type World } from './start-world.ts';
import { longWaitMs, type WorldClock, worldClock } from './world-clock.ts';

export type TestWorld = World & {
  readonly clock: WorldClock;
  readonly dataFolder: string;
  readonly mailboxId: (person: WorldPerson) => MailboxId;
  /** Brings in what is new in the person's mailbox, as the worker would, and throws what it throws. */
  readonly pull: (person: WorldPerson) => Promise<void>;
  /** Mail that has just arrived, in the mailbox of everybody of ours who is on it. Gives Gmail's thread id by address. */
  readonly send: (facts: Letter) => ReadonlyMap<string, string>;
  /** As the database's superuser, past row-level security. */
  readonly sql: <Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** Every row of every table of ours, as text; not the queue library's own bookkeeping, which goes on by itself. */
  readonly dump: () => Promise<string>;
};

export type Letter = Omit<MessageFacts, 'id' | 'at'> & { readonly id?: string; readonly at?: number };

export type TestWorldOptions = {
  /** The company is set up in this world, not in a folder that others share. */
  readonly isSetUpHere?: boolean;
  readonly log?: Log;
  readonly connected?: readonly WorldPerson[];
  readonly unitsPerMinute?: number;
  readonly largestPage?: number;
  readonly push?: 'pull' | 'call';
  readonly microsoft?: GraphLab;
};

/** Usable in tests and hooks of the file or describe block that calls it. */
export const aWorld = (options: TestWorldOptions = {}): TestWorld => {
  let started: TestWorld | undefined;
  beforeAll(async () => {
    started = await startTestWorld(options);
  });
  afterAll(async () => {
    await started?.stop();
  });
  return new Proxy({} as TestWorld, {
    get: (_, name) => {
      if (started === undefined) throw new Error('The world is there only inside tests and hooks.');
      return Reflect.get(started, name);
    },
  });
};

export const startTestWorld = async ({
  isSetUpHere = false,
  ...options
}: TestWorldOptions = {}): Promise<TestWorld> => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'candor-world-'));
  const clock = worldClock();
  const world = await startWorld({
    ...options,
    ...(isSetUpHere ? {} : { company: await companyIn(inject('companyFolder')) }),
    dataFolder,
    port: await findFreePort(),
    log: options.log ?? silentLog,
    clock,
    pollMs: longWaitMs,
    listenMs: longWaitMs,
  });
  const superuser = new pg.Pool({
    host: join(dataFolder, 'socket'),
    user: 'candor_super',
    database: 'candor',
    max: 2,
  });
  const sql: TestWorld['sql'] = async (text, values = []) => (await superuser.query(text, [...values])).rows;
  const connected = options.connected ?? people;
  const mailboxIds = await waitForFirstLook(world, connected);
  // A test begins when nothing of the start is under way.
  while (
    (
      await sql(
        "select from queue.job where state = 'active' or (state = 'created' and start_after <= now())",
      )
    ).length > 0
  )
    await new Promise((resolve) => setTimeout(resolve, 10));

  return {
    ...world,
    clock,
    dataFolder,
    mailboxId: (person) => found(mailboxIds.get(person)),
    pull: (person) =>
      pullMailbox(
        world.server.services,
        { companyId: world.companyId, mailboxId: found(mailboxIds.get(person)) },
        AbortSignal.timeout(60_000),
      ),
    send: (facts) => sendLetter(world, clock, facts),
    sql,
    dump: async () => {
      const tables = await sql<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables
         where schemaname in ('candor', 'app', 'auth', 'queue')
           and not (schemaname = 'queue' and tablename in ('version', 'queue')) order by 1`,
      );
      const dumped: string[] = [];
      for (const { name } of tables) {
        const rows = await sql<{ row: unknown }>(`select to_jsonb(t) as row from ${name} t`);
        dumped.push(...rows.map(({ row }) => `${name} ${JSON.stringify(row)}`));
      }
      return dumped.join('\n');
    },
    stop: async () => {
      await superuser.end();
      await world.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
};

/** Each mailbox is first looked at by a job, which notes where to go on from. */
const waitForFirstLook = async (
  world: World,
  connected: readonly WorldPerson[],
): Promise<ReadonlyMap<WorldPerson, MailboxId>> => {
  const ids = new Map<WorldPerson, MailboxId>();
  for (const person of connected) {
    for (;;) {
      const [row] = await world.as(person).api.mailbox.list.query();
      if (row?.lastPulledAt !== undefined) {
        ids.set(person, row.mailboxId);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  return ids;
};

let sentCount = 0;

const sendLetter = (world: World, clock: WorldClock, facts: Letter): ReadonlyMap<string, string> => {
  sentCount += 1;
  const { bcc = [], ...open } = {
    ...facts,
    id: facts.id ?? `letter-${sentCount}@${facts.from.address.split('@')[1]}`,
    at: facts.at ?? clock.now(),
  };
  const threadIds = new Map<string, string>();
  for (const { address } of [open.from, ...open.to, ...(open.cc ?? []), ...bcc]) {
    if (!world.lab.accounts.has(address) || threadIds.has(address)) continue;
    const isSender = address === open.from.address;
    const raw = writeMessage(isSender ? { ...open, bcc } : open);
    const stored = world.lab.deliver(address, raw, {
      at: open.at,
      labels: isSender ? ['SENT'] : ['INBOX', 'UNREAD'],
    });
    threadIds.set(address, stored.threadId);
  }
  return threadIds;
};

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('The world does not hold what a test asked for.');
  return value;
};
