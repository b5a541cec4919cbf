/*
 * Before the tests: finds the programs of the system they need, installs what is missing, or says exactly what to install.
 * With `demo`: only what the demo needs.
 */
import {
  findChromium,
  findCyrus,
  findDovecotImap,
  findDovecotLmtp,
  findMbsync,
  findPostfix,
  findPostgres,
  install,
  unpackCyrus,
} from './programs.ts';

const needs = [
  { package: 'chromium', what: 'Chromium, the browser', find: findChromium, isForDemo: true },
  {
    package: 'postgresql',
    what: 'PostgreSQL 15 to 17, to run the database tests on a second server',
    find: findPostgres,
    isForDemo: false,
  },
  {
    package: 'dovecot-imapd',
    what: 'Dovecot, a mail server for the IMAP tests',
    find: findDovecotImap,
    isForDemo: false,
  },
  {
    package: 'dovecot-lmtpd',
    what: 'Dovecot’s way to take mail in',
    find: findDovecotLmtp,
    isForDemo: false,
  },
  {
    package: 'postfix',
    what: 'Postfix, the mail server that delivers to it',
    find: findPostfix,
    isForDemo: false,
  },
  {
    package: 'isync',
    what: 'mbsync, whose copy of a mailbox ours is compared with',
    find: findMbsync,
    isForDemo: false,
  },
] as const;

const isDemo = process.argv[2] === 'demo';
const missing = () => needs.filter((need) => (need.isForDemo || !isDemo) && need.find() === undefined);

const absent = missing();
if (absent.length > 0) {
  console.log(`Missing: ${absent.map((need) => need.what).join('; ')}.`);
  try {
    install(absent.map((need) => need.package));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  const still = missing();
  if (still.length > 0) {
    for (const need of still) console.error(`Needed: ${need.what}.`);
    console.error(`On Debian or Ubuntu: sudo apt-get install ${still.map((need) => need.package).join(' ')}`);
    process.exit(1);
  }
}
if (!isDemo && findCyrus() === undefined) {
  console.log('Missing: Cyrus, a second mail server for the IMAP tests.');
  if (!unpackCyrus() || findCyrus() === undefined) {
    console.error('Needed: Debian packages of Cyrus, unpacked as tests/system/programs.ts does it.');
    process.exit(1);
  }
}
