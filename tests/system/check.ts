/*
 * Format, lint and types at the same time, and beside them whatever else is named, as `check.ts vitest run`: together they leave
 * no core idle. What each has to say is printed when it is done.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Command = readonly [program: string, ...args: string[]];

const folders = ['entrypoints', 'components', 'lib', 'server', 'tests', 'wxt.config.ts'];
const [besides, ...argsOfBesides] = process.argv.slice(2);
const commands: readonly Command[] = [
  ['biome', 'check', '--error-on-warnings'],
  ['tsc'],
  ['eslint', '-c', 'tests/config/eslint.js', ...folders],
  ...(besides === undefined ? [] : [[besides, ...argsOfBesides] as const]),
];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The exit code of a program that npm finds for its scripts. */
const run = ([program, ...args]: Command): Promise<number> =>
  new Promise((resolve, reject) => {
    const said: Buffer[] = [];
    const running = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [running.stdout, running.stderr])
      stream.on('data', (part: Buffer) => said.push(part));
    running.on('error', reject);
    running.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      console.log(`${program}: ${code === 0 ? 'fine' : `failed (${code})`}`);
      resolve(code ?? 1);
    });
  });

const codes = await Promise.all(commands.map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
