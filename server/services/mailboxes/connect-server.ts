/*
 * Connects a mailbox by server, name and password. The login is tried at once at each server; what stands in the way is an
 * answer with words of its own, not a failure. The password goes from the request into the sealed secret and nowhere else.
 */
import type { ConnectServer, ServerConnected } from '../../../lib/contract/connecting.ts';
import { MailboxRefusal } from '../../../lib/contract/mailbox-trouble.ts';
import { foldAddress, parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { PasswordSecret } from '../../providers/consent.ts';
import type { PasswordAccounts } from '../../providers/provider.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';
import { refusalOf, refused, requireClaim } from './claim.ts';
import { pullSoon, storeConnected } from './store-mailbox.ts';

/** Both servers, one after the other; shorter than a client waits. */
const tryOutMs = 22_000;

/** Throws: bad-input, and what the server is refused for that no person can mend. */
export const connectServer = async (
  services: Services,
  actor: Actor,
  given: ConnectServer,
  signal: AbortSignal,
): Promise<ServerConnected> => {
  const address = parseAddress(given.address);
  if (address === undefined) throw new Failure('bad-input', 'the address can not be read');
  const { user, password, imap, smtp } = given;
  const servers = { imap, ...(smtp === undefined ? {} : { smtp }) };
  const folded = foldAddress(address);
  const company = { kind: 'company', companyId: actor.companyId, actorId: actor.personId } as const;
  try {
    const accounts = services.providers.imap;
    if (accounts === undefined) throw refused('not-set-up');
    // Before the server is spoken to: what is not allowed is not tried out either.
    await services.db.transaction(company, (tx) =>
      requireClaim(services, tx, actor, { provider: 'imap', access: 'full' }, folded),
    );
    const secret = { user, password, ...servers };
    const trouble = await tryOut(accounts, secret, AbortSignal.any([signal, AbortSignal.timeout(tryOutMs)]));
    if (trouble !== undefined) return { outcome: 'trouble', ...trouble };
    const mailboxId = await services.db.transaction(company, (tx) =>
      storeConnected(services, tx, actor, { kind: 'imap', address: folded, secret, servers, access: 'full' }),
    );
    accounts.forget(mailboxId);
    await pullSoon(services, actor, mailboxId, 'full');
    return { outcome: 'connected', mailboxId, address: folded };
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    return { outcome: 'refused', refusal };
  }
};

/** What stands in the way, and at which server; undefined when the login works. */
const tryOut = async (
  accounts: PasswordAccounts,
  secret: PasswordSecret,
  signal: AbortSignal,
): Promise<MailboxRefusal | undefined> => {
  try {
    await accounts.tryOut(secret, signal);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const cause = MailboxRefusal.safeParse(thrown.cause);
    if (!cause.success) throw thrown;
    return cause.data;
  }
};
