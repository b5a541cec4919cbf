/* One message on the record: found by its Message-ID and content, or sealed and stored. */
import { type CandidateId, type CompanyId, MessageId, type ThreadId } from '../../../lib/contract/ids.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { type NormalisedMessageId, normaliseMessageId } from '../../../lib/domain/message-id.ts';
import type { Tx } from '../../db/schema.ts';
import type { ParsedMime } from '../../providers/mime.ts';
import type { Services } from '../services.ts';
import { joinThread } from './join-threads.ts';
import type { KeptCopy, MailboxOwner } from './kept-copy.ts';
import { sealAttachmentMeta, sealBody, sealHead, toHead } from './mail-content.ts';

export type Stored = { readonly messageId: MessageId; readonly threadId: ThreadId; readonly isNew: boolean };

/** The message on record, stored when it is not there yet; `candidateId` says whose key seals it. */
export const findOrStoreMessage = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  kept: KeptCopy,
  candidateId: CandidateId | undefined,
): Promise<Stored> => {
  const ownId = kept.headers.messageId ?? syntheticId(services, owner.companyId, kept);
  return (
    (await readStored(services, tx, owner.companyId, ownId, kept)) ??
    (await storeMessage(services, tx, owner, { ownId, kept, candidateId }))
  );
};

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
  const at = { companyId, candidateId, row: messageId };
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
  await storeAttachments(services, tx, { companyId, candidateId, messageId, threadId }, attachments);
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
          { companyId: at.companyId, candidateId: at.candidateId, row: attachmentId },
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
