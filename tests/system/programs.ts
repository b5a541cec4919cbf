/*
 * Programs of the system that tests need besides npm's: a browser, a PostgreSQL of another major version than ours, a mail
 * server with all it takes to deliver to it, and another program that copies mailboxes.
 */
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

/** Dovecot with IMAP, whose programs lie where Debian puts them, or undefined. */
export const findDovecotImap = (): string | undefined =>
  whole(['/usr/sbin/dovecot', '/usr/bin/doveadm', '/usr/lib/dovecot/imap']);

/** What takes mail in for Dovecot, or undefined. */
export const findDovecotLmtp = (): string | undefined => whole(['/usr/lib/dovecot/lmtp']);

/** Postfix, whose programs lie where Debian puts them, or undefined. */
export const findPostfix = (): string | undefined =>
  whole(['/usr/sbin/postfix', '/usr/lib/postfix/sbin/master']);

/** Path of mbsync, or undefined. */
export const findMbsync = (): string | undefined => whole(['/usr/bin/mbsync']);

/** The first of the paths, when all are there. */
const whole = (paths: readonly string[]): string | undefined =>
  paths.every((path) => existsSync(path)) ? paths[0] : undefined;

/** Installs Debian packages, when this is Debian and we are root; says whether it tried. */
export const install = (packages: readonly string[]): boolean => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args: string[]) => execFileSync('/usr/bin/apt-get', args, { stdio: 'inherit', env });
  run('update');
  run('install', '--yes', '--no-install-recommends', ...packages);
  return true;
};
