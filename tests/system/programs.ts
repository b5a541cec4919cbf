/* Programs of the system that tests need besides npm's: a browser, and a PostgreSQL of another major version than ours. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Path of a Chromium, or undefined. */
export const findChromium = (): string | undefined =>
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );

/** Folder with the programs of Debian's PostgreSQL, the oldest of 15 to 17, or undefined. */
export const findPostgres = (): { readonly bin: string; readonly major: number } | undefined => {
  const root = '/usr/lib/postgresql';
  const majors = existsSync(root) ? readdirSync(root).map(Number) : [];
  const [major] = majors
    .filter((each) => each >= 15 && each <= 17 && existsSync(join(root, String(each), 'bin/postgres')))
    .sort((a, b) => a - b);
  return major === undefined ? undefined : { bin: join(root, String(major), 'bin'), major };
};

/** Installs Debian packages, when this is Debian and we are root; says whether it tried. */
export const install = (packages: readonly string[]): boolean => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args: string[]) => execFileSync('/usr/bin/apt-get', args, { stdio: 'inherit', env });
  run('update');
  run('install', '--yes', '--no-install-recommends', ...packages);
  return true;
};
