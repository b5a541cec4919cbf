/* The port to a provider's consent page: how a person lets us read their mailbox, and how they take it back. */
import { z } from 'zod';
import type { Address } from '../../lib/domain/address.ts';

/** What must be remembered from the way out to the way back. Kept sealed, used once. */
export const ConsentSecrets = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });
export type ConsentSecrets = z.infer<typeof ConsentSecrets>;

/** What opens the mailbox later on. Kept sealed; never leaves the server. */
export const MailboxSecret = z.object({ refreshToken: z.string(), grantedScopes: z.array(z.string()) });
export type MailboxSecret = z.infer<typeof MailboxSecret>;

export type Consent = {
  readonly start: (
    loginHint: string,
    signal: AbortSignal,
  ) => Promise<{ readonly url: string; readonly secrets: ConsentSecrets }>;
  /** Throws: mailbox-disconnected when the person declined or left out what is needed; bad-input when the answer does not fit. */
  readonly finish: (
    callbackUrl: string,
    secrets: ConsentSecrets,
    signal: AbortSignal,
  ) => Promise<{ readonly address: Address; readonly secret: MailboxSecret }>;
  readonly revoke: (secret: MailboxSecret, signal: AbortSignal) => Promise<void>;
};
