/*
 * A made-up company on this machine: server, Gmail stand-in, and a Chromium with the extension on the candidate's thread.
 * With a display it stays open for you to try; without one it drives the whole journey, says what it saw, and leaves
 * pictures in .demo/. Ends non-zero when a step failed.
 */
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createLog } from '../../server/base/log.ts';
import buildExtension from '../browser/build-extension.ts';
import { openBrowser, type PersonsBrowser, signInByHand } from '../world/browser.ts';
import { ana } from '../world/people.ts';
import { startWorld, type World, worldPassword } from '../world/start-world.ts';
import { journey } from './journey.ts';
import { logFile } from './log-file.ts';
import { makeTeamHistory } from './team-history.ts';

const folder = fileURLToPath(new URL('../../.demo/', import.meta.url));
const port = 4310;
const hasDisplay =
  Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY) && !process.argv.includes('--headless');

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const tryByHand = async (world: World, browser: PersonsBrowser): Promise<void> => {
  await browser.openThread(world.threadId(ana, 'jane'));
  say(`
You are ${ana.name}, a recruiter, on the thread of a candidate. Try:
  · Log to ATS, then look at who can read the thread, and why.
  · Label as candidate: the label shows in the mailbox at the left.
  · Make private / share, with who gains and who loses sight of it before you click.
  · Another thread: "Question about the Robotics role" is from somebody on no record yet.
The server is at ${world.server.url}; every colleague signs in with the password ${worldPassword}.
Close the browser to end.`);
  await new Promise<void>((resolve) => browser.context.once('close', () => resolve()));
};

const drive = async (world: World, browser: PersonsBrowser): Promise<void> => {
  for (const [index, step] of journey(world, browser).entries()) {
    const picture = `${index + 1}-${step.name.replace(/[^a-z]+/gi, '-').toLowerCase()}.png`;
    try {
      say(`✓ ${step.name}: ${await step.run()}`);
    } finally {
      await browser.mail.screenshot({ path: `${folder}${picture}` });
    }
  }
  if (browser.strangers.length > 0)
    throw new Error(`Something was asked of other hosts: ${browser.strangers.join(', ')}`);
  say(`✓ nothing was asked of any host but the mail page and this machine\nPictures are in .demo/`);
};

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
say('Building the extension, starting the server and the mail (about half a minute) …');
await buildExtension();
const world = await startWorld({
  dataFolder: `${folder}data`,
  port,
  log: createLog(logFile(`${folder}server.log`)),
});
try {
  await makeTeamHistory(world);
  const browser = await openBrowser(world, ana, { isHeadless: !hasDisplay });
  try {
    await signInByHand(world, browser);
    await (hasDisplay ? tryByHand(world, browser) : drive(world, browser));
  } finally {
    await browser.close();
  }
} catch (thrown) {
  process.exitCode = 1;
  say(
    `✗ ${thrown instanceof Error ? thrown.message : String(thrown)}\nThe server's log is in .demo/server.log`,
  );
} finally {
  await world.stop();
}
