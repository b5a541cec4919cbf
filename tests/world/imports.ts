/* Imports of old mail as people begin and follow them. */
import { expect } from 'vitest';
import type { ImportRow, ImportState, ImportSteer, MailboxImports } from '../../lib/contract/import.ts';
import type { ImportWindow } from '../../lib/domain/import-window.ts';
import type { TestWorld } from './a-world.ts';
import type { WorldPerson } from './people.ts';

/** The machine may be busy; nothing here takes long by itself. */
const patience = { timeout: 30_000 };

export const importsOf = async (world: TestWorld, person: WorldPerson): Promise<MailboxImports> => {
  const [row] = await world.as(person).api.mailbox.list.query();
  if (row?.imports === undefined) throw new Error('The person has no mailbox.');
  return row.imports;
};

export const choose = (
  world: TestWorld,
  person: WorldPerson,
  window: ImportWindow,
): Promise<MailboxImports> =>
  world.as(person).api.import.choose.mutate({ mailboxId: world.mailboxId(person), window });

/** The newest import of old mail. */
export const latestOf = async (world: TestWorld, person: WorldPerson): Promise<ImportRow> => {
  const { latest } = await importsOf(world, person);
  if (latest === undefined) throw new Error('Nothing was imported yet.');
  return latest;
};

export const steer = async (
  world: TestWorld,
  person: WorldPerson,
  how: ImportSteer['how'],
): Promise<MailboxImports> =>
  world.as(person).api.import.steer.mutate({ importId: (await latestOf(world, person)).importId, how });

export const untilState = async (
  world: TestWorld,
  person: WorldPerson,
  state: ImportState,
): Promise<ImportRow> => {
  await expect.poll(async () => (await latestOf(world, person)).state, patience).toBe(state);
  return latestOf(world, person);
};

/** Chooses, waits for the count, begins and waits for the end. */
export const importMail = async (
  world: TestWorld,
  person: WorldPerson,
  window: ImportWindow,
): Promise<ImportRow> => {
  await choose(world, person, window);
  await untilState(world, person, 'estimated');
  await steer(world, person, 'start');
  return untilState(world, person, 'done');
};
