/*
 * From a copy in a mailbox to rows on the record: one message per Message-ID and company, however many mailboxes hold it.
 * Called only with what `interest` kept, and always inside the transaction that accounts for it.
 */
import {
  type CandidateId,
  type CompanyId,
  type MailboxId,
  MessageId,
  type PersonId,
  type ThreadId,
} from '../../lib/contract/ids.ts';
import { type Address, foldAddress } from '../../lib/domain/address.ts';
import type { KeepEvidence } from '../../lib/domain/interest.ts';
import type { MessageHeaders } from '../../lib/domain/message.ts';
import { type NormalisedMessageId, normaliseMessageId } from '../../lib/domain/message-id.ts';
import type { Tx } from '../db/schema.ts';
import type { ParsedMime } from '../providers/mime.ts';
import type { CopyHeaders } from '../providers/provider.ts';
import { findByAddress } from './candidates.ts';
import { joinThread, lockThreads } from './join-threads.ts';
import { sealAttachmentMeta, sealBody, sealHead, toHead } from './mail-content.ts';
import type { Services } from './services.ts';

export type MailboxOwner = {
  readonly companyId: CompanyId;
  readonly mailboxId: MailboxId;
  readonly personId: PersonId;
};

export type KeptCopy = {
  readonly copy: CopyHeaders;
  readonly headers: MessageHeaders;
  /** Absent when the message is too large to keep whole: then only its headers are kept. */
  readonly mail: ParsedMime | undefined;
  readonly because: readonly KeepEvidence[];
  readonly isAutomatic: boolean;
};

export type Ingested = {
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  readonly isNewMessage: boolean;
  /** The copy's row, when this call made it. */
  readonly newCopyId: string | undefined;
  /** Candidates this call filed the thread on, because an address on the message is on their record. */
  readonly newlyFiled: readonly CandidateId[];
};

export const ingestCopy = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  kept: KeptCopy,
): Promise<Ingested> => {
  const { companyId } = owner;
  await lockThreads(tx, companyId);
  const candidates = await candidatesOn(services, tx, companyId, kept.headers);
  const ownId = kept.headers.messageId ?? syntheticId(services, companyId, kept);
  const stored =
    (await readStored(services, tx, companyId, ownId, kept)) ??
    (await storeMessage(services, tx, owner, {
      ownId,
      kept,
      candidateId: candidates.length === 1 ? candidates[0] : undefined,
    }));
  await storeParticipants(services, tx, owner, stored, kept.headers);
  const newCopyId = await storeCopy(tx, owner, stored, kept.copy);
  const newlyFiled = await fileByAddress(services, tx, companyId, stored.threadId, candidates);
  await tx
    .insertInto('candor.decision')
    .values({
      company_id: companyId,
      mailbox_id: owner.mailboxId,
      person_id: owner.personId,
      copy_hash: copyHash(services, owner, kept.copy.providerMessageId),
      message_id: stored.messageId,
      decision: 'keep',
      rule: kept.because[0]?.rule ?? 'logged',
      decided_at: services.clock.now(),
    })
    .onConflict((conflict) =>
      conflict.columns(['mailbox_id', 'copy_hash']).doUpdateSet((set) => ({
        message_id: set.ref('excluded.message_id'),
        decision: set.ref('excluded.decision'),
        rule: set.ref('excluded.rule'),
        decided_at: set.ref('excluded.decided_at'),
      })),
    )
    .execute();
  return {
    messageId: stored.messageId,
    threadId: stored.threadId,
    isNewMessage: stored.isNew,
    newCopyId,
    newlyFiled,
  };
};

/** Files the thread on candidates whose addresses stand on its mail; gives back those it was not filed on before. */
const fileByAddress = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  threadId: ThreadId,
  candidateIds: readonly CandidateId[],
): Promise<readonly CandidateId[]> => {
  if (candidateIds.length === 0) return [];
  const rows = await tx
    .insertInto('candor.thread_candidate')
    .values(
      candidateIds.map((candidateId) => ({
        company_id: companyId,
        thread_id: threadId,
        candidate_id: candidateId,
        because: 'candidate-address' as const,
        filed_at: services.clock.now(),
      })),
    )
    .onConflict((conflict) => conflict.columns(['thread_id', 'candidate_id']).doNothing())
    .returning('candidate_id')
    .execute();
  return rows.map((row) => row.candidate_id);
};

/** Names one copy in the decision ledger without telling anything of it. */
export const copyHash = (
  services: Services,
  owner: Pick<MailboxOwner, 'companyId' | 'mailboxId'>,
  providerMessageId: string,
): Buffer => services.sealing.keyedHash('copy', owner.companyId, `${owner.mailboxId}|${providerMessageId}`);

const candidatesOn = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  headers: MessageHeaders,
): Promise<readonly CandidateId[]> => {
  const found = await findByAddress(
    services,
    tx,
    companyId,
    headers.participants.map((each) => each.address),
  );
  return [...new Set([...found.values()].flat())];
};

type Stored = { readonly messageId: MessageId; readonly threadId: ThreadId; readonly isNew: boolean };

/** The message as it is already on record. The same id with other content is another message: then there is none yet. */
const readStored = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  ownId: NormalisedMessageId,
  kept: KeptCopy,
): Promise<Stored | undefined> => {
  const rows = await tx
    .selectFrom('candor.message')
    .select(['id', 'thread_id', 'content_hash', 'body_state'])
    .where('company_id', '=', companyId)
    .where('message_id_hash', '=', services.sealing.messageIdHash(companyId, ownId))
    .orderBy('variant')
    .execute();
  const content = contentHash(services, companyId, kept);
  // A copy whose body was too large to fetch says nothing of its content, so it counts as the first one known by its id.
  const same = rows.find(
    (row) => kept.mail === undefined || row.body_state === 'headers-only' || row.content_hash.equals(content),
  );
  return same === undefined ? undefined : { messageId: same.id, threadId: same.thread_id, isNew: false };
};

const storeMessage = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  message: {
    readonly ownId: NormalisedMessageId;
    readonly kept: KeptCopy;
    readonly candidateId: CandidateId | undefined;
  },
): Promise<Stored> => {
  const { companyId } = owner;
  const { kept, candidateId } = message;
  const messageId = MessageId.parse(crypto.randomUUID());
  const threadId = await joinThread(services, tx, companyId, {
    messageId,
    ownId: message.ownId,
    headers: kept.headers,
  });
  const idHash = services.sealing.messageIdHash(companyId, message.ownId);
  const last = await tx
    .selectFrom('candor.message')
    .select((select) => select.fn.max('variant').as('variant'))
    .where('company_id', '=', companyId)
    .where('message_id_hash', '=', idHash)
    .executeTakeFirst();
  const at = { companyId, candidateId, messageId };
  const attachments = kept.mail?.attachments ?? [];
  await tx
    .insertInto('candor.message')
    .values({
      id: messageId,
      company_id: companyId,
      thread_id: threadId,
      message_id_hash: idHash,
      variant: last?.variant === null || last?.variant === undefined ? 0 : last.variant + 1,
      content_hash: contentHash(services, companyId, kept),
      is_synthetic_id: kept.headers.messageId === undefined,
      sent_at: kept.headers.sentAt,
      head_sealed: await sealHead(services, tx, at, toHead(kept.headers)),
      body_sealed:
        kept.mail === undefined
          ? null
          : await sealBody(services, tx, at, {
              ...(kept.mail.text === undefined ? {} : { text: kept.mail.text }),
              ...(kept.mail.html === undefined ? {} : { html: kept.mail.html }),
            }),
      body_state: kept.mail === undefined ? 'headers-only' : 'whole',
      is_automatic: kept.isAutomatic,
      kept_by: kept.because.map((each) => each.rule),
      attachment_count: attachments.length,
      size_bytes: kept.copy.sizeBytes,
      created_at: services.clock.now(),
    })
    .execute();
  await storeAttachments(services, tx, { ...at, threadId }, attachments);
  return { messageId, threadId, isNew: true };
};

const storeAttachments = async (
  services: Services,
  tx: Tx,
  at: {
    readonly companyId: CompanyId;
    readonly candidateId: CandidateId | undefined;
    readonly messageId: MessageId;
    readonly threadId: ThreadId;
  },
  attachments: ParsedMime['attachments'],
): Promise<void> => {
  if (attachments.length === 0) return;
  const { attachment_limit_bytes: limitBytes } = await tx
    .selectFrom('candor.policy')
    .select('attachment_limit_bytes')
    .where('company_id', '=', at.companyId)
    .executeTakeFirstOrThrow();
  for (const attachment of attachments) {
    const attachmentId = crypto.randomUUID();
    await tx
      .insertInto('candor.attachment')
      .values({
        id: attachmentId,
        company_id: at.companyId,
        message_id: at.messageId,
        thread_id: at.threadId,
        meta_sealed: await sealAttachmentMeta(
          services,
          tx,
          { companyId: at.companyId, candidateId: at.candidateId, attachmentId },
          { name: attachment.name ?? 'unnamed', mediaType: attachment.mediaType },
        ),
        content_sealed:
          attachment.content.byteLength > limitBytes
            ? null
            : await services.sealing.seal(
                tx,
                at.companyId,
                at.candidateId,
                { table: 'attachment', row: attachmentId, column: 'content_sealed' },
                attachment.content,
              ),
        size_bytes: attachment.content.byteLength,
      })
      .execute();
  }
};

/** A Bcc stands in one copy only, so it is recorded with the person whose copy tells of it. */
const storeParticipants = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  stored: Stored,
  headers: MessageHeaders,
): Promise<void> => {
  const rows = new Map(
    headers.participants
      .filter((each) => stored.isNew || each.role === 'bcc')
      .map((each) => {
        const hash = services.sealing.addressHash(owner.companyId, foldAddress(each.address));
        return [
          `${each.role}|${hash.toString('hex')}`,
          {
            company_id: owner.companyId,
            message_id: stored.messageId,
            thread_id: stored.threadId,
            role: each.role,
            address_hash: hash,
            bcc_known_by: each.role === 'bcc' ? owner.personId : null,
          },
        ] as const;
      }),
  );
  const all = [...rows.values()];
  for (let from = 0; from < all.length; from += participantsAtOnce) {
    await tx
      .insertInto('candor.participant')
      .values(all.slice(from, from + participantsAtOnce))
      .onConflict((conflict) => conflict.columns(['message_id', 'role', 'address_hash']).doNothing())
      .execute();
  }
};

/** A statement takes 65,535 parameters, six a row. */
const participantsAtOnce = 5_000;

const storeCopy = async (
  tx: Tx,
  owner: MailboxOwner,
  stored: Stored,
  copy: CopyHeaders,
): Promise<string | undefined> => {
  const before = await tx
    .selectFrom('candor.message_copy')
    .select('id')
    .where('mailbox_id', '=', owner.mailboxId)
    .where('provider_message_id', '=', copy.providerMessageId)
    .executeTakeFirst();
  if (before !== undefined) {
    await tx
      .updateTable('candor.message_copy')
      .set({ is_labelled: copy.place.isLabelled })
      .where('id', '=', before.id)
      .execute();
    return undefined;
  }
  const copyId = crypto.randomUUID();
  await tx
    .insertInto('candor.message_copy')
    .values({
      id: copyId,
      company_id: owner.companyId,
      message_id: stored.messageId,
      thread_id: stored.threadId,
      mailbox_id: owner.mailboxId,
      person_id: owner.personId,
      provider_message_id: copy.providerMessageId,
      provider_thread_id: copy.providerThreadId,
      is_labelled: copy.place.isLabelled,
      received_at: copy.receivedAt,
    })
    .execute();
  return copyId;
};

const contentHash = (services: Services, companyId: CompanyId, kept: KeptCopy): Buffer =>
  services.sealing.keyedHash(
    'content',
    companyId,
    `${kept.headers.subject}\n${kept.mail?.text ?? kept.mail?.html ?? ''}`,
  );

/** For a message without a readable Message-ID: the same bytes give the same id in every mailbox. */
const syntheticId = (services: Services, companyId: CompanyId, kept: KeptCopy): NormalisedMessageId => {
  const from = kept.headers.participants
    .map((each) => `${each.role}:${foldAddress(each.address as Address)}`)
    .join(',');
  const basis = `${kept.headers.sentAt}|${from}|${kept.headers.subject}|${(kept.mail?.text ?? '').slice(0, 1024)}`;
  const made = normaliseMessageId(
    `<${services.sealing.keyedHash('synthetic-id', companyId, basis).toString('hex')}@synthetic.candor>`,
  );
  if (made === undefined) throw new Error('a synthetic Message-ID did not parse');
  return made;
};
