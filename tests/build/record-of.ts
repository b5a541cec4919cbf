/* What stands on a company's record, in words that are the same whatever ids the rows were given. */
import type { CompanyId, MessageId } from '../../lib/contract/ids.ts';
import type { Tx } from '../../server/db/schema.ts';
import type { Services } from '../../server/services/services.ts';

export type CompanyRecord = {
  /** Subjects of each thread's messages, joined threads as one. */
  readonly threads: readonly (readonly string[])[];
  readonly messages: readonly string[];
  /** How often each decision was made for each reason. */
  readonly decisions: readonly string[];
};

export const recordOf = (services: Services, companyId: CompanyId): Promise<CompanyRecord> =>
  services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const messages = await tx.selectFrom('candor.message').selectAll().execute();
    const roots = new Map(
      (await tx.selectFrom('candor.thread').select(['id', 'root_id']).execute()).map((row) => [
        row.id,
        row.root_id,
      ]),
    );
    const copies = await tx.selectFrom('candor.message_copy').selectAll().execute();
    const participants = await tx.selectFrom('candor.participant').selectAll().execute();
    const filings = await tx.selectFrom('candor.thread_candidate').selectAll().execute();
    const attachments = await tx.selectFrom('candor.attachment').selectAll().execute();
    const decisions = await tx.selectFrom('candor.decision').select(['decision', 'rule']).execute();
    const threads = new Map<string, string[]>();
    const described: string[] = [];
    for (const message of messages) {
      const subject = await readSubject(services, tx, message);
      const rootId = roots.get(message.thread_id) ?? 'no thread';
      threads.set(rootId, [...(threads.get(rootId) ?? []), subject]);
      const own = <Row extends { message_id: string }>(rows: readonly Row[]) =>
        rows.filter((row) => row.message_id === message.id);
      described.push(
        [
          subject,
          `variant ${message.variant}`,
          message.body_state,
          `kept by ${message.kept_by.join(' ')}`,
          `${own(copies).length} copies, ${own(copies).filter((row) => row.gone_at !== null).length} gone`,
          `labelled ${own(copies).filter((row) => row.is_labelled).length}`,
          `on it ${own(participants)
            .map((row) => row.role)
            .sort()
            .join(' ')}`,
          `filed ${filings.filter((row) => row.thread_id === message.thread_id).length}`,
          `read by ${message.reader_ids.length}`,
          `${own(attachments).length} attachments`,
        ].join('; '),
      );
    }
    return {
      threads: [...threads.values()].map((subjects) => subjects.sort()).sort(byFirst),
      messages: described.sort(),
      decisions: decisions.map(({ decision, rule }) => `${decision} ${rule}`).sort(),
    };
  });

/** Past access, as only a test may. */
const readSubject = async (
  services: Services,
  tx: Tx,
  { id, company_id, head_sealed }: { id: MessageId; company_id: CompanyId; head_sealed: Buffer },
): Promise<string> => {
  const place = { table: 'message', row: id, column: 'head_sealed' };
  const head = JSON.parse(await services.sealing.openText(tx, company_id, place, head_sealed));
  return String(head.subject);
};

const byFirst = (a: readonly string[], b: readonly string[]): number => (a.join('|') < b.join('|') ? -1 : 1);
