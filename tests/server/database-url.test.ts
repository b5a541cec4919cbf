import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { StartRefusal } from '../../server/base/start-refusal.ts';
import { toMasterKey } from '../../server/base/vault.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { toStartRefusal } from '../../server/db/unreachable.ts';
import { aDatabase, serverNames, testMasterKey } from '../build/a-database.ts';
import { silentLog } from '../build/silent-log.ts';

describe.each(serverNames)('on %s', (server) => {
  const database = aDatabase(server);
  const openAt = (databaseUrl: string) =>
    openDatabase({
      dataFolder: '',
      databaseUrl,
      masterKey: testMasterKey,
      log: silentLog,
      clock: database.clock,
    });

  describe('a DATABASE_URL that does not lead to a database is told apart in one sentence:', () => {
    const told = async (change: (url: URL) => void, sentence: string) => {
      const url = new URL(database.superuserUrl);
      change(url);
      const refusal: unknown = await openAt(url.href).then(
        () => undefined,
        (error) => error,
      );
      expect(refusal).toBeInstanceOf(StartRefusal);
      const { message } = refusal as StartRefusal;
      expect(message).toContain(sentence);
      expect(message).not.toContain('\n');
      if (url.password !== '') expect(message).not.toContain(url.password);
    };

    test('the database is missing', () =>
      told((url) => {
        url.pathname = '/nowhere';
      }, 'no database of this name'));

    test('the socket is missing', () =>
      told((url) => url.searchParams.set('host', '/nowhere'), 'no PostgreSQL has its socket in this folder'));

    test('nobody listens on the port', async () => {
      const listener = createServer();
      const port = await new Promise<number>((resolve) =>
        listener.listen(0, '127.0.0.1', () => resolve((listener.address() as { port: number }).port)),
      );
      await new Promise((resolve) => listener.close(resolve));
      await told((url) => {
        url.search = '';
        url.hostname = '127.0.0.1';
        url.port = String(port);
      }, 'no PostgreSQL listens on this host and port');
    });

    test('something else answers on the port', async () => {
      const listener = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const port = await new Promise<number>((resolve) =>
        listener.listen(0, '127.0.0.1', () => resolve((listener.address() as { port: number }).port)),
      );
      await told((url) => {
        url.search = '';
        url.hostname = '127.0.0.1';
        url.port = String(port);
      }, 'does not answer as PostgreSQL does');
      await new Promise((resolve) => listener.close(resolve));
    });

    test('the host has no address', () => {
      const error = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
      expect(toStartRefusal(error, 'postgres://x/y')).toMatchObject({
        message: 'DATABASE_URL: no machine has this host name. (ENOTFOUND)',
      });
    });
  });
});

describe('on a server with passwords', () => {
  const database = aDatabase('Debian 15');
  const openAt = (databaseUrl: string, masterKey = testMasterKey) =>
    openDatabase({ dataFolder: '', databaseUrl, masterKey, log: silentLog, clock: database.clock });

  test('a wrong password is told from a user who may not do enough', async () => {
    const wrong = new URL(database.superuserUrl);
    wrong.password = 'wrong';
    await expect(openAt(wrong.href)).rejects.toThrow('the password is wrong');
    await database.query(`create role weak login password 'weak'`);
    const weak = new URL(database.superuserUrl);
    weak.username = 'weak';
    weak.password = 'weak';
    try {
      await expect(openAt(weak.href)).rejects.toThrow(StartRefusal);
    } finally {
      await database.query('drop role weak');
    }
  });

  test('another master key is refused, on this database and on another of the same server', async () => {
    const other = toMasterKey(Buffer.alloc(32, 8));
    await expect(openAt(database.superuserUrl, other)).rejects.toThrow('The master key is not the one');
    const url = new URL(database.superuserUrl);
    const name = `${url.pathname.slice(1)}_other`;
    url.pathname = `/${name}`;
    await database.query(`create database ${name}`);
    try {
      await expect(openAt(url.href, other)).rejects.toThrow(
        "Candor's roles on this database server were made with another",
      );
    } finally {
      await database.query(`drop database ${name} with (force)`);
    }
  });

  test('a user who is no superuser, but owns the database and may make roles, is enough', async () => {
    const url = new URL(database.superuserUrl);
    const name = `${url.pathname.slice(1)}_hosted`;
    await database.query(`create role hoster login createrole password 'hoster'`);
    await database.query(`create database ${name} owner hoster`);
    url.pathname = `/${name}`;
    url.username = 'hoster';
    url.password = 'hoster';
    try {
      const opened = await openAt(url.href);
      await opened.close();
    } finally {
      await database.query(`drop database ${name} with (force)`);
      await database.query('drop role hoster');
    }
  });
});
