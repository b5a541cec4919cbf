/*
 * One mail to its person and the company's admins when a mailbox needs somebody: revoked, or silent for too long. Once for
 * each such time, however often it is looked at. It says whose mailbox and since when, and nothing of what is in it.
 */
import { sql } from 'kysely';
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import type { NoticeMail } from '../../../lib/contract/mailbox.ts';
import { type HealthReason, needsYouAfterMs } from '../../../lib/domain/mailbox-health.ts';
import { formatDay } from '../../../lib/domain/wording.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { readHealth } from './health.ts';

type MailboxAt = { readonly companyId: CompanyId; readonly mailboxId: MailboxId };

export const readNoticeMail = (services: Services): NoticeMail =>
  services.noticeMail === undefined ? { isOn: false } : { isOn: true, from: services.noticeMail.from };

/** Mailboxes of every company that may need somebody who was not told yet, by the timetable. */
export const enqueueTelling = async (services: Services): Promise<void> => {
  if (services.noticeMail === undefined) return;
  const since = sql<number>`case state when 'needs-reconnect' then state_since
    else greatest(state_since, coalesce(last_pulled_at, 0)) end`;
  const due = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.mailbox')
      .select(['id', 'company_id'])
      .where((where) =>
        where.or([
          where('state', '=', 'needs-reconnect'),
          where.and([
            where('state', '=', 'connected'),
            where('access_level', '=', 'full'),
            where(since, '<=', services.clock.now() - needsYouAfterMs),
          ]),
        ]),
      )
      .where((where) => where.or([where('told_since', 'is', null), where('told_since', '<', since)]))
      .execute(),
  );
  for (const { id: mailboxId, company_id: companyId } of due)
    await services.enqueue({ kind: 'mailbox.tell', companyId, mailboxId });
};

/** Throws: provider-busy, provider-refused, after which the timetable tries again. */
export const tellByMail = async (services: Services, at: MailboxAt): Promise<void> => {
  const { noticeMail } = services;
  if (noticeMail === undefined) return;
  const company = { kind: 'company', companyId: at.companyId } as const;
  const found = await services.db.transaction(company, (tx) => readTrouble(services, tx, at.mailboxId));
  if (found === undefined) return;
  await noticeMail.send({
    to: [found.person.address],
    cc: found.admins.filter((address) => address !== found.person.address),
    subject: `Candor: the mailbox ${found.address} needs you`,
    text: toText(found, services.publicUrl),
  });
  await services.db.transaction(company, async (tx) => {
    await tx
      .updateTable('candor.mailbox')
      .set({ told_since: found.since })
      .where('id', '=', at.mailboxId)
      .execute();
  });
  services.log.info('people were told of a mailbox by mail', { mailboxId: at.mailboxId });
};

type Trouble = {
  readonly address: string;
  readonly person: { readonly name: string; readonly address: string };
  readonly admins: readonly string[];
  readonly because: HealthReason;
  /** Epoch ms. */
  readonly since: number;
};

/** Undefined where nobody is needed, or they were told. */
const readTrouble = async (
  services: Services,
  tx: Tx,
  mailboxId: MailboxId,
): Promise<Trouble | undefined> => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .innerJoin('candor.person', 'candor.person.id', 'candor.mailbox.person_id')
    .select([
      'candor.mailbox.address',
      'candor.mailbox.told_since',
      'candor.person.name',
      'candor.person.address as personAddress',
    ])
    .where('candor.mailbox.id', '=', mailboxId)
    .where('candor.person.is_active', '=', true)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { state, because, since } = await readHealth(services, tx, mailboxId);
  const sinceMs = Date.parse(since);
  if (state !== 'needs-you' || because === undefined || row.told_since === sinceMs) return undefined;
  const admins = await tx
    .selectFrom('candor.person')
    .select('address')
    .where('role', 'in', ['owner', 'admin'])
    .where('is_active', '=', true)
    .orderBy('address')
    .execute();
  return {
    address: row.address,
    person: { name: row.name, address: row.personAddress },
    admins: admins.map(({ address }) => address),
    because,
    since: sinceMs,
  };
};

const toText = ({ address, person, because, since }: Trouble, publicUrl: string): string =>
  [
    `Hello ${person.name},`,
    '',
    `${reasonWords[because]} The mailbox is ${address}, and it has been so since ${formatDay(since)}.`,
    'Nothing is lost: what was kept stays, and your mail is untouched. Mail that comes meanwhile is looked at once the mailbox works again.',
    '',
    'To mend it, open Candor in your browser, go to “My mailboxes”, and press “Reconnect”.',
    'The admins of your company get this mail too; only you can reconnect your mailbox.',
    '',
    `Candor, ${publicUrl}`,
    '',
  ].join('\n');

const reasonWords: Readonly<Record<HealthReason, string>> = {
  reconnect: 'Candor may not read your mailbox any more: the provider does not let it in.',
  refused: 'Candor can not read your mailbox: the provider does not answer as it should.',
  silent: 'Candor has not been able to look into your mailbox for hours.',
  'given-up': 'Candor failed again and again to read your mailbox, by a fault of its own.',
};
