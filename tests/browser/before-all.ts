import { buildGallery } from '../panel/gallery/server.ts';
import { makeCompanyFolder } from '../world/company-folder.ts';
import buildExtension, { isBuildKept } from './build-extension.ts';

/** Makes what the browser tests share, once for all of them. */
export default async (): Promise<() => Promise<void>> => {
  const { folder, remove } = await makeCompanyFolder();
  process.env.CANDOR_COMPANY_FOLDER = folder;
  await Promise.all([buildExtension(), isBuildKept ? undefined : buildGallery()]);
  return remove;
};
