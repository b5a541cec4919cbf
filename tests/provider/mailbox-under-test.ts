import { type Address, parseAddress } from '../../lib/domain/address.ts';
import type { CopyRef, Provider } from '../../server/providers/provider.ts';
import type { FakeClock } from './fake-clock.ts';

/** A mailbox at a provider that somebody else can change. */
export type MailboxUnderTest = {
  readonly provider: Omit<Provider, 'kind'>;
  readonly clock: FakeClock;
  readonly address: string;
  /** The provider was opened with this name for the company's label. */
  readonly candidateLabelName: string;
  readonly deliver: (raw: string | Uint8Array, at?: number) => Now<CopyRef>;
  readonly remove: (ref: CopyRef) => Now<void>;
  /** Gives what the copy is called in the trash. */
  readonly trash: (ref: CopyRef) => Now<CopyRef>;
  /** The company's label, put on by the person in another program. */
  readonly labelByHand: (ref: CopyRef) => Now<void>;
  /** A change that says nothing of what may be kept. */
  readonly markRead: (ref: CopyRef) => Now<void>;
  /** Afterwards copies may go by other names: `renamed` gives them. */
  readonly loseHistory: () => Now<void>;
  readonly renamed: (ref: CopyRef) => CopyRef;
  readonly revoke: () => Now<void>;
  /** From now on the provider asks to wait, until `waited`. Gives for how long, ms: `seconds` where it can say so. */
  readonly throttle: (seconds: number) => Now<number>;
  readonly waited: (ms: number) => Now<void>;
  /** From now on the provider answers rubbish for this one message. */
  readonly poison: (ref: CopyRef) => Now<void>;
  /** Mail on its way to people elsewhere, in its order. */
  readonly outbound: readonly { readonly to: string; readonly raw: Buffer }[];
  /** The name among a copy's labels of the folder that holds what was sent. */
  readonly sentLabel: string;
  /** The next message to be sent: it goes and the answer is lost; the way breaks before; or the provider asks to wait. */
  readonly sendingGoes: (how: 'answer-lost' | 'broken-before' | 'put-off') => void;
  /** Changes of one delta page at most. */
  readonly pageSize: number;
  /** The provider keeps a log of changes, those that say nothing too; without one, only what is there can be compared. */
  readonly keepsLog: boolean;
  readonly close: () => Promise<void>;
};

/** A mailbox in this process answers at once; a server takes its time. */
type Now<T> = T | Promise<T>;

/** One after the other, in this order. */
export const deliverMany = async (
  box: MailboxUnderTest,
  count: number,
  nth: (nth: number) => { readonly raw: string; readonly at?: number },
): Promise<CopyRef[]> => {
  const refs: CopyRef[] = [];
  for (let at = 0; at < count; at += 1) {
    const one = nth(at);
    refs.push(await box.deliver(one.raw, one.at));
  }
  return refs;
};

/** A signal nobody aborts. */
export const never = new AbortController().signal;
export const dayMs = 86_400_000;

export const addressOf = (text: string): Address => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error('The test names no address.');
  return address;
};
