/*
 * Programs of the system that tests need besides npm's: a browser, a PostgreSQL of another major version than ours, a mail
 * server with all it takes to deliver to it, and another program that copies mailboxes.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Where Cyrus lies unpacked, or undefined. */
export const findCyrus = (): string | undefined =>
  existsSync(join(cyrusRoot, 'usr/lib/cyrus/bin/imapd')) ? cyrusRoot : undefined;

const cyrusRoot = fileURLToPath(new URL('../../node_modules/.cache/candor-cyrus', import.meta.url));
/** Cyrus and the libraries only it needs. */
const cyrusPackages = ['cyrus-common', 'cyrus-imapd', 'libical3', 'libpcre3', 'libxapian30'];

/** Fetches Cyrus as Debian packages and unpacks it: installed, it would put Dovecot out. Only on Debian; says whether it tried. */
export const unpackCyrus = (): boolean => {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg')) return false;
  mkdirSync(cyrusRoot, { recursive: true });
  execFileSync('/usr/bin/apt-get', ['download', ...cyrusPackages], { stdio: 'inherit', cwd: cyrusRoot });
  for (const name of readdirSync(cyrusRoot).filter((each) => each.endsWith('.deb')))
    execFileSync('/usr/bin/dpkg', ['-x', join(cyrusRoot, name), cyrusRoot], { stdio: 'inherit' });
  return true;
};

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
