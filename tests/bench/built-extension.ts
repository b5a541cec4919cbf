import buildExtension from '../browser/build-extension.ts';

let building: Promise<void> | undefined;

/** Builds the extension, once a run. */
export const extensionBuilt = (): Promise<void> => {
  building ??= buildExtension();
  return building;
};
