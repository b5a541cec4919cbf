/* What can stand between us and a mailbox that is opened by server, name and password, and the words a person reads for it. */
import { z } from 'zod';
import type { FailureWords } from './failure.ts';

/** The closed list. A trouble is of one server: the one mail is read at, or the one it is sent by. */
export const MailboxTrouble = z.enum([
  'host-unknown',
  'host-not-allowed',
  'port-closed',
  'timeout',
  'connection-lost',
  'certificate',
  'no-encryption',
  'not-imap',
  'not-smtp',
  'wrong-password',
  'app-password-needed',
  'imap-off',
  'smtp-off',
  'too-many-connections',
  'busy',
  'unexpected-answer',
]);
export type MailboxTrouble = z.infer<typeof MailboxTrouble>;

export const MailServer = z.enum(['imap', 'smtp']);
export type MailServer = z.infer<typeof MailServer>;

/** Which server, and why: the cause of a failure to reach a mailbox. */
export const MailboxRefusal = z.object({ server: MailServer, trouble: MailboxTrouble });
export type MailboxRefusal = z.infer<typeof MailboxRefusal>;

export const mailServerWords: Readonly<Record<MailServer, string>> = {
  imap: 'Incoming mail (IMAP)',
  smtp: 'Outgoing mail (SMTP)',
};

/** Read behind the words for the server. */
export const mailboxTroubleWords: Readonly<Record<MailboxTrouble, FailureWords>> = {
  'host-unknown': {
    happened: 'There is no server of that name.',
    safe: 'Your password was not sent anywhere.',
    next: 'Check the server name, letter by letter.',
  },
  'host-not-allowed': {
    happened: 'That server lies inside a private network, and Candor may not connect there.',
    safe: 'Your password was not sent anywhere.',
    next: 'Check the server name. If it is your company’s own mail server, ask whoever runs Candor to allow it.',
  },
  'port-closed': {
    happened: 'The server takes no connection at that port.',
    safe: 'Your password was not sent anywhere.',
    next: 'Check the port. If it is right, this way to your mail may be turned off at your provider.',
  },
  timeout: {
    happened: 'The server did not answer in time.',
    safe: 'Nothing was changed.',
    next: 'Check the port and the encryption that goes with it; then try again.',
  },
  'connection-lost': {
    happened: 'The connection to the server broke.',
    safe: 'Nothing was changed.',
    next: 'Try again in a minute.',
  },
  certificate: {
    happened: 'The server could not prove that it is the one it says it is.',
    safe: 'Your password was not sent.',
    next: 'Check the server name. If it is your company’s own mail server, its certificate must be renewed, or made known to Candor.',
  },
  'no-encryption': {
    happened: 'No encrypted connection came about.',
    safe: 'Your password was not sent: Candor never sends it in the open.',
    next: 'Choose the other kind of encryption, or the port that goes with this one.',
  },
  'not-imap': {
    happened: 'Something else than a server to read mail from answers there.',
    safe: 'Your password was not sent.',
    next: 'Check the server name and the port: usually 993.',
  },
  'not-smtp': {
    happened: 'Something else than a server to send mail by answers there.',
    safe: 'Your password was not sent.',
    next: 'Check the server name and the port: usually 465 or 587.',
  },
  'wrong-password': {
    happened: 'The server does not take this name and password.',
    safe: 'Nothing was changed.',
    next: 'Check both. Some servers want the whole address as the name, some only what stands before the @.',
  },
  'app-password-needed': {
    happened:
      'The server does not take this password. Your provider wants one that is made for one program alone.',
    safe: 'Nothing was changed.',
    next: 'Make an app password in the security settings of your mail account, and enter that.',
  },
  'imap-off': {
    happened: 'The server does not let programs read this mailbox.',
    safe: 'Nothing was changed, and your mail is untouched.',
    next: 'Turn IMAP on in the settings of your mail account, or ask whoever runs it.',
  },
  'smtp-off': {
    happened: 'The server does not let programs send from this mailbox.',
    safe: 'Nothing was changed.',
    next: 'Turn sending by SMTP on in the settings of your mail account, or ask whoever runs it.',
  },
  'too-many-connections': {
    happened: 'Too many programs are connected to this mailbox at once.',
    safe: 'Nothing was changed.',
    next: 'Close other mail programs, or wait a minute, and try again.',
  },
  busy: {
    happened: 'The server asks to wait.',
    safe: 'Nothing was changed.',
    next: 'Try again in a minute.',
  },
  'unexpected-answer': {
    happened: 'The server did not answer as it should.',
    safe: 'Nothing was changed, and your mail is untouched.',
    next: 'Check the server name and the port, and try again in a minute.',
  },
};
