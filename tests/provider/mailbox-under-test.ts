import { type Address, parseAddress } from '../../lib/domain/address.ts';
import type { CopyRef, Provider } from '../../server/providers/provider.ts';
import type { FakeClock } from './fake-clock.ts';

/** A mailbox at a provider that somebody else can change. */
export type MailboxUnderTest = {
  readonly provider: Provider;
  readonly clock: FakeClock;
  readonly address: string;
  /** The provider was opened with this name for the company's label. */
  readonly candidateLabelName: string;
  readonly deliver: (raw: string | Uint8Array, at?: number) => CopyRef;
  readonly remove: (ref: CopyRef) => void;
  readonly trash: (ref: CopyRef) => void;
  /** A change that says nothing of what may be kept. */
  readonly markRead: (ref: CopyRef) => void;
  readonly loseHistory: () => void;
  readonly revoke: () => void;
  readonly throttle: (seconds: number) => void;
  /** From now on the provider answers rubbish for this one message. */
  readonly poison: (ref: CopyRef) => void;
  /** Changes of one delta page at most. */
  readonly pageSize: number;
  readonly close: () => Promise<void>;
};

/** A signal nobody aborts. */
export const never = new AbortController().signal;
export const dayMs = 86_400_000;

export const addressOf = (text: string): Address => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error('The test names no address.');
  return address;
};
