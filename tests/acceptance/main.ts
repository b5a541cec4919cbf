/* Lists every acceptance row with the tests that carry its id; fails on an id that is no row. `--short`: only the counts. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rows = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync(new URL('./rows.json', import.meta.url), 'utf8')));

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'tests'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => /(\.(test|spec)\.tsx?|\/conformance-[a-z]+\.ts)$/.test(path));

/** A test's name: the string that opens a call of test(), it(), or a table's each(). */
const testName = /\b(?:test|it)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g;
const idsIn = /\[((?:[A-Z]{1,2}-\d\d[ab]?)(?:[ ,]+[A-Z]{1,2}-\d\d[ab]?)*)\]/g;

const found = new Map<string, string[]>();
const unknown: string[] = [];
for (const file of files) {
  for (const [, , name = ''] of readFileSync(`${root}/${file}`, 'utf8').matchAll(testName)) {
    for (const [, ids = ''] of name.matchAll(idsIn)) {
      for (const id of ids.split(/[ ,]+/)) {
        if (rows[id] === undefined) unknown.push(`${id} in ${file}: ${name}`);
        else found.set(id, [...(found.get(id) ?? []), `${name} (${file})`]);
      }
    }
  }
}

const isShort = process.argv.includes('--short');
for (const [id, said] of Object.entries(rows)) {
  const tests = found.get(id) ?? [];
  if (isShort && tests.length === 0) continue;
  console.log(`${tests.length === 0 ? ' ' : '✓'} ${id}  ${said}`);
  if (!isShort) for (const each of tests) console.log(`      ${each}`);
}
console.log(`\n${found.size} of ${Object.keys(rows).length} rows have a test.`);
if (unknown.length > 0) {
  console.error(`\nIds that are no row:\n${unknown.map((each) => `  ${each}`).join('\n')}`);
  process.exitCode = 1;
}
