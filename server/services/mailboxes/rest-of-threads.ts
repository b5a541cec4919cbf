/*
 * A window that was lost is told anew, newest first: an answer comes on an earlier page than what it answers, and where only
 * that tie would keep it, it was dropped. So the rest of each thread that something is kept of is looked at once more; and so
 * is the rest of one that is kept by its label alone, which may be a copy of one message in a folder.
 */
import { failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { CopyHeaders, Provider } from '../../providers/provider.ts';
import { copyHash } from '../ingest/copy-hash.ts';
import type { DecidedCopy } from '../ingest/decide-copies.ts';
import type { Services } from '../services.ts';
import type { OpenMailbox } from './mailbox-access.ts';
import { patiently } from './patience.ts';

/** Copies of the threads of what is kept that are neither among `decided` nor on record. Throws: as the provider. */
export const readRestOfThreads = async (
  services: Services,
  provider: Provider,
  mailbox: OpenMailbox,
  decided: readonly DecidedCopy[],
  signal: AbortSignal,
): Promise<readonly CopyHeaders[]> => {
  const threadIds = new Set(
    decided.flatMap(({ copy, decision }) => (decision.decision === 'keep' ? [copy.providerThreadId] : [])),
  );
  const known = new Set(decided.map(({ copy }) => copy.providerMessageId));
  const rest: CopyHeaders[] = [];
  for (const threadId of threadIds) {
    const thread = await patiently(services, signal, () => readThread(provider, threadId, signal));
    rest.push(...thread.filter(({ providerMessageId }) => !known.has(providerMessageId)));
  }
  const kept = await readKeptHashes(services, mailbox, rest);
  return rest.filter((copy) => !kept.has(hashOf(services, mailbox, copy).toString('hex')));
};

/** A thread that is gone by now has no rest. */
const readThread = async (
  provider: Provider,
  providerThreadId: string,
  signal: AbortSignal,
): Promise<readonly CopyHeaders[]> => {
  try {
    return await provider.readThread(providerThreadId, signal);
  } catch (thrown) {
    if (failureReason(thrown) === 'not-found') return [];
    throw thrown;
  }
};

const hashOf = (services: Services, mailbox: OpenMailbox, copy: CopyHeaders): Buffer =>
  copyHash(services, mailbox, copy.providerMessageId);

const readKeptHashes = async (
  services: Services,
  mailbox: OpenMailbox,
  copies: readonly CopyHeaders[],
): Promise<ReadonlySet<string>> => {
  if (copies.length === 0) return new Set();
  const rows = await services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, (tx) =>
    tx
      .selectFrom('candor.decision')
      .select('copy_hash')
      .where('mailbox_id', '=', mailbox.mailboxId)
      .where('copy_hash', '=', anyOf(copies.map((copy) => hashOf(services, mailbox, copy))))
      .where('decision', '=', 'keep')
      .execute(),
  );
  return new Set(rows.map((row) => row.copy_hash.toString('hex')));
};
