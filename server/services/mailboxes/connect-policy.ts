/* What the company decided on connecting mailboxes, read by everybody and changed by its owner and admins. */
import { AccessLevel, type ConnectPolicy } from '../../../lib/contract/connecting.ts';
import { MailboxKind } from '../../../lib/contract/mailbox.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';

export const readConnectPolicy = (services: Services, actor: Actor): Promise<ConnectPolicy> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .selectFrom('candor.policy')
      .select([
        'is_connecting_on',
        'allowed_providers',
        'allowed_access_levels',
        'is_password_login_allowed',
        'forbidden_mailbox_domains',
        'look_every_minutes',
      ])
      .executeTakeFirstOrThrow();
    return {
      isConnectingOn: row.is_connecting_on,
      allowedProviders: MailboxKind.array().parse(row.allowed_providers),
      allowedAccess: AccessLevel.array().parse(row.allowed_access_levels),
      isPasswordLoginAllowed: row.is_password_login_allowed,
      forbiddenDomains: row.forbidden_mailbox_domains,
      ...(row.look_every_minutes === null ? {} : { lookEveryMinutes: row.look_every_minutes }),
    };
  });

/** Mailboxes that are connected already stay so: each is its person's to turn off. */
export const setConnectPolicy = async (
  services: Services,
  actor: Actor,
  policy: ConnectPolicy,
): Promise<ConnectPolicy> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .updateTable('candor.policy')
      .set({
        is_connecting_on: policy.isConnectingOn,
        allowed_access_levels: [...new Set(policy.allowedAccess)],
        allowed_providers: [...new Set(policy.allowedProviders)],
        is_password_login_allowed: policy.isPasswordLoginAllowed,
        forbidden_mailbox_domains: [...new Set(policy.forbiddenDomains)],
        look_every_minutes: policy.lookEveryMinutes ?? null,
        updated_at: services.clock.now(),
      })
      .where('company_id', '=', actor.companyId)
      .execute(),
  );
  return readConnectPolicy(services, actor);
};
