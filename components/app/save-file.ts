import type { SavedFile } from '../../lib/contract/erasure.ts';

/** Hands the file to the browser, which saves it where its person keeps downloads. */
export const saveFile = ({ name, mediaType, text }: SavedFile): void => {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
};
