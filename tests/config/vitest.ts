import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root,
  test: {
    // Three files at a time, on however few cores: much of a test is waiting for a server's answer.
    maxWorkers: 3,
    projects: [
      {
        root,
        test: {
          name: 'node',
          // One pair of database servers for the run, where each file gets a database of its own; and one company for all worlds.
          globalSetup: ['tests/build/database-servers.ts', 'tests/world/company-folder.ts'],
          environment: 'node',
          // To read the server's modules anew for each file takes longer than most files do; none of them keeps anything.
          isolate: false,
          include: ['tests/{domain,server,provider,architecture,lab,system}/**/*.test.ts'],
          setupFiles: ['tests/config/loopback-only.ts'],
          // What is awaited comes by itself; how long it takes on a busy machine is no test's matter.
          testTimeout: 180_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        root,
        test: {
          name: 'dom',
          environment: 'happy-dom',
          isolate: false,
          include: ['tests/{panel,page,client}/**/*.test.{ts,tsx}'],
          setupFiles: ['tests/config/loopback-only.ts'],
          testTimeout: 90_000,
        },
      },
    ],
  },
});
