/*
 * Whoever takes a page of a delta or of a search reads the headers of each copy on it, one after the other. So when the first
 * is asked for, those behind it in the same folder are read with the same command: what is read is never older than the page.
 */
import type { FetchMessageObject } from 'imapflow';
import type { Clock } from '../../base/clock.ts';
import type { CopyRef } from '../provider.ts';
import { fetchRows } from './commands.ts';
import type { Connection } from './dial.ts';
import { isRefusedCommand } from './failures.ts';
import { type CopyAt, readMessageName, toMessageName } from './ids.ts';
import { fetchAt, headerQuery, openAt } from './rows-at.ts';
import { fromUids } from './uid-set.ts';

export type ReadAhead = {
  /** A page that was just given out. */
  readonly expect: (page: readonly CopyRef[]) => void;
  /** Something may have changed: what was read ahead is worth nothing any more. */
  readonly forget: () => void;
  /** The copy's header block and what goes with it. Throws: not-found. */
  readonly row: (connection: Connection, at: CopyAt) => Promise<FetchMessageObject>;
};

/** At 256 kB of headers each, the most that is read of one, 13 MB. */
const mostAhead = 50;
const freshForMs = 30_000;

export const readAhead = (clock: Clock): ReadAhead => {
  const expected = new Set<string>();
  const held = new Map<string, FetchMessageObject>();
  let heldUntil = 0;

  const forget = () => {
    expected.clear();
    held.clear();
  };

  /** Each row is given out once: who asks again wants to know how it is now. */
  const takeHeld = (name: string): FetchMessageObject | undefined => {
    if (clock.now() >= heldUntil) held.clear();
    const row = held.get(name);
    held.delete(name);
    return row;
  };

  const readBatch = async (connection: Connection, at: CopyAt): Promise<void> => {
    const names = [...expected];
    const batch = names
      .slice(names.indexOf(toMessageName(at)))
      .map((name) => ({ name, at: readMessageName(name) }))
      .filter((one) => one.at.path === at.path && one.at.uidValidity === at.uidValidity)
      .slice(0, mostAhead);
    // Beforehand: what makes the server hang up is then read alone, and so found, the next time.
    for (const { name } of batch) expected.delete(name);
    await openAt(connection, at);
    const rows = await fetchRows(connection, fromUids(batch.map((one) => one.at.uid)), headerQuery);
    if (held.size === 0) heldUntil = clock.now() + freshForMs;
    for (const [uid, row] of rows) held.set(toMessageName({ ...at, uid }), row);
  };

  return {
    expect: (page) => {
      forget();
      for (const { providerMessageId } of page) expected.add(providerMessageId);
    },
    forget,
    row: async (connection, at) => {
      const name = toMessageName(at);
      if (expected.has(name))
        try {
          await readBatch(connection, at);
        } catch (thrown) {
          if (!isRefusedCommand(thrown) || !connection.imap.usable) throw thrown;
        }
      return takeHeld(name) ?? fetchAt(connection, at, headerQuery);
    },
  };
};
