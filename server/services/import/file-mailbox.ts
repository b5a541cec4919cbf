/* The mailbox whose mail a file holds: one that is on record, in whatever state. */
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import type { ImportWindow } from '../../../lib/domain/import-window.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { OpenMailbox } from '../mailboxes/mailbox-access.ts';
import type { Services } from '../services.ts';

/** `connectedAt`: epoch ms. */
export type FileMailbox = OpenMailbox & {
  readonly companyMaximum: ImportWindow;
  readonly connectedAt: number;
};

/** Throws: not-found; bad-input when mailboxes of several companies have this address. */
export const findFileMailbox = async (services: Services, address: Address): Promise<FileMailbox> => {
  const companies = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.mailbox')
      .select(['id', 'company_id'])
      .where('address', '=', foldAddress(address))
      .execute(),
  );
  const [found, ...others] = companies;
  if (found === undefined) throw new Failure('not-found', 'no mailbox has this address');
  if (others.length > 0) throw new Failure('bad-input', 'several mailboxes have this address');
  const companyId = found.company_id;
  const row = await services.db.transaction({ kind: 'company', companyId }, (tx) =>
    tx
      .selectFrom('candor.mailbox')
      .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox.company_id')
      .select([
        'candor.mailbox.person_id',
        'candor.mailbox.window_from',
        'candor.mailbox.created_at',
        'candor.policy.label_name',
        'candor.policy.import_max',
      ])
      .where('candor.mailbox.id', '=', found.id)
      .executeTakeFirstOrThrow(),
  );
  return {
    companyId,
    mailboxId: found.id,
    personId: row.person_id,
    labelName: row.label_name,
    windowFrom: row.window_from,
    companyMaximum: row.import_max,
    connectedAt: row.created_at,
  };
};

/**
 * In the transaction that stores what a file brought, before anything else is locked: whoever has the mailbox's mail erased
 * waits for this one, or this one sees it. Throws: mailbox-disconnected.
 */
export const requireNotErased = async (
  tx: Tx,
  { mailboxId }: Pick<OpenMailbox, 'mailboxId'>,
): Promise<void> => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select('erase_asked_at')
    .where('id', '=', mailboxId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined || row.erase_asked_at !== null)
    throw new Failure('mailbox-disconnected', 'what this mailbox brought is being erased');
};
