/* How a person connects a mailbox of theirs, and what the company allows of it. */
import { z } from 'zod';
import { accessLevels } from '../domain/access-level.ts';
import { MailboxId } from './ids.ts';
import { MailboxKind } from './mailbox.ts';
import { MailboxRefusal } from './mailbox-trouble.ts';

/** 'tls': encrypted from the first byte. 'starttls': encrypted before anything else is said. There is no third way. */
export const ServerAt = z.object({
  host: z.string().trim().min(1).max(255),
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls']),
});
export type ServerAt = z.infer<typeof ServerAt>;

/** Why a mailbox may not be connected. */
export const ConnectRefusal = z.enum([
  'connecting-off',
  'not-set-up',
  'provider-not-allowed',
  'access-not-allowed',
  'passwords-not-allowed',
  'domain-forbidden',
  'colleagues',
  'other-address',
  'being-erased',
]);
export type ConnectRefusal = z.infer<typeof ConnectRefusal>;

/** What a person reads: what stands in the way, and what to do. Nothing was connected. */
export type ConnectRefusalWords = { readonly happened: string; readonly next: string };

export const connectRefusalWords: Readonly<Record<ConnectRefusal, ConnectRefusalWords>> = {
  'connecting-off': {
    happened: 'Your company has not turned connecting mailboxes on.',
    next: 'Ask an admin of your company to turn it on.',
  },
  'not-set-up': {
    happened: 'Your Candor server is not set up for this provider.',
    next: 'Ask whoever runs the server to set it up.',
  },
  'provider-not-allowed': {
    happened: 'Your company does not allow mailboxes of this provider.',
    next: 'Connect another mailbox, or ask an admin of your company.',
  },
  'access-not-allowed': {
    happened: 'Your company does not allow so much access to a mailbox, or does not allow so little.',
    next: 'Choose the other way, or ask an admin of your company.',
  },
  'passwords-not-allowed': {
    happened: 'Your company does not allow mailboxes that need a password.',
    next: 'Giving a password away is never good. If there is no other way, an admin of your company can allow it.',
  },
  'domain-forbidden': {
    happened: 'Your company does not allow mailboxes at this domain.',
    next: 'Connect your work mailbox, or ask an admin of your company.',
  },
  colleagues: {
    happened: 'This address belongs to a colleague.',
    next: 'Only its owner can connect it. Connect your own mailbox.',
  },
  'other-address': {
    happened:
      'The provider says this mailbox belongs to another address than the one you named. Only your own mailbox can be connected, and only by you.',
    next: 'Nothing was connected. Choose the account with the address you named, and try again.',
  },
  'being-erased': {
    happened: 'Candor is still erasing what this mailbox brought.',
    next: 'Wait until that is done, and connect it then.',
  },
};

export const AccessLevel = z.enum(accessLevels);

/**
 * Where to send the person for the provider's consent page. Without an address: the one they sign in with. Without an access:
 * what this mailbox had before, or else the most that the company allows.
 */
export const ConnectStart = z.object({
  provider: z.enum(['gmail', 'graph']),
  address: z.email().max(320).optional(),
  access: AccessLevel.optional(),
});
export type ConnectStart = z.infer<typeof ConnectStart>;
export const ConnectStarted = z.object({ url: z.url() });

export const WayRequest = z.object({ address: z.email().max(320) });
export type WayRequest = z.infer<typeof WayRequest>;

/** How the mailbox with an address can be connected. */
export const MailboxWay = z.object({
  address: z.string(),
  /** Who serves it; 'unknown' when the person must say. */
  kind: MailboxKind.or(z.literal('unknown')),
  /** Kinds this server and the company allow for this address. */
  open: z.array(MailboxKind),
  /** Why the kind that serves it is not open; for an unknown one, why none is. */
  refusal: ConnectRefusal.optional(),
  /** What of it the company lets people grant; where a password is needed there is only full access. */
  access: z.array(AccessLevel),
  /** At none of the company's domains. */
  isPersonal: z.boolean(),
  /** What is known of its servers. 'own': this mailbox was connected with them. 'colleague': they work for a colleague. */
  servers: z
    .object({
      from: z.enum(['own', 'colleague', 'provider']),
      imap: ServerAt.optional(),
      smtp: ServerAt.optional(),
    })
    .optional(),
});
export type MailboxWay = z.infer<typeof MailboxWay>;

export const ConnectServer = z.object({
  address: z.email().max(320),
  user: z.string().trim().min(1).max(320),
  password: z.string().min(1).max(1_024),
  imap: ServerAt,
  /** Without it the mailbox is read, and nothing is sent from it. */
  smtp: ServerAt.optional(),
});
export type ConnectServer = z.infer<typeof ConnectServer>;

export const ServerConnected = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('connected'), mailboxId: MailboxId, address: z.string() }),
  z.object({ outcome: z.literal('refused'), refusal: ConnectRefusal }),
  z.object({ outcome: z.literal('trouble'), ...MailboxRefusal.shape }),
]);
export type ServerConnected = z.infer<typeof ServerConnected>;

/** The company's switches on connecting. */
export const ConnectPolicy = z.object({
  isConnectingOn: z.boolean(),
  allowedProviders: z.array(MailboxKind),
  /** At least one. */
  allowedAccess: z.array(AccessLevel).min(1),
  isPasswordLoginAllowed: z.boolean(),
  /** How often mailboxes are looked at; absent: at once where a provider tells of changes, and each minute. */
  lookEveryMinutes: z.int().min(5).max(1_440).optional(),
  /** Folded, without "@"; each covers its sub-domains. */
  forbiddenDomains: z.array(
    z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[^\s@.]+(\.[^\s@.]+)+$/)
      .max(255),
  ),
});
export type ConnectPolicy = z.infer<typeof ConnectPolicy>;
