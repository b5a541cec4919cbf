/* The port to a provider's consent page: how a person lets us read their mailbox, and how they take it back. */
import { z } from 'zod';
import type { AccessLevel } from '../../lib/domain/access-level.ts';
import type { Address } from '../../lib/domain/address.ts';

/** What must be remembered from the way out to the way back. Kept sealed, used once. */
export const ConsentSecrets = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });
export type ConsentSecrets = z.infer<typeof ConsentSecrets>;

/** What a consent leaves behind. */
export const ConsentSecret = z.object({ refreshToken: z.string(), grantedScopes: z.array(z.string()) });
export type ConsentSecret = z.infer<typeof ConsentSecret>;

/** 'tls': encrypted from the first byte. 'starttls': encrypted before anything else is said. There is no third way. */
export const ServerAt = z.object({
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls']),
});
export type ServerAt = z.infer<typeof ServerAt>;

/** Name and password, where a server knows nothing better. */
export const PasswordSecret = z.object({
  user: z.string().min(1).max(320),
  password: z.string().min(1).max(1_024),
  imap: ServerAt,
  smtp: ServerAt.optional(),
  /** Folders the person named where neither the server nor their names tell: their paths. */
  folders: z.partialRecord(z.enum(['sent', 'drafts', 'spam', 'trash']), z.string().min(1)).optional(),
});
export type PasswordSecret = z.infer<typeof PasswordSecret>;

/** What opens the mailbox later on. Kept sealed; never leaves the server. */
export const MailboxSecret = z.union([ConsentSecret, PasswordSecret]);
export type MailboxSecret = z.infer<typeof MailboxSecret>;

export type Consent = {
  readonly start: (
    loginHint: string,
    access: AccessLevel,
    signal: AbortSignal,
  ) => Promise<{ readonly url: string; readonly secrets: ConsentSecrets }>;
  /** Throws: mailbox-disconnected when the person declined or left out what is needed; bad-input when the answer does not fit. */
  readonly finish: (
    callbackUrl: string,
    secrets: ConsentSecrets,
    access: AccessLevel,
    signal: AbortSignal,
  ) => Promise<{ readonly address: Address; readonly secret: ConsentSecret }>;
  readonly revoke: (secret: ConsentSecret, signal: AbortSignal) => Promise<void>;
};
