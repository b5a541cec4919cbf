/* Which mailboxes are behind or need their owner, and the jobs that were given up for them. */
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { MailboxHealth, TroubledMailbox } from '../../../lib/contract/mailbox.ts';
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import { decideMailboxHealth } from '../../../lib/domain/mailbox-health.ts';
import type { MailboxTable } from '../../db/mailbox-tables.ts';
import type { Tx } from '../../db/schema.ts';
import type { BuriedBecause, Job } from '../../queue/jobs.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';

/** Remembered until the mailbox is gone; what it means is told by whether a look went through since. */
export const recordBuried = async (services: Services, job: Job, because: BuriedBecause): Promise<void> => {
  services.log.error('a job was given up', {
    job: job.kind,
    reason: because,
    mailboxId: 'mailboxId' in job ? job.mailboxId : undefined,
  });
  if (!('mailboxId' in job)) return;
  const { companyId, mailboxId, kind } = job;
  await services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const mailbox = await tx
      .selectFrom('candor.mailbox')
      .select('person_id')
      .where('id', '=', mailboxId)
      .executeTakeFirst();
    if (mailbox === undefined) return;
    const row = { reason: because, buried_at: services.clock.now() };
    await tx
      .insertInto('candor.buried_job')
      .values({ mailbox_id: mailboxId, kind, company_id: companyId, person_id: mailbox.person_id, ...row })
      .onConflict((conflict) => conflict.columns(['mailbox_id', 'kind']).doUpdateSet(row))
      .execute();
  });
};

/** When a look was last given up, by mailbox: of those the transaction may see. */
export const readBuried = async (tx: Tx): Promise<ReadonlyMap<MailboxId, number>> => {
  const rows = await tx
    .selectFrom('candor.buried_job')
    .select(['mailbox_id', 'buried_at'])
    .where('kind', '=', 'mailbox.pull' satisfies Job['kind'])
    .execute();
  return new Map(rows.map((row) => [row.mailbox_id, row.buried_at]));
};

type HealthRow = Pick<MailboxTable, 'state' | 'state_since' | 'last_pulled_at' | 'last_failure_at'> & {
  readonly access_level: AccessLevel;
};

export const toHealth = (
  services: Services,
  row: HealthRow,
  buriedAt: number | undefined,
  lookEveryMinutes: number | null,
): MailboxHealth => {
  const { state, because, since } = decideMailboxHealth(
    {
      state: row.state,
      access: row.access_level,
      stateSince: row.state_since,
      lastPulledAt: row.last_pulled_at ?? undefined,
      lastFailureAt: row.last_failure_at ?? undefined,
      buriedAt,
      lookEveryMs: lookEveryMinutes === null ? undefined : lookEveryMinutes * 60_000,
    },
    services.clock.now(),
  );
  return {
    state,
    ...(because === undefined ? {} : { because }),
    since: new Date(since).toISOString(),
  };
};

/** Of one mailbox that is there. */
export const readHealth = async (
  services: Services,
  tx: Tx,
  mailboxId: MailboxId,
): Promise<MailboxHealth> => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox.company_id')
    .select([
      'state',
      'state_since',
      'access_level',
      'last_pulled_at',
      'last_failure_at',
      'look_every_minutes',
    ])
    .where('id', '=', mailboxId)
    .executeTakeFirstOrThrow();
  return toHealth(services, row, (await readBuried(tx)).get(mailboxId), row.look_every_minutes);
};

/** For an admin: mailboxes of the whole company, those in trouble longest first. The caller has checked the role. */
export const listTroubled = (services: Services, actor: Actor): Promise<TroubledMailbox[]> =>
  services.db.transaction({ kind: 'company', companyId: actor.companyId }, async (tx) => {
    const rows = await tx
      .selectFrom('candor.mailbox')
      .innerJoin('candor.person', 'candor.person.id', 'candor.mailbox.person_id')
      .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox.company_id')
      .select([
        'candor.policy.look_every_minutes',
        'candor.mailbox.id',
        'candor.mailbox.address',
        'candor.mailbox.state',
        'candor.mailbox.state_since',
        'candor.mailbox.access_level',
        'candor.mailbox.last_pulled_at',
        'candor.mailbox.last_failure_at',
        'candor.mailbox.person_id',
        'candor.person.name as personName',
      ])
      .where('candor.mailbox.state', 'in', ['connected', 'needs-reconnect'])
      .execute();
    const buried = await readBuried(tx);
    return rows
      .map((row) => ({
        mailboxId: row.id,
        address: row.address,
        personId: row.person_id,
        personName: row.personName,
        health: toHealth(services, row, buried.get(row.id), row.look_every_minutes),
      }))
      .filter(({ health }) => health.because !== undefined)
      .sort((a, b) => a.health.since.localeCompare(b.health.since));
  });
