/* Mail from another lab into a Dovecot, byte for byte, as another program of its owner would put it there. */
import { ImapFlow } from 'imapflow';
import type { Dovecot } from './dovecot.ts';

export const handOver = async (
  dovecot: Dovecot,
  owner: { readonly login: string; readonly password: string },
  raw: Uint8Array,
): Promise<void> => {
  const imap = new ImapFlow({
    host: 'localhost',
    port: dovecot.imapsPort,
    secure: true,
    tls: { ca: dovecot.certificate },
    auth: { user: owner.login, pass: owner.password },
    disableAutoIdle: true,
    logger: false,
  });
  await imap.connect();
  try {
    if ((await imap.append('INBOX', Buffer.from(raw))) === false) throw new Error('Dovecot took no mail.');
  } finally {
    await imap.logout();
  }
};
