import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../server/base/clock.ts';
import { StartRefusal } from '../../server/base/start-refusal.ts';
import { readMasterKey, toMasterKey } from '../../server/base/vault.ts';
import { type OpenDatabase, openDatabase } from '../../server/db/connection.ts';
import { SUPERUSER } from '../../server/db/embedded.ts';
import { readPidFile } from '../../server/db/pid-file.ts';
import { silentLog } from '../build/silent-log.ts';

describe('the embedded database', () => {
  let folder = '';
  const opened: OpenDatabase[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candor-embedded-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    }
    for (const database of opened.splice(0)) await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (dataFolder = folder) => {
    const database = await openDatabase({
      dataFolder,
      masterKey: await readMasterKey(dataFolder, undefined),
      log: silentLog,
      clock: systemClock,
    });
    opened.push(database);
    return database;
  };
  const stop = async () => {
    for (const database of opened.splice(0)) await database.close();
  };
  const startInAProcess = async (): Promise<{ child: ChildProcess; companyId: string }> => {
    const program = fileURLToPath(new URL('../build/candor-in-a-process.ts', import.meta.url));
    const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = await once(child.stdout ?? child, 'data');
    return { child, companyId: String(line).trim() };
  };
  const companies = (database: OpenDatabase) =>
    database.transaction({ kind: 'system' }, (tx) => tx.selectFrom('candor.company').select('id').execute());
  const serverPid = async () => (await readPidFile(join(folder, 'postgres')))?.pid ?? 0;

  test('listens on no network, only on a socket that other users of the machine cannot reach', async () => {
    const database = await start();
    const { rows } = await database.transaction({ kind: 'system' }, (tx) =>
      sql<{ addresses: string }>`select current_setting('listen_addresses') as addresses`.execute(tx),
    );
    expect(rows).toEqual([{ addresses: '' }]);
    expect((await stat(join(folder, 'socket'))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'postgres'))).mode & 0o077).toBe(0);
  });

  test.runIf(process.platform === 'linux')('never runs as root, even when Candor does', async () => {
    await start();
    const status = await readFile(`/proc/${await serverPid()}/status`, 'utf8');
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    expect(uid).not.toBe(0);
    expect((await stat(join(folder, 'postgres'))).uid).toBe(uid);
    // The master key stays with Candor.
    expect((await stat(join(folder, 'master.key'))).uid).toBe(process.getuid?.());
    expect((await stat(join(folder, 'master.key'))).mode & 0o077).toBe(0);
  });

  test('serves one of two Candors that start at once on an empty folder', async () => {
    await readMasterKey(folder, undefined);
    const outcomes = await Promise.allSettled([start(), start()]);
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toBeInstanceOf(StartRefusal);
  });

  test('moves its socket to a short private folder when the path of the data folder is too long', async () => {
    const deep = join(folder, 'd'.repeat(90));
    await chmod(folder, 0o755);
    const database = await start(deep);
    expect(await companies(database)).toEqual([]);
    const path = database.queueConnection.host ?? '';
    expect(path.startsWith(tmpdir())).toBe(true);
    expect((await stat(path)).mode & 0o077).toBe(0);
    await rm(path, { recursive: true });
  });

  describe('in a folder where it was before', () => {
    let before = '';
    beforeAll(async () => {
      before = await mkdtemp(join(tmpdir(), 'candor-embedded-'));
      await start(before);
      await stop();
    });
    beforeEach(async () => {
      // cp keeps whose each file is, which Node's own does not.
      await promisify(execFile)('cp', ['-a', `${before}/.`, folder]);
    });
    afterAll(() => rm(before, { recursive: true, force: true }));

    test.runIf(process.platform === 'linux')(
      'knows nothing of our environment, the master key least of all',
      async () => {
        process.env.CANDOR_MASTER_KEY = 'planted';
        try {
          await start();
        } finally {
          delete process.env.CANDOR_MASTER_KEY;
        }
        expect(await readFile(`/proc/${await serverPid()}/environ`, 'utf8')).not.toContain('planted');
      },
    );

    test('serves one Candor a folder: a second one is refused in one sentence, and the first goes on', async () => {
      const database = await start();
      await expect(start()).rejects.toThrow(/^Another Candor already runs on this data folder: .+\.$/);
      expect(await companies(database)).toEqual([]);
    });

    test('keeps what was committed when Candor is killed, and the next Candor takes over what it left running', async () => {
      const { child, companyId } = await startInAProcess();
      const orphan = await serverPid();
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(() => process.kill(orphan, 0)).not.toThrow();
      const database = await start();
      expect(await companies(database)).toEqual([{ id: companyId }]);
      expect(await serverPid()).not.toBe(orphan);
    });

    test('ends with Candor when Candor is asked to stop', async () => {
      const { child } = await startInAProcess();
      child.kill('SIGTERM');
      await once(child, 'exit');
      expect(await serverPid()).toBe(0);
    });

    test('is started again when it is killed, with what was committed', async () => {
      const database = await start();
      const { id } = await database.transaction({ kind: 'system' }, (tx) =>
        tx
          .insertInto('candor.company')
          .values({ name: 'Acme', created_at: 0 })
          .returning('id')
          .executeTakeFirstOrThrow(),
      );
      const before = await serverPid();
      process.kill(before, 'SIGKILL');
      await vi.waitFor(async () => expect([0, before]).not.toContain(await serverPid()), { timeout: 30_000 });
      const seen = await vi.waitFor(() => companies(database), { timeout: 30_000 });
      expect(seen).toEqual([{ id }]);
    });

    test('ends when Candor stops while it is being started again', async () => {
      await start();
      const before = await serverPid();
      process.kill(before, 'SIGKILL');
      await vi.waitFor(async () => expect([0, before, process.pid]).not.toContain(await serverPid()), {
        timeout: 30_000,
        interval: 5,
      });
      const again = await serverPid();
      await stop();
      expect(() => process.kill(again, 0)).toThrow('ESRCH');
    });

    test('starts over a lock file whose process id now belongs to a stranger', async () => {
      await start();
      await stop();
      const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
      children.push(stranger);
      await writeFile(
        join(folder, 'postgres', 'postmaster.pid'),
        `${stranger.pid}\n${join(folder, 'postgres')}\n1700000000\n5432\n${join(folder, 'socket')}\n\n  5432001    999999\nready   \n`,
      );
      expect(await companies(await start())).toEqual([]);
    });

    test('of another major version is left as it is, with a sentence that says the way over', async () => {
      await start();
      await stop();
      const version = join(folder, 'postgres', 'PG_VERSION');
      await writeFile(version, '17\n');
      const before = await readdir(join(folder, 'postgres'));
      await expect(start()).rejects.toThrow(/made by PostgreSQL 17 and this Candor brings 18: .+\.$/);
      expect(await readdir(join(folder, 'postgres'))).toEqual(before);
      await writeFile(version, '18\n');
      await start();
    });

    test('is not opened with another master key: one sentence, and nothing is written', async () => {
      await start();
      await stop();
      const wrong = openDatabase({
        dataFolder: folder,
        masterKey: toMasterKey(Buffer.alloc(32, 9)),
        log: silentLog,
        clock: systemClock,
      });
      await expect(wrong).rejects.toThrow(
        /^The master key is not the one this database was set up with: .+\.$/,
      );
      await start();
    });

    test('is not opened while a role of the application could pass row-level security by', async () => {
      const database = await start();
      const { host, port, database: name } = database.queueConnection;
      const client = new pg.Client({
        user: SUPERUSER,
        ...(host && port && name ? { host, port, database: name } : {}),
      });
      await client.connect();
      await client.query('grant candor_owner to candor_system');
      await client.end();
      await stop();
      await expect(start()).rejects.toThrow(
        /^The database role candor_system may pass row-level security by: .+\.$/,
      );
    });

    test('writes nothing of a failing statement into its own log', async () => {
      const database = await start();
      const planted = 'jane-in-a-statement@candidate.example';
      await expect(
        database.transaction({ kind: 'system' }, (tx) =>
          sql`select * from candor.company where id = ${planted}`.execute(tx),
        ),
      ).rejects.toThrow();
      await expect(
        database.transaction({ kind: 'system' }, (tx) => sql.raw(`select '${planted}'::uuid`).execute(tx)),
      ).rejects.toThrow();
      await stop();
      const log = await readFile(join(folder, 'postgres.log'), 'utf8');
      expect(log).toContain('ready to accept connections');
      expect(log).not.toContain(planted);
    });
  });
});
