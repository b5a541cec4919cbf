/* What it takes to have many IMAP mailboxes open that only wait, in a process that does nothing else. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Dovecot } from '../lab/imap/dovecot.ts';
import { password } from '../provider/imap-at-dovecot.ts';
import type { Bench } from './figures.ts';
import type { IdleOrder, IdleReport } from './imap-idle-process.ts';

export const measureIdleImap = async (bench: Bench, dovecot: Dovecot): Promise<void> => {
  const users = Array.from({ length: bench.isQuick ? 10 : 100 }, (_, nth) => `idle-${nth}@acme.test`);
  for (const user of users) await dovecot.addUser(user, password);
  const order: IdleOrder = {
    users,
    password,
    port: dovecot.imapsPort,
    certificate: dovecot.certificate,
    watchMs: bench.isQuick ? 2_000 : 20_000,
  };
  const child = fork(fileURLToPath(new URL('imap-idle-process.ts', import.meta.url)));
  const report = await new Promise<IdleReport>((resolve, reject) => {
    child.once('message', (message) => resolve(message as IdleReport));
    child.once('exit', () => reject(new Error('The process with idle mailboxes ended.')));
    child.send(order);
  });
  child.disconnect();
  bench.add('imap', {
    what: `${users.length} mailboxes waiting, each pulled and listened to: the process`,
    value: report.rssMB,
    unit: 'MB',
    peer: { what: 'before the first was opened', value: report.rssBeforeMB },
  });
  bench.add('imap', {
    what: `${users.length} mailboxes waiting: their connections`,
    value: report.connectionCount,
    unit: 'connections',
    budget: { is: 'at most', value: 2 * users.length },
  });
};
