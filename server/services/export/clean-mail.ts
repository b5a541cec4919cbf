/* Cleans what senders wrote as HTML on the server, by the rules the panel has, over a parser that runs nothing and loads nothing. */
import { mailCleaner } from '../../../lib/mail-html/clean.ts';

/** `clean` gives a whole document for a frame of its own, without pictures from elsewhere. */
export const withCleaner = async <T>(use: (clean: (html: string) => string) => T): Promise<T> => {
  // Read when it is needed: it is large, and most servers export nothing for days.
  const { JSDOM } = await import('jsdom');
  // Without `runScripts` and `resources` it runs nothing and loads nothing, whatever the HTML says.
  const { window } = new JSDOM('');
  try {
    const cleaner = mailCleaner(window);
    return use((html) => cleaner(html, { withRemoteImages: false }).srcdoc);
  } finally {
    window.close();
  }
};
