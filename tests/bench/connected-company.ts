/* A company whose people have all connected their mailboxes, and which knows some candidates. Rows as the product writes them. */
import { type CandidateId, CompanyId, MailboxId, PersonId } from '../../lib/contract/ids.ts';
import type { Address } from '../../lib/domain/address.ts';
import type { OpenDatabase } from '../../server/db/connection.ts';
import type { MailboxSecret, PasswordSecret } from '../../server/providers/consent.ts';
import { gmailScopes } from '../../server/providers/gmail/authority.ts';
import { graphScopes } from '../../server/providers/graph/authority.ts';
import type { ProviderKind } from '../../server/providers/provider.ts';
import type { OpenMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import { secretPlace } from '../../server/services/mailboxes/mailbox-access.ts';
import { findOrCreateCandidate } from '../../server/services/people/candidates.ts';
import type { Sealing } from '../../server/services/sealing.ts';
import type { Services } from '../../server/services/services.ts';

/** A mailbox at Google or Microsoft, or at a server of its own. */
export type ToConnect = { readonly address: string } & (
  | { readonly refreshToken: string; readonly provider?: 'gmail' | 'graph' }
  | { readonly secret: PasswordSecret }
);

export const connectedCompany = async (
  services: Pick<Services, 'db' | 'sealing' | 'clock'>,
  mailboxes: readonly ToConnect[],
): Promise<{ readonly companyId: CompanyId; readonly mailboxes: readonly OpenMailbox[] }> => {
  const companyId = CompanyId.parse(crypto.randomUUID());
  const now = services.clock.now();
  await services.db.transaction({ kind: 'system' }, async (tx) => {
    await tx
      .insertInto('candor.company')
      .values({ id: companyId, name: 'A company', created_at: now })
      .execute();
    await tx
      .insertInto('candor.policy')
      .values({
        company_id: companyId,
        default_visibility: 'record-access',
        own_domains: ['acme.test'],
        updated_at: now,
      })
      .execute();
  });
  const connected: OpenMailbox[] = [];
  for (const mailbox of mailboxes) connected.push(await connect(services, companyId, mailbox, now));
  return { companyId, mailboxes: connected };
};

/** Puts candidates on record; the first mailbox's person owns them. */
export const addCandidates = async (
  services: Services,
  { companyId, mailboxes }: { readonly companyId: CompanyId; readonly mailboxes: readonly OpenMailbox[] },
  addresses: readonly string[],
): Promise<readonly CandidateId[]> => {
  const [first] = mailboxes;
  if (first === undefined) throw new Error('The company has nobody.');
  return services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const ids: CandidateId[] = [];
    for (const address of addresses) {
      const wanted = { name: address, address: address as Address, createdBy: first.personId };
      ids.push((await findOrCreateCandidate(services, tx, companyId, wanted)).candidateId);
    }
    return ids;
  });
};

const connect = async (
  {
    db,
    sealing,
    clock,
  }: { readonly db: OpenDatabase; readonly sealing: Sealing; readonly clock: Services['clock'] },
  companyId: CompanyId,
  mailbox: ToConnect,
  windowFrom: number,
): Promise<OpenMailbox> => {
  const { address } = mailbox;
  const { provider, secret }: { provider: ProviderKind; secret: MailboxSecret } =
    'secret' in mailbox
      ? { provider: 'imap', secret: mailbox.secret }
      : {
          provider: mailbox.provider ?? 'gmail',
          secret: {
            refreshToken: mailbox.refreshToken,
            grantedScopes: [...(mailbox.provider === 'graph' ? graphScopes : gmailScopes)],
          },
        };
  const personId = PersonId.parse(crypto.randomUUID());
  const mailboxId = MailboxId.parse(crypto.randomUUID());
  const now = clock.now();
  await db.transaction({ kind: 'company', companyId }, async (tx) => {
    const person = { company_id: companyId, person_id: personId };
    await tx
      .insertInto('candor.person')
      .values({
        id: personId,
        company_id: companyId,
        name: address,
        address,
        role: 'hiring-manager',
        created_at: now,
      })
      .execute();
    await tx
      .insertInto('candor.person_address')
      .values({ ...person, address, address_hash: sealing.addressHash(companyId, address) })
      .execute();
    await tx
      .insertInto('candor.mailbox')
      .values({
        ...person,
        id: mailboxId,
        provider,
        address,
        state: 'connected',
        state_since: now,
        is_primary: true,
        window_from: windowFrom,
        created_at: now,
      })
      .execute();
    await tx
      .insertInto('candor.mailbox_secret')
      .values({
        ...person,
        mailbox_id: mailboxId,
        secret_sealed: await sealing.sealText(
          tx,
          companyId,
          undefined,
          secretPlace(mailboxId),
          JSON.stringify(secret),
        ),
        updated_at: now,
      })
      .execute();
  });
  return { companyId, mailboxId, personId, labelName: 'Candidate', windowFrom };
};
