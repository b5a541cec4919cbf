/* An accounts server that vouches for people, as data: all that differs between Google and Microsoft. */
import type { AccessLevel } from '../../lib/domain/access-level.ts';
import type { Address } from '../../lib/domain/address.ts';

export type Authority = {
  /** As people and the log call it. */
  readonly name: string;
  readonly issuer: string;
  /** All that is asked for. */
  readonly scopes: Readonly<Record<AccessLevel, readonly string[]>>;
  /** Those without which no mailbox is connected. */
  readonly neededScopes: Readonly<Record<AccessLevel, readonly string[]>>;
  /** Whether what was granted has this scope in it, however it is spelt. */
  readonly covers: (granted: readonly string[], scope: string) => boolean;
  /** What brings a refresh token, and the chooser of accounts. */
  readonly askFor: Readonly<Record<string, string>>;
  /** Throws: provider-refused where no address is vouched for. */
  readonly vouch: (
    given: { readonly claims: unknown; readonly accessToken: string },
    signal: AbortSignal,
  ) => Promise<Vouched>;
  /** Errors by which the person's admin refuses. */
  readonly adminErrors: ReadonlySet<string>;
  /** Errors of a renewal by which a grant is over. */
  readonly goneErrors: ReadonlySet<string>;
};

export type Vouched = {
  readonly address: Address;
  /** The provider's own id of the account; stays when the address changes. */
  readonly subject: string;
};
