/* IMAP mailboxes as the services meet them, at a test's own Dovecot, whose certificate nobody else vouches for. */
import type { MailboxTrouble } from '../../lib/contract/mailbox-trouble.ts';
import type { Clock } from '../../server/base/clock.ts';
import { Failure } from '../../server/base/failure.ts';
import { PasswordSecret } from '../../server/providers/consent.ts';
import { type ImapProvider, imapProvider } from '../../server/providers/imap/index.ts';
import type { PasswordAccounts } from '../../server/providers/provider.ts';
import type { Dovecot } from '../lab/imap/dovecot.ts';

export const passwordAccountsAt = (dovecot: Dovecot, clock: Clock): PasswordAccounts => {
  const opened = new Map<string, ImapProvider>();
  const toProvider = ({ imap, user, password }: PasswordSecret, labelName: string) =>
    imapProvider({
      server: imap,
      credentials: { user, password },
      clock,
      candidateLabelName: labelName,
      trust: [dovecot.certificate],
    });
  const forget = (mailboxKey: string): void => {
    opened.get(mailboxKey)?.close();
    opened.delete(mailboxKey);
  };
  return {
    open: ({ mailboxKey, secret, labelName }) => {
      const provider = opened.get(mailboxKey) ?? toProvider(PasswordSecret.parse(secret), labelName);
      opened.set(mailboxKey, provider);
      return provider;
    },
    forget,
    close: () => [...opened.keys()].forEach(forget),
    tryOut: async (secret, signal) => {
      const provider = toProvider(secret, 'Candidate');
      try {
        await provider.can(signal);
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        const trouble = troubles[String(Reflect.get(Object(thrown.cause), 'trouble'))] ?? 'unexpected-answer';
        throw new Failure(thrown.reason, thrown.message, { cause: { server: 'imap', trouble } });
      } finally {
        provider.close();
      }
    },
  };
};

const troubles: Readonly<Record<string, MailboxTrouble>> = {
  'name-unknown': 'host-unknown',
  'port-closed': 'port-closed',
  certificate: 'certificate',
  'no-encryption': 'no-encryption',
  password: 'wrong-password',
};
