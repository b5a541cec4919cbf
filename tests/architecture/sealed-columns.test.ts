import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const serverFiles = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'server'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path.endsWith('.ts'));
const naming = (word: RegExp) =>
  serverFiles.filter((path) => word.test(readFileSync(new URL(path, `file://${root}`), 'utf8')));

test('what is sealed of a message is named only where it is stored, and where access was checked [N-06]', () => {
  const elsewhere = naming(/\b(head_sealed|body_sealed|meta_sealed|content_sealed)\b/).filter(
    (path) => !path.startsWith('server/services/ingest/') && !path.startsWith('server/db/'),
  );
  expect(elsewhere).toEqual(['server/services/access.ts']);
});

test('a readable or managed thread is made in one file alone', () => {
  expect(naming(/as unknown as (readonly )?(Readable|Managed)(Thread|Message)/)).toEqual([
    'server/services/access.ts',
  ]);
});
