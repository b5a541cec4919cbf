import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const extensionDirectory = fileURLToPath(new URL('../../.output/chrome-mv3', import.meta.url));

/** Builds the extension once for all the browser tests. CANDOR_KEEP_BUILD=1 takes the one that is there. */
const buildExtension = async (): Promise<void> => {
  if (process.env.CANDOR_KEEP_BUILD === '1') return;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const wxt = fileURLToPath(new URL('../../node_modules/wxt/bin/wxt.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [wxt, 'build'], { cwd: root });
};

export default buildExtension;
