/*
 * Brings mail that lies in a file onto the record of a mailbox, by the server's own rules: for the mail of somebody who left, and
 * for exports. What it says to a person goes line by line; what it found out is one value.
 */
import { parseArgs } from 'node:util';
import { type Address, parseAddress } from '../../lib/domain/address.ts';
import { decideFileWindow } from '../../lib/domain/import-window.ts';
import { formatDay } from '../../lib/domain/wording.ts';
import { failureReason } from '../base/failure.ts';
import { Unreadable } from '../inspect/read-file.ts';
import { type FileMailbox, findFileMailbox } from '../services/import/file-mailbox.ts';
import { type FileProgress, importFile } from '../services/import/import-file.ts';
import type { Services } from '../services/services.ts';
import { openMailFile } from './read-mail-file.ts';

export type Wanted = {
  readonly address: Address;
  readonly path: string;
  /** Epoch ms of the oldest mail to keep, inside what the mailbox's person and the company let in. */
  readonly from: number | undefined;
};

export type Summary = {
  readonly mailbox: string;
  readonly file: 'mbox' | 'maildir';
  /** ISO 8601 UTC; null: of any age. */
  readonly from: string | null;
  readonly looked: number;
  readonly kept: number;
  readonly alreadyHeld: number;
  /** How many were left out, by rule. */
  readonly left: Readonly<Record<string, number>>;
  readonly seconds: number;
};

/** What the arguments say; undefined when help is asked for. Throws: Unreadable. */
export const readWanted = (args: readonly string[]): Wanted | undefined => {
  const { values, positionals } = readOptions(args);
  if (values.help === true) return undefined;
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0)
    throw new Unreadable('Say which one mbox file or Maildir to import; --help tells how.');
  const address = parseAddress(values.mailbox ?? '');
  if (address === undefined)
    throw new Unreadable('Say whose mail it is: --mailbox and the address of a mailbox on record.');
  return { address, path, from: values.from === undefined ? undefined : readFrom(values.from) };
};

/** Throws: Unreadable, StartRefusal. */
export const bringFile = async (
  services: Services,
  { address, path, from }: Wanted,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Summary> => {
  const { clock } = services;
  const file = await openMailFile(path, signal);
  const mailbox = await findMailbox(services, address);
  const windowFrom = requireWindow(mailbox, address, from, clock.now());
  const startedAt = clock.now();
  const tell = (progress: FileProgress): void => say(progressLine(progress, clock.now() - startedAt));
  const tally = await importFile(services, { ...mailbox, windowFrom }, file.read, tell, signal).catch(
    (thrown: unknown) => {
      if (failureReason(thrown) !== 'mailbox-disconnected') throw thrown;
      throw new Unreadable(
        `What the mailbox ${address} brought is being erased: nothing is added to it.`,
        thrown,
      );
    },
  );
  return {
    mailbox: address,
    file: file.kind,
    from: windowFrom === null ? null : new Date(windowFrom).toISOString(),
    looked: tally.lookedCount,
    kept: tally.keptCount,
    alreadyHeld: tally.heldCount,
    left: tally.left,
    seconds: (clock.now() - startedAt) / 1_000,
  };
};

/** Throws: Unreadable where more was asked for than the mailbox's person chose or the company allows. */
const requireWindow = (
  { windowFrom, companyMaximum, connectedAt }: FileMailbox,
  address: Address,
  wanted: number | undefined,
  now: number,
): number | null => {
  const decided = decideFileWindow(
    { own: windowFrom ?? undefined, companyMaximum, connectedAt, wanted },
    now,
  );
  if (decided.allowed) return decided.from ?? null;
  const who =
    decided.because === 'wider-than-person-chose'
      ? 'the person whose mailbox it is let old mail reach back no further'
      : 'the company lets old mail reach back no further';
  throw new Unreadable(
    `Nothing of ${address} from before ${formatDay(decided.from)} can be imported: ${who}.`,
  );
};

const findMailbox = async (services: Services, address: Address): Promise<FileMailbox> => {
  try {
    return await findFileMailbox(services, address);
  } catch (thrown) {
    const reason = failureReason(thrown);
    if (reason === 'not-found')
      throw new Unreadable(
        `No mailbox with the address ${address} is on record: a file is imported for one that was connected at some time.`,
        thrown,
      );
    if (reason === 'bad-input')
      throw new Unreadable(`Mailboxes of several companies have the address ${address}.`, thrown);
    throw thrown;
  }
};

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        mailbox: { type: 'string' },
        from: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new Unreadable(thrown.message.replace(/\s*\n\s*/g, ' '), thrown);
  }
};

const readFrom = (text: string): number => {
  const from = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(from)) throw new Unreadable('--from must be a day, as 2026-01-31.');
  return from;
};

const progressLine = (progress: FileProgress, tookMs: number): string => {
  const { lookedCount, keptCount, heldCount, readShare, isAgain } = progress;
  const counts = `${lookedCount} looked at, ${keptCount} kept, ${heldCount} there already`;
  if (isAgain) return `${counts}; once more for answers to what is kept: ${Math.round(readShare * 100)} %`;
  const perSecond = Math.round(lookedCount / Math.max(tookMs / 1_000, 0.001));
  const leftSeconds = Math.round((tookMs / 1_000) * (1 / readShare - 1));
  return `${counts}; ${Math.round(readShare * 100)} %, ${perSecond} a second, about ${leftSeconds} s left`;
};

export const help = `Usage:
  npm run -s import-file -- --mailbox ADDRESS [--from DAY] PATH

Brings the mail of PATH, an mbox file or a Maildir, onto the record of the mailbox with this address, which may be turned off
since. Each message is kept or left by the rules that hold for the mailbox's own mail. Running it again doubles nothing.

--from   the oldest day to keep mail of, as 2026-01-31; not before what the mailbox's person and the company let in

Prints how far it is on standard error and a summary as JSON on standard output. Uses the server's database: DATABASE_URL, or
the embedded one in DATA_FOLDER while no server runs on it. What can't be read is said in one sentence, with exit code 1.
`;
