/* How the mailbox with an address can be connected: who serves it, what of that is allowed, and what is known of its servers. */

import type { ConnectRefusal, MailboxWay, WayRequest } from '../../../lib/contract/connecting.ts';
import type { MailboxKind } from '../../../lib/contract/mailbox.ts';
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import { foldAddress, isOwnDomain, parseAddress } from '../../../lib/domain/address.ts';
import { decideClaim } from '../../../lib/domain/mailbox-claim.ts';
import { Failure } from '../../base/failure.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';
import { readClaimFacts, readConnectRules } from './claim.ts';
import { findServers } from './servers.ts';

/** How long a person waits to be told who serves their address, before they are asked. */
const detectMs = 10_000;

/** Throws: bad-input. */
export const findWay = async (
  services: Services,
  actor: Actor,
  request: WayRequest,
  signal: AbortSignal,
): Promise<MailboxWay> => {
  const address = parseAddress(request.address);
  if (address === undefined) throw new Failure('bad-input', 'the address can not be read');
  const folded = foldAddress(address);
  const detected = await services.detect(address, AbortSignal.any([signal, AbortSignal.timeout(detectMs)]));
  return services.db.transaction({ kind: 'company', companyId: actor.companyId }, async (tx) => {
    const rules = await readConnectRules(tx, actor.companyId);
    const facts = await readClaimFacts(services, tx, actor, folded);
    const refusals = new Map(kinds.map((kind) => [kind, refusalFor(kind)] as const));
    const servers = await findServers(tx, actor, folded, detected);
    const kind = detected.kind === 'unknown' && servers?.imap !== undefined ? 'imap' : detected.kind;
    const open = kinds.filter((each) => refusals.get(each) === undefined);
    // What an unknown one is refused for counts only when nothing is left to choose.
    const refusal =
      kind !== 'unknown' ? refusals.get(kind) : open.length > 0 ? undefined : refusals.get('imap');
    return {
      address: folded,
      kind,
      open,
      access: [...rules.allowedAccess],
      isPersonal: !isOwnDomain(address, rules.ownDomains),
      ...(refusal === undefined ? {} : { refusal }),
      ...(servers === undefined ? {} : { servers }),
    };

    /** One of those that are allowed, where the person has a choice. */
    function accessFor(provider: MailboxKind): AccessLevel {
      const [any = 'full'] = rules.allowedAccess;
      return provider === 'imap' ? 'full' : any;
    }

    function refusalFor(provider: MailboxKind): ConnectRefusal | undefined {
      const decision = decideClaim({ ...facts, provider, access: accessFor(provider) }, rules);
      if (!decision.may) return decision.because;
      return services.providers[provider] === undefined ? 'not-set-up' : undefined;
    }
  });
};

const kinds: readonly MailboxKind[] = ['gmail', 'graph', 'imap'];
