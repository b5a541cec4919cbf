/* A world of its own for a file of browser tests, with the browsers of some of its people: there before its tests, gone after them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';
import { pino } from 'pino';
import { createLog } from '../../server/base/log.ts';
import { findFreePort } from '../build/free-port.ts';
import { type BrowserOptions, openBrowser, type PersonsBrowser, signInByHand } from './browser.ts';
import { companyIn } from './company-folder.ts';
import { type Door, openDoor } from './door.ts';
import type { MessageFacts } from './mail.ts';
import { writeMessage } from './mail.ts';
import type { WorldPerson } from './people.ts';
import { startWorld, type World, type WorldOptions } from './start-world.ts';

export type WorldWithBrowsers = World & {
  readonly browser: (person: WorldPerson) => PersonsBrowser;
  /** The way to the server that every extension here goes by. */
  readonly door: Door;
  /** Mail that comes into one mailbox, dated now unless told otherwise. Gives Gmail's id of its thread. */
  readonly send: (holder: WorldPerson, facts: Omit<MessageFacts, 'at'> & { readonly at?: number }) => string;
};

export type WithBrowsersOptions = Partial<WorldOptions> & {
  readonly browsers?: Omit<BrowserOptions, 'isHeadless'>;
};

/** Where browser tests leave what a person may want to look at. */
export const pictures = fileURLToPath(new URL('../../test-results/pictures/', import.meta.url));

/** Usable in tests and hooks of the file that calls it. */
export const worldWithBrowsers = (
  name: string,
  people: readonly WorldPerson[],
  options: WithBrowsersOptions = {},
): WorldWithBrowsers => {
  // Options of its own give the file a process of its own: sign-in counts tries by address for as long as a process lives.
  test.use({ launchOptions: { env: { CANDOR_WORLD: name } } });
  let started: WorldWithBrowsers | undefined;
  test.beforeAll(async () => {
    started = await start(name, people, options);
  });
  test.afterEach(async ({ browserName: _ }, info) => {
    if (info.status === info.expectedStatus || started === undefined) return;
    for (const { mail, person } of people.map(started.browser)) {
      if (!mail.isClosed()) await mail.screenshot({ path: info.outputPath(`${person.address}.png`) });
    }
  });
  test.afterAll(async () => {
    await started?.stop();
  });
  return new Proxy({} as WorldWithBrowsers, {
    get: (_, property) => {
      if (started === undefined) throw new Error('The world is there only inside tests and hooks.');
      return Reflect.get(started, property);
    },
  });
};

const start = async (
  name: string,
  people: readonly WorldPerson[],
  { browsers: browserOptions, ...options }: WithBrowsersOptions,
): Promise<WorldWithBrowsers> => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'candor-world-'));
  await mkdir(pictures, { recursive: true });
  const world = await startWorld({
    dataFolder,
    port: await findFreePort(),
    company: await companyIn(process.env.CANDOR_COMPANY_FOLDER ?? ''),
    log: createLog(pino.destination({ dest: join(pictures, `${name}.log`), sync: true, append: false })),
    ...options,
  });
  const door = await openDoor(world.server.url);
  const open = await Promise.all(
    people.map(async (person) => {
      const browser = await openBrowser(world, person, { isHeadless: true, ...browserOptions });
      await signInByHand(world, browser, door.url);
      return [person, browser] as const;
    }),
  );
  const browsers = new Map(open);
  return {
    ...world,
    door,
    browser: (person) => {
      const browser = browsers.get(person);
      if (browser === undefined) throw new Error('This person has no browser here.');
      return browser;
    },
    send: (holder, facts) => {
      const at = facts.at ?? Date.now();
      return world.lab.deliver(holder.address, writeMessage({ ...facts, at }), { at }).threadId;
    },
    stop: async () => {
      for (const browser of browsers.values()) await browser.close();
      await door.close();
      await world.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
};
