/* Gathers what `interest` needs to know about some messages before it decides: the company's policy and what is on record. */
import type { CompanyId, PersonId } from '../../../lib/contract/ids.ts';
import { Alternatives } from '../../../lib/contract/keeping.ts';
import { coveringEntries, foldAddress } from '../../../lib/domain/address.ts';
import type { InterestContext } from '../../../lib/domain/interest.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import type { NormalisedMessageId } from '../../../lib/domain/message-id.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { hashLookup } from '../hash-lookup.ts';
import { findByAddress } from '../people/candidates.ts';
import { readVerified } from '../people/vouch.ts';
import type { Services } from '../services.ts';
import { readErasedAddresses } from './tombstones.ts';

/** One context for all the given messages: the sets hold only what these messages could touch. Runs as the company. */
export const readInterestContext = async (
  services: Services,
  tx: Tx,
  of: { readonly companyId: CompanyId; readonly personId: PersonId; readonly windowFrom: number | null },
  messages: readonly MessageHeaders[],
  act?: 'logged' | 'asked',
): Promise<InterestContext> => {
  const { companyId } = of;
  const addresses = messages.flatMap((message) =>
    message.participants.map((participant) => participant.address),
  );
  const folded = [...new Set(addresses.map(foldAddress))];
  const ids = [...new Set(messages.flatMap((message) => [...message.inReplyTo, ...message.references]))];

  const policy = await tx
    .selectFrom('candor.policy')
    .selectAll()
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  const blocked =
    folded.length === 0
      ? []
      : await tx
          .selectFrom('candor.block_entry')
          .select('entry')
          .where('company_id', '=', companyId)
          .where((where) => where.or([where('person_id', 'is', null), where('person_id', '=', of.personId)]))
          .where('entry', '=', anyOf([...new Set(folded.flatMap(coveringEntries))]))
          .execute();
  const shared =
    folded.length === 0
      ? []
      : await tx
          .selectFrom('candor.shared_address')
          .select('address')
          .where('company_id', '=', companyId)
          .where('address', '=', anyOf(folded))
          .execute();
  const colleagues =
    folded.length === 0
      ? []
      : await tx
          .selectFrom('candor.person_address')
          .select('address')
          .where('company_id', '=', companyId)
          .where('address', '=', anyOf(folded))
          .execute();
  const candidates = await findByAddress(services, tx, companyId, addresses);
  const matching = Alternatives.parse(policy.matching);
  const asksVerified = matching.some((rules) => rules.includes('verified-address'));

  const ownIds = messages.flatMap(({ messageId }) => messageId ?? []);
  const sentIds = await readSentIds(services, tx, companyId, [...new Set([...ids, ...ownIds])]);

  return {
    matching,
    ownDomains: new Set(policy.own_domains),
    blocked: new Set(blocked.map((row) => row.entry)),
    candidateAddresses: new Set(candidates.keys()),
    verifiedAddresses: asksVerified
      ? await readVerified(services, tx, companyId, [...candidates.keys()])
      : new Set(),
    colleagueAddresses: new Set(colleagues.map((row) => row.address)),
    erasedAddresses: await readErasedAddresses(services, tx, companyId, folded),
    sharedAddresses: new Set(shared.map((row) => row.address)),
    keptIds: new Set([...(await readKeptIds(services, tx, companyId, ids)), ...sentIds]),
    sentIds,
    automaticMail: policy.automatic_mail,
    ...(of.windowFrom === null ? {} : { windowFrom: of.windowFrom }),
    ...(act === undefined ? {} : { act }),
  };
};

/** Those of the ids that belong to a message that is kept; an id that is only mentioned does not count. */
const readKeptIds = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  ids: readonly NormalisedMessageId[],
): Promise<ReadonlySet<NormalisedMessageId>> => {
  if (ids.length === 0) return new Set();
  const { hashes, among } = hashLookup(ids, (id) => services.sealing.messageIdHash(companyId, id));
  const rows = await tx
    .selectFrom('candor.message')
    .select('message_id_hash')
    .where('company_id', '=', companyId)
    .where('removed_at', 'is', null)
    .where('message_id_hash', '=', anyOf(hashes))
    .execute();
  return among(rows.map((row) => row.message_id_hash));
};

/** Those of the ids that a message sent through Candor went by. */
const readSentIds = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  ids: readonly NormalisedMessageId[],
): Promise<ReadonlySet<NormalisedMessageId>> => {
  if (ids.length === 0) return new Set();
  const { hashes, among } = hashLookup(ids, (id) => services.sealing.messageIdHash(companyId, id));
  const rows = await tx
    .selectFrom('candor.outgoing')
    .select(['message_id_hash', 'sent_id_hash'])
    .where('company_id', '=', companyId)
    .where((where) =>
      where.or([where('message_id_hash', '=', anyOf(hashes)), where('sent_id_hash', '=', anyOf(hashes))]),
    )
    .execute();
  return among(rows.flatMap((row) => [row.message_id_hash, row.sent_id_hash]));
};
