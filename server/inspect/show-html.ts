import { JSDOM } from 'jsdom';
import { mailCleaner } from '../../lib/mail-html/clean.ts';
import { readMessage, readWhole } from './read-file.ts';

/** The file's HTML as the panel would show it: what goes into the body, or null where a message has none. */
export const showHtml = async (path: string): Promise<unknown> => {
  const html = /\.html?$/i.test(path)
    ? new TextDecoder().decode(await readWhole(path))
    : (await readMessage(path)).mail.html;
  if (html === undefined) return { html: null, hasRemoteImages: false };
  // Without `runScripts` and `resources` it runs nothing and loads nothing, whatever the HTML says.
  const { body, hasRemoteImages } = mailCleaner(new JSDOM('').window)(html, { withRemoteImages: false });
  return { html: body, hasRemoteImages };
};
