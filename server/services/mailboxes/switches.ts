/* What a person does with a mailbox of theirs that is connected: pause, resume, make it the primary one, turn it off. */
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { Brought, MailboxChange, MailboxRow } from '../../../lib/contract/mailbox.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { MailboxSecret } from '../../providers/consent.ts';
import type { ProviderKind } from '../../providers/provider.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { giveConsentBack } from './give-back.ts';
import { secretPlace } from './mailbox-access.ts';
import { listMailboxes } from './mailboxes.ts';
import { endPush, takePush } from './push.ts';

/** Gives back all the person's mailboxes. Throws: not-found, mailbox-disconnected when the switch needs one that is connected. */
export const changeMailbox = async (
  services: Services,
  actor: Actor,
  change: MailboxChange,
): Promise<MailboxRow[]> => {
  switch (change.kind) {
    case 'pause':
      await pause(services, actor, change.mailboxId);
      break;
    case 'resume':
      await resume(services, actor, change.mailboxId);
      break;
    case 'make-primary':
      await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
        if ((await requireOwn(tx, actor, change.mailboxId)).state === 'off')
          throw new Failure('mailbox-disconnected', 'a mailbox that is off is not sent from');
        await setPrimary(tx, actor, change.mailboxId);
      });
      break;
    case 'turn-off':
      await turnOff(services, actor, change.mailboxId, change.brought);
  }
  return listMailboxes(services, actor);
};

/** Nothing is asked of the provider from now on; where to go on from, and the way in, are kept. */
const pause = async (services: Services, actor: Actor, mailboxId: MailboxId): Promise<void> => {
  const { provider } = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const mailbox = await requireOwn(tx, actor, mailboxId);
    if (mailbox.state !== 'connected' && mailbox.state !== 'paused')
      throw new Failure('mailbox-disconnected', `mailbox is ${mailbox.state}`);
    await setState(services, tx, mailboxId, 'paused');
    return mailbox;
  });
  services.providers[provider]?.forget(mailboxId);
};

const resume = async (services: Services, actor: Actor, mailboxId: MailboxId): Promise<void> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const { state, access_level: access } = await requireOwn(tx, actor, mailboxId);
    if (state !== 'connected' && state !== 'paused')
      throw new Failure('mailbox-disconnected', `mailbox is ${state}`);
    await setState(services, tx, mailboxId, 'connected');
    const jobs = access === 'full' ? (['mailbox.pull', 'mailbox.watch'] as const) : [];
    for (const kind of jobs) await services.enqueue({ kind, companyId: actor.companyId, mailboxId });
  });
};

const turnOff = async (
  services: Services,
  actor: Actor,
  mailboxId: MailboxId,
  brought: Brought,
): Promise<void> => {
  const held = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    takeOff(services, tx, actor, mailboxId, brought),
  );
  await partWithProvider(services, mailboxId, held);
};

type Owner = Pick<Actor, 'companyId' | 'personId'>;

/** What a mailbox that was turned off held, to be parted with at its provider. */
export type Held = {
  readonly kind: ProviderKind;
  readonly secret: MailboxSecret | undefined;
  readonly push: Awaited<ReturnType<typeof takePush>>;
};

/** Forgets the way in. What was brought stays, or is erased in the background. Throws: not-found. */
export const takeOff = async (
  services: Services,
  tx: Tx,
  owner: Owner,
  mailboxId: MailboxId,
  brought: Brought,
): Promise<Held> => {
  const mailbox = await requireOwn(tx, owner, mailboxId);
  const secret = await readSecret(services, tx, owner, mailboxId);
  const push = await takePush(services, tx, { companyId: owner.companyId, mailboxId });
  await tx.deleteFrom('candor.mailbox_secret').where('mailbox_id', '=', mailboxId).execute();
  await tx.deleteFrom('candor.mailbox_cursor').where('mailbox_id', '=', mailboxId).execute();
  await setState(services, tx, mailboxId, 'off');
  if (mailbox.is_primary) await passPrimaryOn(tx, owner, mailboxId);
  if (brought === 'erase') {
    await tx
      .updateTable('candor.mailbox')
      .set({ erase_asked_at: services.clock.now() })
      .where('id', '=', mailboxId)
      .execute();
    await services.enqueue({ kind: 'mailbox.erase', companyId: owner.companyId, mailboxId });
  }
  return { kind: mailbox.provider, secret, push };
};

/** After the transaction: ends what the provider tells by, and gives a consent back to it. */
export const partWithProvider = async (
  services: Services,
  mailboxId: MailboxId,
  { kind, secret, push }: Held,
): Promise<void> => {
  if (secret !== undefined && push !== undefined) await endPush(services, { mailboxId, kind, secret }, push);
  services.providers[kind]?.forget(mailboxId);
  const consenting = kind === 'imap' ? undefined : services.providers[kind];
  if (secret === undefined || !('refreshToken' in secret) || consenting === undefined) return;
  await giveConsentBack(services, consenting, secret);
};

const requireOwn = async (tx: Tx, actor: Owner, mailboxId: MailboxId) => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select(['provider', 'state', 'is_primary', 'access_level'])
    .where('id', '=', mailboxId)
    .where('person_id', '=', actor.personId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new Failure('not-found', 'no such mailbox of this person');
  return row;
};

const setState = async (
  services: Services,
  tx: Tx,
  mailboxId: MailboxId,
  state: 'connected' | 'paused' | 'off',
): Promise<void> => {
  await tx
    .updateTable('candor.mailbox')
    .set({ state, state_since: services.clock.now() })
    .where('id', '=', mailboxId)
    .where('state', '<>', state)
    .execute();
};

const setPrimary = async (tx: Tx, actor: Owner, mailboxId: MailboxId): Promise<void> => {
  // First the one that was: the index lets no two be primary, not even within a statement.
  await tx
    .updateTable('candor.mailbox')
    .set({ is_primary: false })
    .where('person_id', '=', actor.personId)
    .where('is_primary', '=', true)
    .execute();
  await tx.updateTable('candor.mailbox').set({ is_primary: true }).where('id', '=', mailboxId).execute();
};

/** To the one the person has had longest, so that there is always one while a mailbox is on. */
const passPrimaryOn = async (tx: Tx, actor: Owner, from: MailboxId): Promise<void> => {
  await tx.updateTable('candor.mailbox').set({ is_primary: false }).where('id', '=', from).execute();
  const next = await tx
    .selectFrom('candor.mailbox')
    .select('id')
    .where('person_id', '=', actor.personId)
    .where('state', '<>', 'off')
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst();
  if (next !== undefined) await setPrimary(tx, actor, next.id);
};

const readSecret = async (
  services: Services,
  tx: Tx,
  actor: Owner,
  mailboxId: MailboxId,
): Promise<MailboxSecret | undefined> => {
  const row = await tx
    .selectFrom('candor.mailbox_secret')
    .select('secret_sealed')
    .where('mailbox_id', '=', mailboxId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const text = await services.sealing.openText(
    tx,
    actor.companyId,
    secretPlace(mailboxId),
    row.secret_sealed,
  );
  return MailboxSecret.parse(JSON.parse(text));
};
