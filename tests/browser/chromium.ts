import { existsSync } from 'node:fs';

/** A Chromium that still loads unpacked extensions from the command line, which branded Chrome no longer does. */
export const chromiumPath = (): string => {
  const path = [process.env.CANDOR_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
    (candidate) => candidate !== undefined && existsSync(candidate),
  );
  if (path === undefined) throw new Error('No Chromium found: install one, or name it in CANDOR_CHROMIUM.');
  return path;
};
