/* Candor's companion server as a program: reads the environment, starts, says where it is, stops on a signal. */
import { systemClock } from './base/clock.ts';
import { readEnv } from './base/env.ts';
import { systemFetch } from './base/http-fetch.ts';
import { createLog } from './base/log.ts';
import { StartRefusal } from './base/start-refusal.ts';
import { detector } from './providers/detect.ts';
import { startServer } from './start.ts';

const pollMs = 60_000;
const listenMs = 5_000;

const run = async (): Promise<void> => {
  const server = await startServer(readEnv(), {
    clock: systemClock,
    log: createLog(),
    fetch: systemFetch,
    detect: detector(),
    pollMs,
    listenMs,
  });
  const lines = [`Candor is running at ${server.url}`];
  if (server.setupLink !== undefined) {
    lines.push(
      'Set up your company with this link; it works once, within 24 hours:',
      `  ${server.setupLink}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await server.stop();
};

try {
  await run();
} catch (thrown) {
  if (!(thrown instanceof StartRefusal)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}
