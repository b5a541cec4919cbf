import { buildGallery } from '../panel/gallery/server.ts';
import buildExtension, { isBuildKept } from './build-extension.ts';

/** Makes what the browser tests share, once for all of them. */
export default async (): Promise<void> => {
  await Promise.all([buildExtension(), isBuildKept ? undefined : buildGallery()]);
};
