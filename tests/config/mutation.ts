import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests of the rules alone, which need no server: what `npm run mutate` runs once for each change it makes to a rule. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['tests/domain/**/*.test.ts'],
    isolate: false,
    bail: 1,
    testTimeout: 60_000,
  },
});
