/* Before the tests: finds the programs of the system they need, installs what is missing, or says exactly what to install. */
import { findChromium, findPostgres, install } from './programs.ts';

const needs = [
  { package: 'chromium', what: 'Chromium, for the browser tests', find: findChromium },
  {
    package: 'postgresql',
    what: 'PostgreSQL 15 to 17, to run the database tests on a second server',
    find: findPostgres,
  },
] as const;

const missing = () => needs.filter((need) => need.find() === undefined);

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
