/* The audit's rows as they stand, checked, and told in words to the company's owner and admins. */
import type { AuditCheck, AuditEntry, AuditPage, AuditRequest } from '../../../lib/contract/audit.ts';
import type { CompanyId } from '../../../lib/contract/ids.ts';
import { type AuditNames, explainAudit, kindsOf } from '../../../lib/domain/audit.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { type AuditRow, type Broken, chainStart, type Followed, follow } from './chain.ts';

/** In whose sight rows are read: an admin's, or the company's for whoever runs the server. */
export type AuditSight = { readonly kind: 'person'; readonly actor: Actor } | { readonly kind: 'company' };

const portionSize = 2_000;
const pageSize = 50;

/** All rows up to `upToSeq`, oldest first, a portion at a time. */
export async function* readChain(
  { db }: Pick<Services, 'db'>,
  companyId: CompanyId,
  sight: AuditSight,
  { afterSeq = 0, upToSeq }: { readonly afterSeq?: number; readonly upToSeq?: number } = {},
): AsyncGenerator<readonly AuditRow[]> {
  const as =
    sight.kind === 'person'
      ? ({ kind: 'person', ...idsOf(sight.actor) } as const)
      : ({ kind: 'company', companyId } as const);
  for (let after = afterSeq; ; ) {
    const rows = await db.transaction(as, (tx) => readRows(tx, companyId, after, upToSeq, portionSize));
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.seq;
  }
}

/** `seen`: is given each row that holds. */
export const followChain = async (
  services: Pick<Services, 'db'>,
  companyId: CompanyId,
  sight: AuditSight,
  seen: (row: AuditRow) => void = () => undefined,
): Promise<{ readonly followed: Followed; readonly broken?: Broken }> => {
  let followed = chainStart(companyId);
  for await (const rows of readChain(services, companyId, sight))
    for (const row of rows) {
      const next = follow(followed, row);
      if ('said' in next) return { followed, broken: next };
      followed = next;
      seen(row);
    }
  // To set a company up writes the first row.
  return followed.rowCount === 0
    ? { followed, broken: { seq: 1, said: 'No row is there, not even the first one: all were taken out.' } }
    : { followed };
};

export const checkAudit = async (services: Services, actor: Actor): Promise<AuditCheck> => {
  const { followed, broken } = await followChain(services, actor.companyId, { kind: 'person', actor });
  return {
    rowCount: followed.rowCount,
    ...(followed.rowCount === 0 ? {} : { head: followed.head }),
    ...(broken === undefined ? {} : { broken: broken.said }),
  };
};

export const listAudit = (
  services: Services,
  actor: Actor,
  { group, beforeSeq }: AuditRequest,
): Promise<AuditPage> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const rows = await tx
      .selectFrom('candor.audit')
      .select(['seq', 'at', 'actor_id', 'kind', 'facts'])
      .where('company_id', '=', actor.companyId)
      .$if(beforeSeq !== undefined, (query) => query.where('seq', '<', beforeSeq ?? 0))
      .$if(group !== undefined, (query) =>
        query.where('kind', 'in', group === undefined ? [] : [...kindsOf(group)]),
      )
      .orderBy('seq', 'desc')
      .limit(pageSize + 1)
      .execute();
    const names = await readNames(tx);
    const entries = rows.slice(0, pageSize).map((row): AuditEntry => {
      const actorId = row.actor_id ?? undefined;
      return {
        seq: row.seq,
        at: new Date(row.at).toISOString(),
        said: explainAudit(row.kind, row.facts as AuditRow['facts'], { ...names, actorId }),
      };
    });
    const last = entries.at(-1);
    return {
      entries,
      ...(rows.length > pageSize && last !== undefined ? { nextBeforeSeq: last.seq } : {}),
    };
  });

const readRows = async (
  tx: Tx,
  companyId: CompanyId,
  afterSeq: number,
  upToSeq: number | undefined,
  limit: number,
): Promise<readonly AuditRow[]> => {
  const rows = await tx
    .selectFrom('candor.audit')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('seq', '>', afterSeq)
    .$if(upToSeq !== undefined, (query) => query.where('seq', '<=', upToSeq ?? 0))
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    companyId: row.company_id,
    seq: row.seq,
    at: row.at,
    actorId: row.actor_id,
    kind: row.kind,
    facts: row.facts as AuditRow['facts'],
    prevHash: row.prev_hash.toString('hex'),
    hash: row.hash.toString('hex'),
  }));
};

const readNames = async (tx: Tx): Promise<AuditNames> => {
  const people = await tx.selectFrom('candor.person').select(['id', 'name']).execute();
  const jobs = await tx.selectFrom('candor.job').select(['id', 'title']).execute();
  const personNames = new Map<string, string>(people.map(({ id, name }) => [id, name]));
  const jobTitles = new Map<string, string>(jobs.map(({ id, title }) => [id, title]));
  return {
    person: (personId) => personNames.get(personId) ?? 'a former colleague',
    job: (jobId) => jobTitles.get(jobId) ?? 'a job that is gone',
  };
};
