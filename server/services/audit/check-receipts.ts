/* Whether what an owner is shown of who opened a thread is all that the chain tells of it. */
import type { AuditCheck } from '../../../lib/contract/audit.ts';
import type { CompanyId, ThreadId } from '../../../lib/contract/ids.ts';
import { requireManaged } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import type { AuditRow } from './chain.ts';
import { followChain } from './read-audit.ts';

/** Throws: thread-hidden; policy-forbids for who holds none of it. */
export const checkReceipts = async (
  services: Services,
  actor: Actor,
  rootId: ThreadId,
): Promise<AuditCheck> => {
  const { threadIds } = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    requireManaged(tx, actor, rootId),
  );
  const first = await compare(services, actor.companyId, threadIds);
  // Somebody may have opened it between the two looks.
  return first.broken === undefined ? first : compare(services, actor.companyId, threadIds);
};

const compare = async (
  services: Services,
  companyId: CompanyId,
  threadIds: readonly ThreadId[],
): Promise<AuditCheck> => {
  const shown = await readShown(services, companyId, threadIds);
  const chained = new Map<string, unknown>();
  const { followed, broken } = await followChain(services, companyId, { kind: 'company' }, (row) => {
    if (!threadIds.some((threadId) => threadId === row.facts.thread_id)) return;
    const key = keyOf(row);
    if (key !== undefined) chained.set(key, row.facts.last_at);
  });
  const { rowCount } = followed;
  if (broken !== undefined) return { rowCount, broken: broken.said };
  const isSame = chained.size === shown.size && [...shown].every(([key, at]) => chained.get(key) === at);
  return isSame
    ? { rowCount }
    : { rowCount, broken: 'The audit and what is shown here tell of different openings of this thread.' };
};

/** A row tells of one reader by one right, whose last time counts, or of one use of the override. */
const keyOf = ({ kind, facts }: AuditRow): string | undefined => {
  if (kind === 'receipt-made' || kind === 'receipt-changed')
    return receiptKey(facts.thread_id, facts.person_id, facts.by_right);
  return kind === 'override_use-made'
    ? overrideKey(facts.thread_id, facts.person_id, facts.used_at)
    : undefined;
};
const receiptKey = (...of: readonly unknown[]): string => `receipt ${of.join(' ')}`;
const overrideKey = (...of: readonly unknown[]): string => `use ${of.join(' ')}`;

const readShown = (
  services: Services,
  companyId: CompanyId,
  threadIds: readonly ThreadId[],
): Promise<ReadonlyMap<string, unknown>> =>
  services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const receipts = await tx
      .selectFrom('candor.receipt')
      .select(['thread_id', 'person_id', 'by_right', 'last_at'])
      .where('thread_id', 'in', threadIds)
      .execute();
    const uses = await tx
      .selectFrom('candor.override_use')
      .select(['thread_id', 'person_id', 'used_at'])
      .where('thread_id', 'in', threadIds)
      .execute();
    return new Map<string, unknown>([
      ...receipts.map(
        (row) => [receiptKey(row.thread_id, row.person_id, row.by_right), row.last_at] as const,
      ),
      ...uses.map((row) => [overrideKey(row.thread_id, row.person_id, row.used_at), undefined] as const),
    ]);
  });
