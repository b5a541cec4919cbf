/* Host, port and encryption of mailboxes that are opened by name and password, and which are known to work for an address. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type MailboxWay, ServerAt } from '../../../lib/contract/connecting.ts';
import { type Address, domainOf } from '../../../lib/domain/address.ts';
import type { Tx } from '../../db/schema.ts';
import type { Detected } from '../../providers/provider.ts';
import type { Actor } from '../actor.ts';

export const Servers = z.object({ imap: ServerAt, smtp: ServerAt.optional() });
export type Servers = z.infer<typeof Servers>;

/** As a mailbox's row keeps them. */
export const readServers = (stored: unknown): Servers | undefined => {
  const parsed = Servers.safeParse(stored);
  return parsed.success ? parsed.data : undefined;
};

/** Source: Google's page "Add Gmail to another email client", read 2026-11. */
const gmailServers: Servers = {
  imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
  smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
};

/**
 * What this mailbox was connected with before, else what works for most colleagues at its domain, else what the provider is
 * known by. Of colleagues only those count whose mailbox has been read with them. Runs as the company.
 */
export const findServers = async (
  tx: Tx,
  actor: Actor,
  folded: string,
  detected: Detected,
): Promise<MailboxWay['servers']> => {
  const own = await readOwn(tx, actor, folded);
  if (own !== undefined) return { from: 'own', ...own };
  const colleague = await readColleagues(tx, actor, domainOf(folded as Address));
  if (colleague !== undefined) return { from: 'colleague', ...colleague };
  if (detected.kind === 'gmail') return { from: 'provider', ...gmailServers };
  if (detected.kind !== 'imap' || (detected.imap === undefined && detected.smtp === undefined))
    return undefined;
  const { imap, smtp } = detected;
  return {
    from: 'provider',
    ...(imap === undefined ? {} : { imap }),
    ...(smtp === undefined ? {} : { smtp }),
  };
};

const readOwn = async (tx: Tx, actor: Actor, folded: string): Promise<Servers | undefined> => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select('servers')
    .where('person_id', '=', actor.personId)
    .where('address', '=', folded)
    .executeTakeFirst();
  return readServers(row?.servers);
};

const readColleagues = async (tx: Tx, actor: Actor, domain: string): Promise<Servers | undefined> => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select('servers')
    .where('company_id', '=', actor.companyId)
    .where('person_id', '<>', actor.personId)
    .where('provider', '=', 'imap')
    .where('state', '=', 'connected')
    .where('last_pulled_at', 'is not', null)
    .where('servers', 'is not', null)
    .where(sql<boolean>`substring(address from '[^@]*$') = ${domain}`)
    .groupBy('servers')
    .orderBy((order) => order.fn.countAll(), 'desc')
    .orderBy((order) => order.fn.max('last_pulled_at'), 'desc')
    .limit(1)
    .executeTakeFirst();
  return readServers(row?.servers);
};
