/*
 * From a message in a mailbox at Dovecot to the panel that stands beside it: the listener hears of it, a worker brings it in, and
 * the view that the person's panel waits for has it. The whole server is there, and nothing looks by the clock meanwhile.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../server/base/clock.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { findFreePort } from '../build/free-port.ts';
import { silentLog } from '../build/silent-log.ts';
import type { Dovecot } from '../lab/imap/dovecot.ts';
import { otherProgram, password } from '../provider/imap-at-dovecot.ts';
import { newKey } from '../world/acts.ts';
import { writeMessage } from '../world/mail.ts';
import { ana, jane, mia } from '../world/people.ts';
import { startWorld, type World } from '../world/start-world.ts';
import { type Bench, percentile } from './figures.ts';

const never = 24 * 3_600_000;
const mostMs = 2_000;

export const measurePushToPanel = async (bench: Bench, dovecot: Dovecot): Promise<void> => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'candor-bench-'));
  const world = await startWorld({
    dataFolder,
    port: await findFreePort(),
    log: silentLog,
    pollMs: never,
    listenMs: 500,
    connected: [],
  });
  try {
    await dovecot.addUser(mia.address, password);
    Object.assign(world.server.services.providers, {
      imap: imapAccounts({
        clock: systemClock,
        trust: trusting([dovecot.certificate]),
        inside: ['localhost', '127.0.0.1'],
      }),
    });
    const { company } = world.as(ana).api;
    await company.setConnectPolicy.mutate({
      ...(await company.connectPolicy.query()),
      isPasswordLoginAllowed: true,
    });
    const { api } = world.as(mia);
    const connected = await api.mailbox.connectServer.mutate({
      address: mia.address,
      user: mia.address,
      password,
      imap: { host: 'localhost', port: dovecot.imapsPort, security: 'tls' },
    });
    if (connected.outcome !== 'connected') throw new Error('The mailbox was not connected.');
    // What came before the first look is old mail.
    while ((await api.mailbox.list.query())[0]?.lastPulledAt === undefined) await sleep(20);
    const keptCount = async () => (await api.mailbox.list.query())[0]?.keptCount ?? 0;
    const sender = await otherProgram(dovecot, mia.address);
    let { cursor } = await api.live.wait.query({});
    const samples: number[] = [];
    const rounds = bench.isQuick ? 3 : 30;
    // The first is not counted: it may come before the listener listens.
    for (let nth = 0; nth <= rounds; nth += 1) {
      const before = await keptCount();
      const raw = writeMessage({
        id: `push-to-panel-${nth}@mailbox.test`,
        from: jane,
        to: [mia],
        subject: `Push ${nth}`,
        text: 'Hello',
        at: Date.now(),
      });
      await sender.append('INBOX', Buffer.from(raw));
      const at = performance.now();
      while ((await keptCount()) === before) ({ cursor } = await api.live.wait.query({ cursor }));
      if (nth > 0) samples.push(performance.now() - at);
    }
    await sender.logout();
    for (const [name, value] of [
      ['p50', percentile(samples, 50)],
      ['p95', percentile(samples, 95)],
    ] as const)
      bench.add('imap', {
        what: `a message in the mailbox → the panel’s data has it, ${name}`,
        value,
        unit: 'ms',
        sampleCount: samples.length,
        ...(name === 'p95' ? { budget: { is: 'at most', value: mostMs } as const } : {}),
      });
    await measureStanceToColleague(bench, world, rounds);
  } finally {
    await world.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
};

/** From Mia's decision on a thread until Ana's panel, which waits for news, reads it or reads it no more. */
const measureStanceToColleague = async (bench: Bench, world: World, rounds: number): Promise<void> => {
  const [owner, colleague] = [world.as(mia).api, world.as(ana).api];
  const threadId = (await owner.search.messages.query({ text: 'Push' })).hits[0]?.threadId;
  if (threadId === undefined) throw new Error('No letter was found.');
  const reads = () =>
    colleague.thread.read.query({ threadId }).then(
      () => true,
      () => false,
    );
  let { cursor } = await colleague.live.wait.query({});
  const samples: number[] = [];
  for (let nth = 0; nth < rounds; nth += 1) {
    const stance = nth % 2 === 0 ? 'shared' : 'private';
    const at = performance.now();
    await owner.thread.setStance.mutate({
      kind: 'stance',
      key: newKey(),
      ref: { mailboxAddress: mia.address, providerThreadId: 'open' },
      threadId,
      stance,
    });
    while ((await reads()) !== (stance === 'shared'))
      ({ cursor } = await colleague.live.wait.query({ cursor }));
    samples.push(performance.now() - at);
  }
  bench.add('imap', {
    what: 'a stance decided → a colleague’s panel follows, p95',
    value: percentile(samples, 95),
    unit: 'ms',
    sampleCount: samples.length,
    budget: { is: 'at most', value: mostMs },
  });
};
