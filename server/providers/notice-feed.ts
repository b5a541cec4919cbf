/* The port to notices that come for many mailboxes on one channel of a provider's, signed or fetched by us. */

export type NoticeFeed =
  | {
      readonly by: 'pull';
      /**
       * Waits until there are some, or for a while, and gives what they name: mailboxes, as in Subscription. `settle`: they
       * were dealt with and need not come again. Throws: provider-busy, provider-refused.
       */
      readonly next: (signal: AbortSignal) => Promise<Notices>;
    }
  | {
      readonly by: 'call';
      /**
       * What a request that claims to come from the provider names. Throws: policy-forbids when the provider did not sign
       * it for us, bad-input when it is signed and says nothing we know, provider-refused when that cannot be found out now.
       */
      readonly open: (authorization: string, body: unknown, signal: AbortSignal) => Promise<string>;
    };

export type Notices = {
  readonly names: readonly string[];
  /** Of those that came, how many named nothing that can be read. */
  readonly unreadableCount: number;
  readonly settle: (signal: AbortSignal) => Promise<void>;
};
