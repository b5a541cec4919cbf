/* The audit as whoever runs the server, or an admin, checks it and takes it along: on a real database, by the program too. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWanted, verify, verifyFile, type Wanted, writeOut } from '../../server/audit/audit.ts';
import { Unreadable } from '../../server/inspect/read-file.ts';
import type { Actor } from '../../server/services/actor.ts';
import { exportAudit } from '../../server/services/audit/export-audit.ts';
import { checkAudit, listAudit } from '../../server/services/audit/read-audit.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { servicesOn } from '../build/some-services.ts';

const database = aDatabase();
const services = () => servicesOn(database);
const program = fileURLToPath(new URL('../../server/audit/main.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candor-audit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ana makes a thread of Jane's private that holds a message of hers. */
const audited = async () => {
  const company = await aCompany(database);
  const owner = await company.person({ role: 'owner', name: 'Olga' });
  const ana = await company.person({ name: 'Ana' });
  const job = await company.job([ana]);
  const jane = await company.candidate({ jobs: [job], owner: ana, name: 'Jane' });
  const threadId = await company.thread({ candidates: [jane] });
  await company.message(threadId, { heldBy: [ana] });
  await company.stance(threadId, ana, 'private');
  const actor: Actor = {
    personId: owner,
    companyId: company.companyId,
    name: 'Olga',
    address: 'olga@acme.example',
    role: 'owner',
  };
  return { ...company, actor, ana, jane, threadId };
};
type Audited = Awaited<ReturnType<typeof audited>>;

/** Past the triggers that guard it, as somebody who holds the server. */
const byHand = (sql: string) => database.query(`set session_replication_role = replica; ${sql}`);
const wantedOf = <V extends Wanted['verb']>(verb: V, ...args: readonly string[]) => {
  const wanted = readWanted(args);
  if (wanted?.verb !== verb) throw new Error(`${args.join(' ')} does not ask to ${verb}.`);
  return wanted as Extract<Wanted, { verb: V }>;
};
const verified = async ({ companyId }: Audited, ...args: readonly string[]) => {
  const said: string[] = [];
  const wanted = wantedOf('verify', 'verify', '--company', companyId, ...args);
  const holds = await verify(services(), wanted, (line) => said.push(line));
  return { holds, said };
};
const headOf = ([line = '']: readonly string[]): string => /Head: ([0-9a-f]{64})$/.exec(line)?.[1] ?? '';
const exported = async ({ companyId }: Audited): Promise<string> => {
  const parts: string[] = [];
  await writeOut(services(), wantedOf('export', 'export', '--company', companyId), async (lines) => {
    parts.push(lines);
  });
  return parts.join('');
};
const inFile = async (text: string, ...heads: readonly string[]) => {
  const path = join(folder, `${crypto.randomUUID()}.jsonl`);
  await writeFile(path, text);
  const said: string[] = [];
  const wanted = wantedOf(
    'verify-file',
    'verify',
    '--file',
    path,
    ...heads.flatMap((head) => ['--head', head]),
  );
  return { holds: await verifyFile(wanted, (line) => said.push(line)), said };
};
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const downloaded = async ({ actor }: Audited): Promise<string> => {
  let portion = await exportAudit(services(), actor, { afterSeq: 0 });
  const parts = [portion.lines];
  while (portion.lastSeq < portion.upToSeq) {
    portion = await exportAudit(services(), actor, { afterSeq: portion.lastSeq, upToSeq: portion.upToSeq });
    parts.push(portion.lines);
  }
  return parts.join('');
};

describe('verify', () => {
  test('says of each company whether all its rows hold, and names the first broken link [N-07]', async () => {
    const [whole, broken] = [await audited(), await audited()];
    await byHand(`update candor.audit set at = at + 1 where company_id = '${broken.companyId}' and seq = 5`);
    const said: string[] = [];
    expect(await verify(services(), { verb: 'verify', heads: [] }, (line) => said.push(line))).toBe(false);
    expect(said).toHaveLength(2);
    expect((await verified(whole)).said).toEqual([
      expect.stringMatching(/^A company: all \d+ rows hold\. Head: [0-9a-f]{64}$/),
    ]);
    expect(await verified(broken)).toMatchObject({
      holds: false,
      said: [expect.stringMatching(/^A company: BROKEN\. Row 5 was changed after it was written/)],
    });
  });

  test('tells by a head that was printed earlier that rows are missing from the end', async () => {
    const company = await audited();
    const head = headOf((await verified(company)).said);
    await company.stance(company.threadId, company.ana, 'shared');
    expect(await verified(company, '--head', head)).toMatchObject({ holds: true });
    await byHand(
      `delete from candor.audit a where company_id = '${company.companyId}'
         and seq > (select max(seq) - 2 from candor.audit where company_id = a.company_id)`,
    );
    expect(await verified(company)).toMatchObject({ holds: true });
    expect(await verified(company, '--head', head)).toMatchObject({
      holds: false,
      said: [
        expect.stringMatching(/all \d+ rows hold/),
        expect.stringMatching(new RegExp(`^BROKEN\\. No row that holds has the head ${head}`)),
      ],
    });
  });

  test('finds a row that was changed in a file that was written out', async () => {
    const company = await audited();
    const text = await exported(company);
    const head = String(linesOf(text).at(-1)?.hash);
    expect(await inFile(text, head)).toMatchObject({ holds: true });
    expect(await inFile(text.replace('"stance":"private"', '"stance":"shared"'))).toMatchObject({
      holds: false,
      said: [expect.stringMatching(/BROKEN\. Row \d+ was changed/)],
    });
    const cut = text.trimEnd().split('\n').slice(0, -1).join('\n');
    expect(await inFile(cut)).toMatchObject({ holds: true });
    expect(await inFile(cut, head)).toMatchObject({ holds: false });
  });

  test('follows whatever a fact may hold as the database hashed it', async () => {
    const company = await audited();
    const odd = {
      long: 1,
      b: [0.5, -3, 1e6, null, true, {}],
      a: { zz: '', é: 'Ünï “quoted” \\ / \b\f\n\r\t\u0001 \u007f \u2028 😀', a: [] },
    };
    await company.asCompany((tx) =>
      sql`select app.audit('looked', ${JSON.stringify(odd)}::jsonb)`.execute(tx),
    );
    expect(await verified(company)).toMatchObject({ holds: true });
    expect(await inFile(await exported(company))).toMatchObject({ holds: true });
  });

  test.each([
    [[], 'Say what to do'],
    [['mend'], 'Say what to do'],
    [['verify', 'export'], 'Say what to do'],
    [['verify', '--head', '12'], '64 hexadecimal digits'],
    [['export', '--file', 'x'], 'go with verify alone'],
    [['verify', '--file', 'x', '--company', 'y'], 'does not go with --file'],
    [['verify', '--loud'], 'loud'],
  ])('refuses %j in one sentence', (args, said) => {
    expect(() => readWanted(args)).toThrow(Unreadable);
    expect(() => readWanted(args)).toThrow(said);
  });

  test('refuses a file that is none, and a company that is not there', async () => {
    await expect(inFile('')).rejects.toThrow(/There is no row/);
    await expect(inFile('{"seq": 1}\n')).rejects.toThrow(/Line 1 of .* is no row of an audit/);
    await expect(
      verifyFile({ verb: 'verify-file', path: join(folder, 'nowhere'), heads: [] }, () => undefined),
    ).rejects.toThrow(/could not be read/);
    await expect(
      verify(services(), { verb: 'verify', company: 'Nobody Ltd', heads: [] }, () => undefined),
    ).rejects.toThrow(/No company with the name or id “Nobody Ltd”/);
  });
});

describe('export', () => {
  test('is every row as a line of JSON, and is itself the last one', async () => {
    const company = await audited();
    const lines = linesOf(await exported(company));
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at + 1));
    expect(lines.at(-1)).toMatchObject({
      company: company.companyId,
      kind: 'audit-exported',
      actor: null,
      facts: { from_seq: 1, to_seq: lines.length, by: 'command' },
    });
    expect(lines.find(({ kind }) => kind === 'thread_candidate-made')).toMatchObject({
      facts: { thread_id: company.threadId, candidate_id: company.jane },
    });
  });

  test('of an admin withholds what ties a thread to a candidate, and can be followed all the same [P-02]', async () => {
    const company = await audited();
    const text = await downloaded(company);
    expect(text).not.toContain(company.jane);
    expect(text).not.toContain('@');
    const lines = linesOf(text);
    expect(lines.find(({ kind }) => kind === 'thread_candidate-made')).toMatchObject({
      facts: { thread_id: company.threadId },
      withheld: ['candidate_id'],
    });
    expect(lines.at(-1)).toMatchObject({ kind: 'audit-exported', actor: company.actor.personId });
    const { holds, said } = await inFile(text);
    expect({ holds, said }).toMatchObject({
      holds: true,
      said: [expect.stringMatching(/all \d+ rows hold/), expect.stringMatching(/some facts are withheld/)],
    });
    expect(await inFile(text.replace('"stance":"private"', '"stance":"shared"'))).toMatchObject({
      holds: false,
    });
  });

  test('in portions ends where the audit stood at the first, though each portion is audited', async () => {
    const company = await audited();
    await company.asCompany((tx) =>
      sql`select app.audit('looked', '{}') from generate_series(1, 4100)`.execute(tx),
    );
    const lines = linesOf(await downloaded(company));
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at + 1));
    const { entries } = await listAudit(services(), company.actor, { group: 'audit' });
    expect(entries.map(({ said }) => said)).toEqual([
      `Olga exported the audit, rows 4001 to ${lines.length}.`,
      'Olga exported the audit, rows 2001 to 4000.',
      'Olga exported the audit, rows 1 to 2000.',
    ]);
  });
});

describe('what an admin reads', () => {
  test('is who did what in words, newest first, and names no candidate and no thread [LV-06]', async () => {
    const company = await audited();
    const page = await listAudit(services(), company.actor, {});
    expect(page.entries[0]?.said).toBe('Ana made a thread private.');
    const text = JSON.stringify(page);
    for (const hidden of ['Jane', company.jane, company.threadId]) expect(text).not.toContain(hidden);
    expect(page.entries.map(({ said }) => said)).toContain('Candor filed a thread on a candidate.');
  });

  test('comes a page at a time, and by what it is about', async () => {
    const company = await audited();
    await company.asCompany((tx) =>
      sql`select app.audit('thread-removed', '{}') from generate_series(1, 60)`.execute(tx),
    );
    const first = await listAudit(services(), company.actor, { group: 'erasure' });
    expect(first.entries).toHaveLength(50);
    const rest = await listAudit(services(), company.actor, {
      group: 'erasure',
      beforeSeq: first.nextBeforeSeq ?? 0,
    });
    expect({ count: rest.entries.length, next: rest.nextBeforeSeq }).toEqual({ count: 10, next: undefined });
    expect(new Set([...first.entries, ...rest.entries].map(({ seq }) => seq)).size).toBe(60);
  });

  test('is another company’s in nothing', async () => {
    const [company, other] = [await audited(), await audited()];
    const { rowCount } = await checkAudit(services(), company.actor);
    await other.stance(other.threadId, other.ana, 'shared');
    expect(await checkAudit(services(), company.actor)).toMatchObject({ rowCount });
    expect(JSON.stringify(linesOf(await downloaded(company)))).not.toContain(other.companyId);
  });

  test('includes the first broken link', async () => {
    const company = await audited();
    await byHand(`delete from candor.audit where company_id = '${company.companyId}' and seq = 4`);
    expect(await checkAudit(services(), company.actor)).toMatchObject({
      rowCount: 3,
      broken: 'Row 4 is missing: row 5 follows row 3.',
    });
  });
});

test('the program follows the server’s own database, and exits with 1 at a broken link', async () => {
  const company = await audited();
  const run = (...args: readonly string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = {
        ...process.env,
        DATABASE_URL: database.superuserUrl,
        CANDOR_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        DATA_FOLDER: join(folder, 'unused'),
      };
      execFile(process.execPath, [program, ...args], { env }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  const only = ['--company', company.companyId];
  expect(await run('verify', ...only)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^A company: all \d+ rows hold\. Head: [0-9a-f]{64}\n$/),
  });
  const { code, out } = await run('export', ...only);
  expect({ code, rows: linesOf(out).length }).toMatchObject({ code: 0 });
  expect(await inFile(out)).toMatchObject({ holds: true });
  await byHand(`update candor.audit set facts = '{}' where company_id = '${company.companyId}' and seq = 2`);
  expect(await run('verify', ...only)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/BROKEN\. Row 2 was changed/),
  });
  expect(await run('mend')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^Say what to do/),
  });
});
