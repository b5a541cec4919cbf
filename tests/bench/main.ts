/*
 * Measures what the architecture has budgets for, on this machine, as it is now. Nothing is asserted: a figure over its budget
 * is printed as such. Ends non-zero only when something could not be measured.
 *
 * npm run bench [-- --only panel,sizes,lookup,rls,visibility,search,parse,ingest,import,imap,memory] [-- --quick]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureDatabase } from './database.ts';
import {
  type Bench,
  type MeasureName,
  type Missing,
  measureNames,
  resultsPath,
  type Taken,
  toTable,
  writeResults,
} from './figures.ts';
import { measureImap } from './imap.ts';
import { measureImport } from './import.ts';
import { measureIngest } from './ingest.ts';
import { measureMemory } from './memory.ts';
import { measurePanel } from './panel.ts';
import { measureParse } from './parse.ts';
import { measureSearch } from './search.ts';
import { measureSizes } from './sizes.ts';
import { measureVisibility } from './visibility.ts';

const runs: readonly {
  readonly measures: readonly MeasureName[];
  readonly run: (bench: Bench) => Promise<void>;
}[] = [
  { measures: ['sizes'], run: measureSizes },
  { measures: ['panel'], run: measurePanel },
  { measures: ['lookup', 'rls'], run: measureDatabase },
  { measures: ['visibility'], run: measureVisibility },
  { measures: ['search'], run: measureSearch },
  { measures: ['parse'], run: measureParse },
  { measures: ['ingest'], run: measureIngest },
  { measures: ['import'], run: measureImport },
  { measures: ['imap'], run: measureImap },
  { measures: ['memory'], run: measureMemory },
];

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const wanted = new Set(options.only?.split(',') ?? measureNames);
const unknown = [...wanted].filter((name) => !measureNames.some((known) => known === name));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}. There are: ${measureNames.join(', ')}.`);
  process.exit(2);
}

const startedAt = new Date();
const loadAtStart = loadavg();
const taken: Taken[] = [];
const missing: Missing[] = [];
const bench: Bench = {
  isQuick: options.quick,
  wants: (name) => wanted.has(name),
  add: (measure, figure) => taken.push({ measure, ...figure }),
  say: (text) => console.log(`… ${text}`),
};

for (const { measures, run } of runs) {
  const asked = measures.filter(bench.wants);
  if (asked.length === 0) continue;
  bench.say(asked.join(' and '));
  try {
    await run(bench);
  } catch (thrown) {
    missing.push({ measures: asked, why: thrown instanceof Error ? thrown.message : String(thrown) });
    console.error(thrown);
  }
}

await writeResults({ startedAt, loadAtStart, isQuick: bench.isQuick, taken, missing });
console.log(`\n${toTable(taken)}\n`);
console.log(
  `Load average ${loadAtStart[0]?.toFixed(1)} at the start, ${loadavg()[0]?.toFixed(1)} at the end.`,
);
if (bench.isQuick) console.log('A quick run: the figures only show that they can be taken.');
for (const { measures, why } of missing) console.log(`Could not be measured: ${measures.join(', ')}: ${why}`);
console.log(`All of it is in ${resultsPath}`);
process.exitCode = missing.length > 0 ? 1 : 0;
