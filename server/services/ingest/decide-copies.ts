/* Asks `interest` about copies in one mailbox and fetches whole only what it keeps. Nothing is stored here. */
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import type {
  InterestContext,
  InterestDecision,
  InterestSubject,
  Removal,
} from '../../../lib/domain/interest.ts';
import { decideInterest } from '../../../lib/domain/interest.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { Failure } from '../../base/failure.ts';
import { parseMime, readHeaders } from '../../providers/mime.ts';
import type { CopyHeaders, Provider } from '../../providers/provider.ts';
import type { OpenMailbox } from '../mailboxes/mailbox-access.ts';
import type { Services } from '../services.ts';
import { readInterestContext } from './interest-context.ts';
import type { KeptCopy } from './kept-copy.ts';
import { readRemoved } from './removals.ts';

export type DecidedCopy = {
  readonly copy: CopyHeaders;
  readonly headers: MessageHeaders;
  readonly decision: InterestDecision;
};

/**
 * `act`: what the mailbox's person did by hand just now, which keeps what no other rule would. `takesOn`: addresses they put on a
 * candidate's record with it, so that who was erased is a candidate again.
 */
export const decideCopies = async (
  services: Services,
  mailbox: OpenMailbox,
  copies: readonly CopyHeaders[],
  act?: 'logged' | 'asked',
  takesOn: readonly Address[] = [],
): Promise<readonly DecidedCopy[]> => {
  if (copies.length === 0) return [];
  const read = copies.map((copy) => ({ copy, headers: readHeaders(copy.headers, copy.receivedAt) }));
  return services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    const context = await readInterestContext(
      services,
      tx,
      mailbox,
      read.map((each) => each.headers),
      act,
    );
    const again = new Set(takesOn.map(foldAddress));
    const erasedAddresses = new Set([...(context.erasedAddresses ?? [])].filter((each) => !again.has(each)));
    const removed = await readRemoved(services, tx, mailbox, read);
    return decideAll(
      read.map((each) => ({ ...each, subject: toSubject(each, removed.get(each)) })),
      { ...context, erasedAddresses },
    );
  });
};

type Subject = Omit<DecidedCopy, 'decision'> & { readonly subject: InterestSubject };

/** What answers a message that is kept in the same go answers a message that Candor keeps, whichever of the two is listed first. */
const decideAll = (subjects: readonly Subject[], context: InterestContext): readonly DecidedCopy[] => {
  const keptIds = new Set(context.keptIds);
  for (;;) {
    const decided = subjects.map(({ copy, headers, subject }) => ({
      copy,
      headers,
      decision: decideInterest(subject, { ...context, keptIds }),
    }));
    const more = decided.flatMap(({ headers: { messageId }, decision }) =>
      decision.decision === 'keep' && messageId !== undefined && !keptIds.has(messageId) ? [messageId] : [],
    );
    if (more.length === 0) return decided;
    for (const id of more) keptIds.add(id);
  }
};

/** The window counts from the later of sent and received: a clock that is slow at the sender's loses nothing. */
export const toSubject = (
  { copy, headers }: Omit<DecidedCopy, 'decision'>,
  removal: Removal | undefined,
): InterestSubject => ({
  headers: { ...headers, sentAt: Math.max(headers.sentAt, copy.receivedAt) },
  place: copy.place,
  removal,
});

/** Fetches and parses all that was kept. Throws what `fetchOne` throws. */
export const fetchKept = async (
  provider: Provider,
  decided: readonly DecidedCopy[],
  limitBytes: number,
  signal: AbortSignal,
): Promise<readonly KeptCopy[]> => {
  const kept: KeptCopy[] = [];
  for (const one of decided) {
    const copy = await fetchOne(provider, one, limitBytes, signal);
    if (copy !== undefined) kept.push(copy);
  }
  return kept;
};

/**
 * The message whole, or undefined when it is not kept. One over the company's limit is kept by its headers alone.
 * Throws: not-found when it was deleted meanwhile; mailbox-disconnected, provider-busy, provider-refused.
 */
export const fetchOne = async (
  provider: Provider,
  { copy, headers, decision }: DecidedCopy,
  limitBytes: number,
  signal: AbortSignal,
): Promise<KeptCopy | undefined> => {
  if (decision.decision !== 'keep') return undefined;
  const mail = await fetchWhole(provider, copy, limitBytes, signal);
  return {
    copy,
    // The source itself counts: what a provider lists may be decoded already, and a decoded name can look like an address.
    headers: mail === undefined ? headers : readHeaders(mail.headers, copy.receivedAt),
    mail,
    because: decision.because,
    isAutomatic: decision.isAutomatic,
  };
};

const fetchWhole = async (
  provider: Provider,
  { providerMessageId, sizeBytes }: CopyHeaders,
  limitBytes: number,
  signal: AbortSignal,
) => {
  // Where headers alone are kept, no content comes here at all.
  if (limitBytes === 0) return undefined;
  try {
    const { raw } = await provider.fetch(providerMessageId, limitBytes, signal, sizeBytes);
    return await parseMime(raw);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.reason === 'too-large') return undefined;
    throw thrown;
  }
};
