/* The audit's rows as lines of JSON. That they were exported is a row itself, written first and so among them. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { AuditExport, AuditExportRequest } from '../../../lib/contract/audit.ts';
import { CompanyId, PersonId } from '../../../lib/contract/ids.ts';
import { showFacts } from '../../../lib/domain/audit.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import type { AuditRow } from './chain.ts';
import { readChain } from './read-audit.ts';

const exportSize = 2_000;

/** One portion, for the company's owner and admins: what ties a thread to a candidate is withheld. */
export const exportAudit = async (
  services: Services,
  actor: Actor,
  { afterSeq, upToSeq }: AuditExportRequest,
): Promise<AuditExport> => {
  const range = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const newest = await readNewest(tx, actor.companyId);
    // Its own row is the last of a whole export.
    const end = Math.min(upToSeq ?? newest + 1, newest + 1);
    const range = { from: afterSeq + 1, to: Math.min(afterSeq + exportSize, end), end };
    await noteExport(tx, range.from, range.to, 'app');
    return range;
  });
  const lines: string[] = [];
  for await (const rows of readChain(
    services,
    actor.companyId,
    { kind: 'person', actor },
    { afterSeq, upToSeq: range.to },
  ))
    lines.push(...rows.map((row) => toLine(row, 'shown')));
  return { lines: lines.join(''), lastSeq: range.to, upToSeq: range.end };
};

/** All of a company's rows with all they hold, for whoever runs the server. */
export async function* exportWhole(
  services: Pick<Services, 'db'>,
  companyId: CompanyId,
): AsyncGenerator<string> {
  const last = await services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const own = (await readNewest(tx, companyId)) + 1;
    await noteExport(tx, 1, own, 'command');
    return readNewest(tx, companyId);
  });
  for await (const rows of readChain(services, companyId, { kind: 'company' }, { upToSeq: last }))
    yield rows.map((row) => toLine(row, 'whole')).join('');
}

export const AuditLine = z.object({
  company: CompanyId,
  seq: z.int().positive(),
  at: z.iso.datetime(),
  actor: PersonId.nullable(),
  kind: z.string(),
  facts: z.record(z.string(), z.unknown()),
  /** Facts that were left out. */
  withheld: z.array(z.string()).optional(),
  prevHash: z.string(),
  hash: z.string(),
});
type AuditLine = z.infer<typeof AuditLine>;

const toLine = (row: AuditRow, what: 'shown' | 'whole'): string => {
  const { shown, withheld } =
    what === 'whole' ? { shown: row.facts, withheld: [] } : showFacts(row.kind, row.facts);
  const line: AuditLine = {
    company: row.companyId,
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    actor: row.actorId,
    kind: row.kind,
    facts: { ...shown },
    ...(withheld.length === 0 ? {} : { withheld: [...withheld] }),
    prevHash: row.prevHash,
    hash: row.hash,
  };
  // These two end a line for some who read by lines.
  return `${JSON.stringify(line).replace(/[\u2028\u2029]/g, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))}\n`;
};

export const fromLine = (line: AuditLine): AuditRow => ({
  companyId: line.company,
  seq: line.seq,
  at: Date.parse(line.at),
  actorId: line.actor,
  kind: line.kind,
  facts: line.facts,
  prevHash: line.prevHash,
  hash: line.hash,
});

const readNewest = async (tx: Tx, companyId: CompanyId): Promise<number> => {
  const { newest } = await tx
    .selectFrom('candor.audit')
    .select((select) => select.fn.max('seq').as('newest'))
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  return newest ?? 0;
};

const noteExport = async (tx: Tx, from: number, to: number, by: 'app' | 'command'): Promise<void> => {
  const facts = { from_seq: from, to_seq: to, by };
  await sql`select app.audit('audit-exported', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
};
