/* How large the built extension's scripts are, compressed as a browser's store serves them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { inboxSdkWithoutTelemetry } from '../../entrypoints/gmail.content/without-telemetry.ts';
import { extensionDirectory } from '../browser/build-extension.ts';
import { extensionBuilt } from './built-extension.ts';
import type { Bench } from './figures.ts';

const gmailScript = join('content-scripts', 'gmail.js');
const beyondInboxSdkKB = 40;

export const measureSizes = async (bench: Bench): Promise<void> => {
  await extensionBuilt();
  const scripts = (await readdir(extensionDirectory, { recursive: true }))
    .filter((name) => name.endsWith('.js'))
    .sort();
  const sizes = new Map<string, number>();
  for (const name of scripts) sizes.set(name, gzippedKB(await readFile(join(extensionDirectory, name))));
  for (const [name, value] of sizes)
    bench.add('sizes', { what: `${withoutHash(name)}, gzipped`, value, unit: 'kB' });

  const gmail = sizes.get(gmailScript);
  if (gmail === undefined) throw new Error(`The build has no ${gmailScript}.`);
  const alone = await buildInboxSdkAlone();
  bench.add('sizes', {
    what: `${gmailScript} beyond InboxSDK, gzipped`,
    value: gmail - alone,
    unit: 'kB',
    budget: { is: 'at most', value: beyondInboxSdkKB },
    peer: { what: 'InboxSDK alone', value: alone },
  });
};

/** Gzipped kB of InboxSDK without its reporters, bundled and minified as the extension's content script is. */
const buildInboxSdkAlone = async (): Promise<number> => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [inboxSdkWithoutTelemetry(() => {})],
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('inboxsdk-alone.ts', import.meta.url)),
        formats: ['iife'],
        name: 'alone',
      },
    },
  });
  const outputs = Array.isArray(built)
    ? built.flatMap(({ output }) => output)
    : 'output' in built
      ? built.output
      : [];
  const code = outputs.map((output) => (output.type === 'chunk' ? output.code : '')).join('');
  if (code.length < 100_000) throw new Error('InboxSDK alone was not built whole.');
  return gzippedKB(Buffer.from(code));
};

const gzippedKB = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length / 1_000;

/** Names of chunks change with their content; without the hash one run's figures stand beside another's. */
const withoutHash = (name: string): string => name.replace(/-[\w-]{8}\.js$/, '.js');
