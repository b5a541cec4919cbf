/*
 * Providers whose password for the web page is never taken from a program: a login that is refused there wants an app
 * password. Their answers do not say so by any code, so it is known by the host.
 */

/** `host`: of the IMAP or the SMTP server. */
export const wantsAppPassword = (host: string): boolean =>
  domains.some((domain) => host.toLowerCase() === domain || host.toLowerCase().endsWith(`.${domain}`));

/** Source: each provider's help on mail programs, read 2026-11. */
const domains: readonly string[] = [
  'gmail.com',
  'googlemail.com',
  'yahoo.com',
  'aol.com',
  'me.com',
  'icloud.com',
  'fastmail.com',
  'yandex.com',
  'yandex.ru',
  'mail.ru',
];
