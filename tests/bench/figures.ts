/* What a bench run hands in: figures with their unit, and beside each the budget it is held against or what explains it. */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, freemem, loadavg, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export const measureNames = [
  'sizes',
  'panel',
  'lookup',
  'rls',
  'visibility',
  'search',
  'parse',
  'ingest',
  'import',
  'imap',
  'memory',
] as const;
export type MeasureName = (typeof measureNames)[number];

export type Unit =
  | 'ms'
  | 's'
  | 'bytes'
  | 'kB'
  | 'MB'
  | 'messages/s'
  | 'statements'
  | 'units'
  | 'times'
  | 'connections';
/** Where a budget is named, it is that of the architecture's section 8. */
export type Budget = { readonly is: 'at most' | 'at least'; readonly value: number };

export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  readonly budget?: Budget;
  /** The same thing done another way, taken in the same run, in the same unit. */
  readonly peer?: { readonly what: string; readonly value: number };
  readonly sampleCount?: number;
};

export type Bench = {
  /** Small numbers: shows that a measure can be taken, not how fast anything is. */
  readonly isQuick: boolean;
  readonly wants: (name: MeasureName) => boolean;
  readonly add: (measure: MeasureName, figure: Figure) => void;
  readonly say: (text: string) => void;
};

export type Taken = Figure & { readonly measure: MeasureName };
export type Missing = { readonly measures: readonly MeasureName[]; readonly why: string };

/** Three figures of one measure: median, 95th percentile and the longest. The budget is held against the p95. */
export const addSpread = (
  bench: Bench,
  measure: MeasureName,
  what: string,
  samplesMs: readonly number[],
  budgetMs?: number,
): void => {
  const sampleCount = samplesMs.length;
  const unit = 'ms';
  bench.add(measure, { what: `${what}, p50`, value: percentile(samplesMs, 50), unit, sampleCount });
  bench.add(measure, {
    what: `${what}, p95`,
    value: percentile(samplesMs, 95),
    unit,
    sampleCount,
    ...(budgetMs === undefined ? {} : { budget: { is: 'at most', value: budgetMs } }),
  });
  bench.add(measure, { what: `${what}, max`, value: Math.max(...samplesMs), unit, sampleCount });
};

/** Nearest rank. Throws when there is nothing to take it of. */
export const percentile = (samples: readonly number[], percent: number): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
};

export const timed = async <T>(
  work: () => Promise<T>,
): Promise<{ readonly ms: number; readonly value: T }> => {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
};

export const isWithin = ({ value, budget }: Figure): boolean | undefined => {
  if (budget === undefined) return undefined;
  return budget.is === 'at most' ? value <= budget.value : value >= budget.value;
};

export const toTable = (taken: readonly Taken[]): string => {
  const rows = taken.map((figure) => [
    figure.measure,
    figure.what,
    `${rounded(figure.value)} ${figure.unit}`,
    besides(figure),
    { true: 'within', false: 'OVER', undefined: '' }[
      String(isWithin(figure)) as 'true' | 'false' | 'undefined'
    ],
  ]);
  const head = ['measure', 'what', 'value', 'budget or peer', ''];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, widths.map((width) => '-'.repeat(width)), ...rows]
    .map((row) =>
      row
        .map((cell, column) =>
          column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

export const resultsPath = fileURLToPath(new URL('../../bench-results/bench.json', import.meta.url));

export const writeResults = async (run: {
  readonly startedAt: Date;
  readonly loadAtStart: readonly number[];
  readonly isQuick: boolean;
  readonly taken: readonly Taken[];
  readonly missing: readonly Missing[];
}): Promise<void> => {
  const results = {
    command: ['npm run bench', ...process.argv.slice(2)].join(' '),
    commit: readCommit(),
    startedAt: run.startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - run.startedAt.getTime()) / 1_000),
    isQuick: run.isQuick,
    machine: {
      cpu: cpus()[0]?.model,
      cpuCount: cpus().length,
      memoryMB: Math.round(totalmem() / 1e6),
      freeMemoryMB: Math.round(freemem() / 1e6),
      system: `${platform()} ${release()} ${arch()}`,
      node: process.version,
      loadAverageAtStart: run.loadAtStart,
      loadAverageAtEnd: loadavg(),
    },
    figures: run.taken.map((figure) => ({
      ...figure,
      value: Number(figure.value.toPrecision(4)),
      isWithinBudget: isWithin(figure),
      command: `npm run bench -- --only ${figure.measure}`,
    })),
    missing: run.missing,
  };
  await mkdir(new URL('.', `file://${resultsPath}`), { recursive: true });
  await writeFile(resultsPath, `${JSON.stringify(results, null, 2)}\n`);
};

/** Undefined where the sources are not in a repository. */
const readCommit = (): string | undefined => {
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
};

const besides = ({ budget, peer, unit }: Figure): string =>
  [
    ...(budget === undefined ? [] : [`${budget.is === 'at most' ? '≤' : '≥'} ${budget.value} ${unit}`]),
    ...(peer === undefined ? [] : [`${peer.what} ${rounded(peer.value)} ${unit}`]),
  ].join('; ');

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
