import type { MailboxKind, MailboxRow } from '../../lib/contract/mailbox.ts';

/** What the provider is called. */
export const providerNames: Readonly<Record<MailboxKind, string>> = {
  gmail: 'Google',
  graph: 'Microsoft',
  imap: 'IMAP',
};

/** Whether a mailbox is synced, in one line. */
export const syncedWords = (mailbox: MailboxRow): string => {
  switch (mailbox.state) {
    case 'connected':
      if (mailbox.lastFailure !== undefined) return 'Yes, but behind';
      return mailbox.lastPulledAt === undefined ? 'Yes: first look under way' : 'Yes';
    case 'needs-reconnect':
      return 'No: needs you';
    case 'paused':
      return 'No: paused by you';
    case 'off':
      return mailbox.isErasing ? 'No: off, erasing what it brought' : 'No: turned off';
  }
};
