/* A person's own mailboxes, as they and their acts find them. */
import { FailureReason } from '../../../lib/contract/failure.ts';
import type { MailboxRow } from '../../../lib/contract/mailbox.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { readMailboxImports } from '../import/import-rows.ts';
import type { Services } from '../services.ts';
import { readCompleteness } from './completeness-row.ts';
import { readBuried, toHealth } from './health.ts';

export const listMailboxes = (services: Services, actor: Actor): Promise<MailboxRow[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) => readMailboxes(services, tx, actor));

/** The actor's mailbox with this address, whatever its state. */
export const findMailbox = async (tx: Tx, actor: Actor, address: string) => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select([
      'id as mailboxId',
      'address',
      'provider',
      'state',
      'window_from as windowFrom',
      'access_level as access',
    ])
    .where('person_id', '=', actor.personId)
    .where('address', '=', foldAddress(address as Address))
    .executeTakeFirst();
  return row;
};

/** Like findMailbox. Throws: mailbox-disconnected when it is not there or not connected. */
export const requireMailbox = async (tx: Tx, actor: Actor, address: string) => {
  const mailbox = await findMailbox(tx, actor, address);
  if (mailbox === undefined || mailbox.state !== 'connected') {
    throw new Failure(
      'mailbox-disconnected',
      mailbox === undefined ? 'no such mailbox' : `mailbox is ${mailbox.state}`,
    );
  }
  return mailbox;
};

/** How much of one message the company lets in; 0 where it keeps headers alone. */
export const readLimits = async (tx: Tx): Promise<{ readonly messageBytes: number }> => {
  const { keeps, message_limit_bytes: limitBytes } = await tx
    .selectFrom('candor.policy')
    .select(['keeps', 'message_limit_bytes'])
    .executeTakeFirstOrThrow();
  return { messageBytes: keeps === 'headers' ? 0 : limitBytes };
};

const readMailboxes = async (services: Services, tx: Tx, actor: Actor): Promise<MailboxRow[]> => {
  const rows = await tx
    .selectFrom('candor.mailbox')
    .selectAll('candor.mailbox')
    .select((select) =>
      select
        .selectFrom('candor.message_copy')
        .select((count) => count.fn.countAll<number>().as('kept'))
        .whereRef('candor.message_copy.mailbox_id', '=', 'candor.mailbox.id')
        .as('kept'),
    )
    .select((select) =>
      select
        .selectFrom('candor.message_copy')
        .select((newest) => newest.fn.max('received_at').as('newest'))
        .whereRef('candor.message_copy.mailbox_id', '=', 'candor.mailbox.id')
        .as('newest'),
    )
    .select((select) =>
      select
        .exists(
          select
            .selectFrom('candor.mailbox_push')
            .select('candor.mailbox_push.mailbox_id')
            .whereRef('candor.mailbox_push.mailbox_id', '=', 'candor.mailbox.id')
            .where('candor.mailbox_push.pushed_by', '<>', 'nothing'),
        )
        .as('is_told'),
    )
    .where('person_id', '=', actor.personId)
    .orderBy('is_primary', 'desc')
    .orderBy('address')
    .execute();
  const { look_every_minutes: lookEveryMinutes } = await tx
    .selectFrom('candor.policy')
    .select('look_every_minutes')
    .executeTakeFirstOrThrow();
  const buried = await readBuried(tx);
  const imports = await readMailboxImports(
    tx,
    rows.map((row) => row.id),
  );
  const completeness = await readCompleteness(tx, rows);
  return rows.map((row) => {
    const quota = services.providers[row.provider]?.spending(row.id);
    const failure = FailureReason.safeParse(row.last_failure_reason);
    return {
      mailboxId: row.id,
      address: row.address,
      provider: row.provider,
      state: row.state,
      health: toHealth(services, row, buried.get(row.id), lookEveryMinutes),
      access: row.access_level,
      isPrimary: row.is_primary,
      keptCount: row.kept ?? 0,
      isErasing: row.erase_asked_at !== null,
      imports: imports.get(row.id),
      completeness: completeness.get(row.id) ?? { state: 'untold', because: 'not-yet' },
      shutFolderCount: row.shut_folder_count,
      isTold: row.is_told === true && lookEveryMinutes === null,
      ...(lookEveryMinutes === null ? {} : { lookEveryMinutes }),
      ...(quota === undefined ? {} : { quota }),
      ...(row.last_pulled_at === null ? {} : { lastPulledAt: new Date(row.last_pulled_at).toISOString() }),
      ...(row.newest === null ? {} : { lastMessageAt: new Date(row.newest).toISOString() }),
      ...(failure.success && row.last_failure_at !== null
        ? { lastFailure: { reason: failure.data, at: new Date(row.last_failure_at).toISOString() } }
        : {}),
    };
  });
};
