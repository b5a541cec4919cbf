/* IMAP mailboxes as the services meet them: opened by their sealed secret, and tried out before anything is kept of them. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../base/clock.ts';
import { PasswordSecret } from '../consent.ts';
import type { PasswordAccounts } from '../provider.ts';
import { type ImapMailbox, imapMailbox } from './index.ts';
import type { Trust } from './trust.ts';
import { tryOutImap, tryOutSmtp } from './try-out.ts';

/** A mailbox that is looked at every minute stays connected; one that is not needs no connection. */
const usualRestMs = 75_000;

export const imapAccounts = (parts: {
  readonly clock: Clock;
  readonly trust?: Trust;
  /** Mail servers, in lower case, that may lie in a private network: named by whoever runs this server. */
  readonly inside?: readonly string[];
  readonly restMs?: number;
  readonly pageSize?: number;
}): PasswordAccounts => {
  const { restMs = usualRestMs } = parts;
  // Two connections a mailbox, one to work on and one to listen on, shared by everything that happens in it.
  const opened = new Map<string, Opened>();
  return {
    open: ({ mailboxKey, secret, priority, labelName }) => {
      const own = PasswordSecret.parse(secret);
      const known = opened.get(mailboxKey);
      if (known?.labelName === labelName && isDeepStrictEqual(known.secret, own))
        return known.mailbox.provider(priority);
      known?.mailbox.close();
      const mailbox = imapMailbox({
        ...parts,
        restMs,
        server: own.imap,
        credentials: { user: own.user, password: own.password },
        candidateLabelName: labelName,
        ...(own.folders === undefined ? {} : { folders: own.folders }),
        ...(own.smtp === undefined ? {} : { smtp: own.smtp }),
      });
      opened.set(mailboxKey, { secret: own, labelName, mailbox });
      return mailbox.provider(priority);
    },
    spending: () => undefined,
    forget: (mailboxKey) => {
      opened.get(mailboxKey)?.mailbox.close();
      opened.delete(mailboxKey);
    },
    close: () => {
      for (const { mailbox } of opened.values()) mailbox.close();
      opened.clear();
    },
    tryOut: async (secret, signal) => {
      await tryOutImap(parts, secret, signal);
      if (secret.smtp !== undefined) await tryOutSmtp(parts, secret, secret.smtp, signal);
    },
  };
};

type Opened = {
  readonly secret: PasswordSecret;
  readonly labelName: string;
  readonly mailbox: ImapMailbox;
};
