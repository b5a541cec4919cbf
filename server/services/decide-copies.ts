/* Asks `interest` about copies in one mailbox and fetches whole only what it keeps. Nothing is stored here. */
import type { InterestDecision } from '../../lib/domain/interest.ts';
import { decideInterest } from '../../lib/domain/interest.ts';
import type { MessageHeaders } from '../../lib/domain/message.ts';
import { Failure } from '../base/failure.ts';
import { parseMime, readHeaders } from '../providers/mime.ts';
import type { CopyHeaders, Provider } from '../providers/provider.ts';
import type { KeptCopy } from './ingest.ts';
import { readInterestContext } from './interest-context.ts';
import type { OpenMailbox } from './mailbox-access.ts';
import type { Services } from './services.ts';

export type DecidedCopy = {
  readonly copy: CopyHeaders;
  readonly headers: MessageHeaders;
  readonly decision: InterestDecision;
};

/** `act`: what the mailbox's person did by hand just now, which keeps what no other rule would. */
export const decideCopies = async (
  services: Services,
  mailbox: OpenMailbox,
  copies: readonly CopyHeaders[],
  act?: 'logged' | 'asked',
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
    const optedIn = await tx
      .selectFrom('candor.message_copy')
      .select('provider_thread_id')
      .distinct()
      .where('mailbox_id', '=', mailbox.mailboxId)
      .where('is_labelled', '=', true)
      .where('provider_thread_id', 'in', [...new Set(copies.map((each) => each.providerThreadId))])
      .execute();
    // Gmail puts a label on messages, not on threads: a new reply in a labelled thread comes without it.
    const labelled = new Set([
      ...optedIn.map((row) => row.provider_thread_id),
      ...copies.filter((each) => each.place.isLabelled).map((each) => each.providerThreadId),
    ]);
    return read.map(({ copy, headers }) => {
      const place = { ...copy.place, isLabelled: labelled.has(copy.providerThreadId) };
      return { copy: { ...copy, place }, headers, decision: decideInterest({ headers, place }, context) };
    });
  });
};

/** Fetches and parses what was kept. A message over the company's limit is kept by its headers alone. */
export const fetchKept = async (
  provider: Provider,
  decided: readonly DecidedCopy[],
  limitBytes: number,
  signal: AbortSignal,
): Promise<readonly KeptCopy[]> => {
  const kept: KeptCopy[] = [];
  for (const { copy, headers, decision } of decided) {
    if (decision.decision !== 'keep') continue;
    kept.push({
      copy,
      headers,
      mail: await fetchWhole(provider, copy.providerMessageId, limitBytes, signal),
      because: decision.because,
      isAutomatic: decision.isAutomatic,
    });
  }
  return kept;
};

const fetchWhole = async (
  provider: Provider,
  providerMessageId: string,
  limitBytes: number,
  signal: AbortSignal,
) => {
  try {
    const { raw } = await provider.fetch(providerMessageId, limitBytes, signal);
    return await parseMime(raw);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.reason === 'too-large') return undefined;
    throw thrown;
  }
};
