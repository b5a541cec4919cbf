import { registerHooks } from 'node:module';
import { defineConfig } from '@playwright/test';

// Where CommonJS asks for a package that offers it an ES module ("module-sync"), Node 24.9 fails with "module is not linked"
// as soon as hooks like Playwright's are on. The packages below the Gmail client that do so all have index.js besides.
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    if (!found.url.endsWith('/require.mjs')) return found;
    return { ...found, url: new URL('index.js', found.url).href, format: 'commonjs' };
  },
});

export default defineConfig({
  testDir: '../browser',
  outputDir: '../../test-results',
  globalSetup: '../browser/before-all.ts',
  // Each file has a world and browsers of its own; two cores are the smallest machine the tests are for.
  workers: 3,
  retries: 0,
  // What is awaited comes by itself; how long it takes on a busy machine is no test's matter.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: { trace: 'off', screenshot: 'off', video: 'off' },
});
