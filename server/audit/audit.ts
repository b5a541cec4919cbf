/*
 * The audit for whoever runs the server: followed link by link, or written out as lines of JSON. Also a file that was written out
 * earlier is followed, without a database.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { CompanyId } from '../../lib/contract/ids.ts';
import { Unreadable } from '../inspect/read-file.ts';
import { type Broken, chainStart, type Followed, follow } from '../services/audit/chain.ts';
import { AuditLine, exportWhole, fromLine } from '../services/audit/export-audit.ts';
import { followChain } from '../services/audit/read-audit.ts';
import type { Services } from '../services/services.ts';

export type Wanted =
  | { readonly verb: 'verify'; readonly company?: string; readonly heads: readonly string[] }
  | { readonly verb: 'verify-file'; readonly path: string; readonly heads: readonly string[] }
  | { readonly verb: 'export'; readonly company?: string };

/** What the arguments say; undefined when help is asked for. Throws: Unreadable. */
export const readWanted = (args: readonly string[]): Wanted | undefined => {
  const { values, positionals } = readOptions(args);
  if (values.help === true) return undefined;
  const [verb, ...more] = positionals;
  if ((verb !== 'verify' && verb !== 'export') || more.length > 0)
    throw new Unreadable('Say what to do with the audit: verify or export; --help tells how.');
  const company = values.company === undefined ? {} : { company: values.company };
  const heads = (values.head ?? []).map((head) => head.toLowerCase());
  if (heads.some((head) => !/^[0-9a-f]{64}$/.test(head)))
    throw new Unreadable('--head must be a head as verify prints it: 64 hexadecimal digits.');
  if (verb === 'export') {
    if (heads.length > 0 || values.file !== undefined)
      throw new Unreadable('--head and --file go with verify alone.');
    return { verb, ...company };
  }
  if (values.file === undefined) return { verb, ...company, heads };
  if (values.company !== undefined) throw new Unreadable('--company does not go with --file.');
  return { verb: 'verify-file', path: values.file, heads };
};

/** Says one line a company. Returns whether every chain holds. Throws: Unreadable. */
export const verify = async (
  services: Pick<Services, 'db'>,
  { company, heads }: Extract<Wanted, { verb: 'verify' }>,
  say: (line: string) => void,
): Promise<boolean> => {
  const seen = watchHeads(heads);
  let holds = true;
  for (const { id, name } of await findCompanies(services, company)) {
    const { followed, broken } = await followChain(services, id, { kind: 'company' }, ({ hash }) =>
      seen.pass(hash),
    );
    holds = sayHow(name, followed, broken, say) && holds;
  }
  return seen.sayMissing(say) && holds;
};

/** The same of a file that was written out from its first row on. */
export const verifyFile = async (
  { path, heads }: Extract<Wanted, { verb: 'verify-file' }>,
  say: (line: string) => void,
): Promise<boolean> => {
  const seen = watchHeads(heads);
  const chains = new Map<CompanyId, { followed: Followed; broken?: Broken; withheldCount: number }>();
  for await (const { line, withheld } of readLines(path)) {
    const chain = chains.get(line.companyId) ?? { followed: chainStart(line.companyId), withheldCount: 0 };
    chains.set(line.companyId, chain);
    if (chain.broken !== undefined) continue;
    const next = follow(chain.followed, line, withheld);
    if ('said' in next) chain.broken = next;
    else {
      chain.followed = next;
      chain.withheldCount += withheld.length > 0 ? 1 : 0;
      seen.pass(line.hash);
    }
  }
  if (chains.size === 0) throw new Unreadable(`There is no row in ${path}.`);
  let holds = true;
  for (const [companyId, { followed, broken, withheldCount }] of chains) {
    holds = sayHow(companyId, followed, broken, say) && holds;
    if (withheldCount > 0)
      say(
        `${companyId}: of ${withheldCount} rows some facts are withheld in this file: their place in the chain was checked, not what they say.`,
      );
  }
  return seen.sayMissing(say) && holds;
};

/** Throws: Unreadable. */
export const writeOut = async (
  services: Pick<Services, 'db'>,
  { company }: Extract<Wanted, { verb: 'export' }>,
  write: (lines: string) => Promise<void>,
): Promise<void> => {
  for (const { id } of await findCompanies(services, company))
    for await (const lines of exportWhole(services, id)) await write(lines);
};

const sayHow = (
  name: string,
  { rowCount, head }: Followed,
  broken: Broken | undefined,
  say: (line: string) => void,
): boolean => {
  say(
    broken === undefined
      ? `${name}: ${rowCount === 1 ? '1 row holds' : `all ${rowCount} rows hold`}. Head: ${head}`
      : `${name}: BROKEN. ${broken.said}`,
  );
  return broken === undefined;
};

const watchHeads = (heads: readonly string[]) => {
  const missing = new Set(heads);
  return {
    pass: (hash: string): void => {
      missing.delete(hash);
    },
    sayMissing: (say: (line: string) => void): boolean => {
      for (const head of missing)
        say(
          `BROKEN. No row that holds has the head ${head}: rows at the end were taken out since it was printed, or written anew.`,
        );
      return missing.size === 0;
    },
  };
};

const findCompanies = async (services: Pick<Services, 'db'>, wanted: string | undefined) => {
  const all = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx.selectFrom('candor.company').select(['id', 'name']).orderBy('created_at').orderBy('id').execute(),
  );
  const found = all.filter(({ id, name }) => wanted === undefined || id === wanted || name === wanted);
  if (found.length === 0)
    throw new Unreadable(
      wanted === undefined
        ? 'No company is set up in this database.'
        : `No company with the name or id “${wanted}” is in this database.`,
    );
  return found;
};

async function* readLines(path: string) {
  let nth = 0;
  try {
    for await (const text of createInterface({
      input: createReadStream(path, 'utf8'),
      crlfDelay: Infinity,
    })) {
      nth += 1;
      const line = AuditLine.safeParse(toJson(text));
      if (!line.success) throw new Unreadable(`Line ${nth} of ${path} is no row of an audit.`);
      yield { line: fromLine(line.data), withheld: line.data.withheld ?? [] };
    }
  } catch (thrown) {
    if (thrown instanceof Unreadable) throw thrown;
    throw new Unreadable(`${path} could not be read.`, thrown);
  }
}

const toJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        company: { type: 'string' },
        head: { type: 'string', multiple: true },
        file: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new Unreadable(thrown.message.replace(/\s*\n\s*/g, ' '), thrown);
  }
};

export const help = `Usage:
  npm run -s audit -- verify [--company NAME|ID] [--head HASH]…
  npm run -s audit -- verify --file FILE [--head HASH]…
  npm run -s audit -- export [--company NAME|ID]

verify   follows each company's audit from its first row: says that all rows hold and prints the head, the hash of the last one,
         or names the first link that does not hold, with exit code 1. --head: a head printed earlier; if no row has it any
         more, rows were taken from the end. So keep the heads where whoever runs the server can't write.
         --file follows a file that export wrote, or that an admin downloaded, and asks no database.
export   prints every row as a line of JSON, oldest first. That it was exported is the last row.

Uses the server's database: DATABASE_URL, or the embedded one in DATA_FOLDER while no server runs on it.
`;
