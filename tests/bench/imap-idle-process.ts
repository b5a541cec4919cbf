/* Opens mailboxes, pulls each once, listens to all of them, and says what that takes. Speaks with whoever forked it. */
import { readFile } from 'node:fs/promises';
import { systemClock } from '../../server/base/clock.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { readRssMB } from './process-memory.ts';

export type IdleOrder = {
  readonly users: readonly string[];
  readonly password: string;
  readonly port: number;
  readonly certificate: string;
  readonly watchMs: number;
};
export type IdleReport = {
  readonly rssBeforeMB: number;
  /** The largest seen while they waited. */
  readonly rssMB: number;
  readonly connectionCount: number;
};

process.once('message', (order: IdleOrder) => {
  void wait(order).then((report) => process.send?.(report));
});
process.once('disconnect', () => process.exit());

const wait = async ({ users, password, port, certificate, watchMs }: IdleOrder): Promise<IdleReport> => {
  const rssBeforeMB = await readRssMB(process.pid);
  const accounts = imapAccounts({
    clock: systemClock,
    trust: trusting([certificate]),
    inside: ['localhost'],
  });
  const { signal } = new AbortController();
  for (const user of users) {
    const provider = accounts.open({
      mailboxKey: user,
      secret: { user, password, imap: { host: 'localhost', port, security: 'tls' } },
      priority: 'background',
      labelName: 'Candor',
    });
    await provider.pull(await provider.start(signal), {}, signal);
    const { push } = provider;
    if (push?.by !== 'connection') throw new Error('IMAP pushes by a connection.');
    await new Promise<void>((resolve, reject) => {
      push.listen(resolve, signal).catch(reject);
    });
  }
  let rssMB = 0;
  for (const startedAt = performance.now(); performance.now() - startedAt < watchMs; ) {
    rssMB = Math.max(rssMB, await readRssMB(process.pid));
    await systemClock.sleep(250, signal);
  }
  return { rssBeforeMB, rssMB, connectionCount: await countConnections(port) };
};

/** Established ones from here to the port. */
const countConnections = async (port: number): Promise<number> => {
  const established = '01';
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  return lines.filter(([, , to, state]) => to?.endsWith(remote) && state === established).length;
};
