/* The mail of a big company, in bulk: threads between candidates and the colleagues who own them. */
import { randomBytes } from 'node:crypto';
import {
  type CandidateId,
  type CompanyId,
  MailboxId,
  MessageId,
  type PersonId,
  ThreadId,
} from '../../lib/contract/ids.ts';
import { type DataKey, sealText } from '../../server/base/vault.ts';
import type { Tx } from '../../server/db/schema.ts';
import type { Actor } from '../../server/services/actor.ts';
import { toHead } from '../../server/services/ingest/mail-content.ts';
import { toSearchable } from '../../server/services/ingest/searchable.ts';
import { storeWords } from '../../server/services/ingest/store-words.ts';
import type { Services } from '../../server/services/services.ts';
import { aMessage } from '../build/a-message.ts';

/** Enough that a timeline of 20 is full. */
export const messagesOfCandidate = 20;
const messagesOfThread = 5;
/** Filler, since nobody here opens a body: random, so that the database can not compress it, as with sealed ones. */
const body = randomBytes(2_000);
const dayMs = 86_400_000;

export type Correspondent = {
  readonly candidateId: CandidateId;
  readonly address: string;
  readonly owner: Actor;
  readonly key: DataKey;
};

/** What messages say, where they are to be found by it. */
export type Spoken = { readonly services: Services; readonly text: () => string };

/** Threads between each candidate and the colleague who owns them, all messages in that colleague's mailbox. */
export const addMail = async (
  tx: Tx,
  companyId: CompanyId,
  correspondents: readonly Correspondent[],
  hash: (address: string) => Buffer,
  startedAt: number,
  spoken?: Spoken,
): Promise<void> => {
  const threads = correspondents.flatMap((with_) =>
    Array.from({ length: messagesOfCandidate / messagesOfThread }, () => ({
      threadId: anId(ThreadId),
      with_,
    })),
  );
  const messages = threads.flatMap(({ threadId, with_ }) =>
    Array.from({ length: messagesOfThread }, (_, index) => {
      const [from, to] =
        index % 2 === 0 ? [with_.address, with_.owner.address] : [with_.owner.address, with_.address];
      return {
        messageId: anId(MessageId),
        threadId,
        with_,
        text: spoken?.text(),
        from,
        to,
        sentAt: startedAt + Math.floor(Math.random() * 300) * dayMs,
        idHash: randomBytes(32),
        head: toHead(aMessage({ from, to: [to], subject: 'About the position' })),
      };
    }),
  );
  await tx
    .insertInto('candor.thread')
    .values(
      threads.map(({ threadId: id }) => ({ id, root_id: id, company_id: companyId, created_at: startedAt })),
    )
    .execute();
  // Filed before there is mail, so that rights are worked out once less.
  await tx
    .insertInto('candor.thread_candidate')
    .values(
      threads.map(({ threadId, with_ }) => ({
        company_id: companyId,
        thread_id: threadId,
        candidate_id: with_.candidateId,
        because: 'candidate-address' as const,
        filed_at: startedAt,
      })),
    )
    .execute();
  await tx
    .insertInto('candor.mention')
    .values(
      messages.map((each) => ({ company_id: companyId, id_hash: each.idHash, thread_id: each.threadId })),
    )
    .execute();
  await tx
    .insertInto('candor.message')
    .values(
      messages.map((each) => ({
        id: each.messageId,
        company_id: companyId,
        thread_id: each.threadId,
        message_id_hash: each.idHash,
        content_hash: each.idHash,
        sent_at: each.sentAt,
        head_sealed: sealText(each.with_.key, JSON.stringify(each.head), {
          companyId,
          table: 'message',
          row: each.messageId,
          column: 'head_sealed',
        }),
        body_sealed:
          each.text === undefined
            ? body
            : sealText(each.with_.key, JSON.stringify({ text: each.text }), {
                companyId,
                table: 'message',
                row: each.messageId,
                column: 'body_sealed',
              }),
        body_state: 'whole' as const,
        kept_by: ['candidate-address' as const],
        size_bytes: body.length,
        created_at: startedAt,
      })),
    )
    .execute();
  if (spoken !== undefined)
    await storeWords(
      spoken.services,
      tx,
      companyId,
      messages.map(({ messageId, head, text }) => ({
        messageId,
        texts: toSearchable(head, text === undefined ? undefined : { text }, []),
      })),
    );
  await tx
    .insertInto('candor.participant')
    .values(
      messages.flatMap((each) =>
        (['from', 'to'] as const).map((role) => ({
          company_id: companyId,
          message_id: each.messageId,
          thread_id: each.threadId,
          role,
          address_hash: hash(each[role]),
        })),
      ),
    )
    .execute();
  await tx
    .insertInto('candor.message_copy')
    .values(
      messages.map((each) => ({
        company_id: companyId,
        message_id: each.messageId,
        thread_id: each.threadId,
        mailbox_id: mailboxOf(each.with_.owner.personId),
        person_id: each.with_.owner.personId,
        provider_message_id: each.messageId,
        provider_thread_id: each.threadId,
        received_at: each.sentAt,
      })),
    )
    .execute();
};

/** Each colleague has one mailbox, under the person's own id. */
export const mailboxOf = (personId: PersonId): MailboxId => MailboxId.parse(personId);

export const anId = <Id>(brand: { readonly parse: (text: string) => Id }): Id =>
  brand.parse(crypto.randomUUID());
