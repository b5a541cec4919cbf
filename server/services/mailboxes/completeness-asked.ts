/* When a mailbox is counted: once a day by the timetable, and when its person says so. */
import type { CheckRequest, MailboxRow } from '../../../lib/contract/mailbox.ts';
import { Failure } from '../../base/failure.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { isImporting } from './completeness-row.ts';
import { listMailboxes } from './mailboxes.ts';

const everyMs = 24 * 3_600_000;

/** Mailboxes of every company that are due, or that somebody asked about; not while an import is under way. */
export const enqueueChecks = async (services: Services): Promise<void> => {
  const dueBefore = services.clock.now() - everyMs;
  const due = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.mailbox')
      .leftJoin('candor.mailbox_check', 'candor.mailbox_check.mailbox_id', 'candor.mailbox.id')
      .select(['candor.mailbox.id', 'candor.mailbox.company_id'])
      .where('candor.mailbox.state', '=', 'connected')
      .where('candor.mailbox.access_level', '=', 'full')
      .where((where) =>
        where.or([
          where('candor.mailbox_check.asked_for', 'is not', null),
          where('candor.mailbox_check.ended_at', '<', dueBefore),
          // One that was connected today holds nothing yet that could be missing.
          where.and([
            where('candor.mailbox_check.mailbox_id', 'is', null),
            where('candor.mailbox.state_since', '<', dueBefore),
          ]),
        ]),
      )
      .execute(),
  );
  const importing = await services.db.transaction({ kind: 'system' }, (tx) =>
    isImporting(
      tx,
      due.map(({ id }) => id),
    ),
  );
  for (const { id: mailboxId, company_id: companyId } of due)
    if (!importing.has(mailboxId)) await services.enqueue({ kind: 'mailbox.check', companyId, mailboxId });
};

/**
 * Gives back all the person's mailboxes. Throws: not-found; mailbox-disconnected; already-done while an import is under way,
 * which brings what is missing by itself.
 */
export const askForCheck = async (
  services: Services,
  actor: Actor,
  { mailboxId, how }: CheckRequest,
): Promise<MailboxRow[]> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const mailbox = await tx
      .selectFrom('candor.mailbox')
      .select(['state', 'access_level'])
      .where('id', '=', mailboxId)
      .where('person_id', '=', actor.personId)
      .executeTakeFirst();
    if (mailbox === undefined) throw new Failure('not-found', 'no such mailbox of this person');
    if (mailbox.state !== 'connected')
      throw new Failure('mailbox-disconnected', `mailbox is ${mailbox.state}`);
    if (mailbox.access_level !== 'full') throw new Failure('send-only', 'the mailbox may not be read');
    if ((await isImporting(tx, [mailboxId])).has(mailboxId))
      throw new Failure('already-done', 'an import is under way');
    await tx
      .insertInto('candor.mailbox_check')
      .values({
        mailbox_id: mailboxId,
        company_id: actor.companyId,
        person_id: actor.personId,
        asked_for: how,
      })
      // Bringing in ends with a count: asking for less meanwhile changes nothing.
      .onConflict((conflict) =>
        conflict
          .column('mailbox_id')
          .doUpdateSet({ asked_for: how })
          .where((where) =>
            where.or([where('candor.mailbox_check.asked_for', 'is', null), where.val(how === 'mend')]),
          ),
      )
      .execute();
    await services.enqueue({ kind: 'mailbox.check', companyId: actor.companyId, mailboxId });
  });
  return listMailboxes(services, actor);
};
