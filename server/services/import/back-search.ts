/*
 * A candidate got an address: old mail with them is looked for in the mailbox of everybody who lets Candor look through old mail,
 * in each inside its own window. In the transaction that adds the address, so that neither is there without the other.
 */
import type { CandidateId, CompanyId } from '../../../lib/contract/ids.ts';
import { bringsOldMail, importWindows } from '../../../lib/domain/import-window.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';

/** Runs as the company. */
export const beginBackSearch = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  candidateId: CandidateId,
): Promise<void> => {
  const now = services.clock.now();
  const mailboxes = await tx
    .selectFrom('candor.mailbox')
    .innerJoin('candor.person', 'candor.person.id', 'candor.mailbox.person_id')
    .select(['candor.mailbox.id', 'candor.mailbox.person_id', 'candor.mailbox.window_from'])
    .where('candor.mailbox.state', '<>', 'off')
    .where('candor.mailbox.access_level', '=', 'full')
    .where('candor.mailbox.import_window', 'in', importWindows.filter(bringsOldMail))
    .where('candor.person.is_active', '=', true)
    .execute();
  for (const mailbox of mailboxes) {
    await tx
      .insertInto('candor.mailbox_import')
      .values({
        company_id: companyId,
        mailbox_id: mailbox.id,
        person_id: mailbox.person_id,
        reason: 'new-address',
        candidate_id: candidateId,
        window_from: mailbox.window_from,
        sync_from: now,
        state: 'estimating',
        created_at: now,
        updated_at: now,
      })
      .execute();
    await services.enqueue({ kind: 'mailbox.import', companyId, mailboxId: mailbox.id });
  }
};
