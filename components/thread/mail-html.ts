import { mailCleaner } from '../../lib/mail-html/clean.ts';

/** The mail cleaned by this page's own HTML parser. */
export const cleanMail = mailCleaner(window);
