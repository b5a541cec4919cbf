import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '../browser',
  outputDir: '../../test-results',
  globalSetup: '../browser/build-extension.ts',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: { trace: 'off', screenshot: 'off', video: 'off' },
});
