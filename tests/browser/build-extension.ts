import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const extensionDirectory = fileURLToPath(new URL('../../.output/chrome-mv3', import.meta.url));

/** CANDOR_KEEP_BUILD=1 takes what was built before. */
export const isBuildKept = process.env.CANDOR_KEEP_BUILD === '1';

/** Builds the extension, unless the one that is there is kept. */
const buildExtension = async (): Promise<void> => {
  if (isBuildKept) return;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const wxt = fileURLToPath(new URL('../../node_modules/wxt/bin/wxt.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [wxt, 'build'], { cwd: root });
};

export default buildExtension;
