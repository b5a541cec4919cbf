/* From a thread that opens to the panel painted beside it: the built extension in Chromium, on the Gmail replica, with a whole server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extensionOrigin } from '../../lib/contract/extension.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { type Address, parseAddress } from '../../lib/domain/address.ts';
import { findOrCreateCandidate } from '../../server/services/people/candidates.ts';
import { findFreePort } from '../build/free-port.ts';
import { silentLog } from '../build/silent-log.ts';
import { look } from '../world/acts.ts';
import { openBrowser, type PersonsBrowser, signInByHand } from '../world/browser.ts';
import { writeMessage } from '../world/mail.ts';
import { ana, candidates } from '../world/people.ts';
import { startWorld, type World } from '../world/start-world.ts';
import { extensionBuilt } from './built-extension.ts';
import { addSpread, type Bench } from './figures.ts';
import { type Painted, panelClock, watchPaints } from './panel-clock.ts';

const cachedMs = 80;
const firstMs = 400;
const notCachedMs = 400;

type OpenableThread = { readonly threadId: string; readonly candidateName: string };

export const measurePanel = async (bench: Bench): Promise<void> => {
  const switchCount = bench.isQuick ? 5 : 30;
  const tabCount = bench.isQuick ? 2 : 8;
  await extensionBuilt();
  const dataFolder = await mkdtemp(join(tmpdir(), 'candor-bench-'));
  const world = await startWorld({
    dataFolder,
    port: await findFreePort(),
    log: silentLog,
    pollMs: 1_000,
    connected: [ana],
  });
  try {
    // What arrives before the first look at a mailbox counts as old.
    await until(world, (mailbox) => mailbox.lastPulledAt !== undefined);
    const onRecord = await addThreads(world, 'on record', switchCount, Date.now());
    const notKept = await addThreads(world, 'not kept', switchCount, Date.now() - 5 * 86_400_000);
    await until(world, (mailbox) => mailbox.keptCount >= onRecord.length);
    const browser = await openBrowser(world, ana, { isHeadless: true });
    try {
      await watchPaints(browser.context);
      await signInByHand(world, browser);
      await requireState(world, onRecord, 'kept');
      await requireState(world, notKept, 'not-kept');
      await measureSwitches(bench, browser, {
        known: knownThreads(world),
        onRecord,
        notKept,
        tabCount,
        switchCount,
      });
    } finally {
      await browser.close();
    }
  } finally {
    await world.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
};

const measureSwitches = async (
  bench: Bench,
  browser: PersonsBrowser,
  threads: {
    readonly known: readonly OpenableThread[];
    readonly onRecord: readonly OpenableThread[];
    readonly notKept: readonly OpenableThread[];
    readonly tabCount: number;
    readonly switchCount: number;
  },
): Promise<void> => {
  const { known } = threads;
  const clock = await panelClock(browser.mail);
  await browser.mail.bringToFront();
  const open = ({ threadId, candidateName }: OpenableThread) => clock.open(threadId, candidateName);
  const switches = Array.from({ length: threads.switchCount }, (_, index) => at(known, index));

  for (const each of known) await open(each);
  bench.say('panel: candidates that are cached');
  addPainted(bench, 'cached', await inTurn(switches, open), cachedMs);
  bench.say('panel: threads never opened before');
  addPainted(bench, 'not cached, thread on record', await inTurn(threads.onRecord, open), notCachedMs);
  addPainted(bench, 'not cached, mailbox asked', await inTurn(threads.notKept, open), notCachedMs);

  bench.say('panel: the background stopped before each switch');
  const stopBackground = await backgroundStopper(browser);
  await browser.mail.bringToFront();
  const stopped = await inTurn(switches, async (thread) => {
    await stopBackground();
    return open(thread);
  });
  addPainted(bench, 'cached, background just stopped', stopped);

  bench.say('panel: the first thread in a tab');
  const first: Painted[] = [];
  for (let index = 0; index < threads.tabCount; index += 1) {
    const tab = await browser.context.newPage();
    const tabClock = await panelClock(tab);
    const { threadId, candidateName } = at(known, index);
    first.push(await tabClock.open(threadId, candidateName));
    await tab.close();
  }
  addPainted(bench, 'cached, first in a tab', first, firstMs);
};

const addPainted = (bench: Bench, what: string, painted: readonly Painted[], budgetMs?: number): void => {
  addSpread(
    bench,
    'panel',
    `${what}: thread event to paint`,
    painted.map((each) => each.sinceThreadMs),
    budgetMs,
  );
  addSpread(
    bench,
    'panel',
    `${what}: click to paint`,
    painted.map((each) => each.sinceClickMs),
  );
};

const inTurn = async <T, Result>(
  items: readonly T[],
  run: (item: T) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (const item of items) results.push(await run(item));
  return results;
};

/** Stops the background as the browser does with an idle one; a panel that is connected wakes the next one at once. */
const backgroundStopper = async (browser: PersonsBrowser): Promise<() => Promise<void>> => {
  const helper = await browser.context.newPage();
  await helper.goto(`${extensionOrigin}/icon/16.png`);
  const devtools = await browser.context.newCDPSession(helper);
  await devtools.send('ServiceWorker.enable');
  return async () => {
    await devtools.send('ServiceWorker.stopAllWorkers');
  };
};

/** Threads every world has, each with a candidate of its own. */
const knownThreads = (world: World): readonly OpenableThread[] =>
  candidates.map((candidate, index) => ({
    threadId: world.threadId(ana, index === 0 ? 'jane' : `invitation-${index - 1}`),
    candidateName: candidate.name,
  }));

/** Threads in Ana's mailbox, each from a candidate of its own. Those dated before she connected it are not kept. */
const addThreads = async (
  world: World,
  name: string,
  count: number,
  sentAt: number,
): Promise<readonly OpenableThread[]> => {
  const { services } = world.server;
  const threads: OpenableThread[] = [];
  for (let index = 0; index < count; index += 1) {
    const slug = `${name.replace(/ /g, '-')}-${index}`;
    const candidate = { name: `Candidate ${name} ${index}`, address: requireAddress(`${slug}@mailbox.test`) };
    await services.db.transaction({ kind: 'company', companyId: world.companyId }, (tx) =>
      findOrCreateCandidate(services, tx, world.companyId, {
        ...candidate,
        createdBy: world.as(ana).personId,
      }),
    );
    const raw = writeMessage({
      id: `${slug}@mailbox.test`,
      from: candidate,
      to: [ana],
      subject: `About the position, ${slug}`,
      at: sentAt,
      text: 'Hello Ana,\n\nis the position still open?\n',
    });
    const { threadId } = world.lab.deliver(ana.address, raw, { at: sentAt });
    threads.push({ threadId, candidateName: candidate.name });
  }
  return threads;
};

const until = async (world: World, isSo: (mailbox: MailboxRow) => boolean): Promise<void> => {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 100) {
    const [mailbox] = await world.as(ana).api.mailbox.list.query();
    if (mailbox !== undefined && isSo(mailbox)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The server did not look at the mailbox within a minute.');
};

/**
 * The two ways a thread that isn't cached is answered are told apart by this: from the record, or by asking the mailbox. One
 * is looked at for all, because what the mailbox may be asked within a minute is needed for the measure.
 */
const requireState = async (
  world: World,
  threads: readonly OpenableThread[],
  state: 'kept' | 'not-kept',
): Promise<void> => {
  const { thread } = await look(world.as(ana), at(threads, 0).threadId);
  if (thread.state !== state) throw new Error(`A thread is ${thread.state} and was to be ${state}.`);
};

const requireAddress = (text: string): Address => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`Not an address: ${text}`);
  return address;
};

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('Nothing to choose from.');
  return item;
};
