/*
 * A person answers a thread they may read, by their primary mailbox, to people who are on it. The reply has its Message-ID and
 * its job before anything leaves; sending it is server/services/sending/deliver.ts.
 */
import type { ActionKey, MailboxId } from '../../../lib/contract/ids.ts';
import type { ReplyAction, SettleReply } from '../../../lib/contract/send.ts';
import type { ActionOutcome } from '../../../lib/contract/thread-action.ts';
import { type Address, domainOf, foldAddress } from '../../../lib/domain/address.ts';
import { normaliseMessageId } from '../../../lib/domain/message-id.ts';
import { replyReferences, replySubject } from '../../../lib/domain/reply.ts';
import { listNames } from '../../../lib/domain/wording.ts';
import { Failure } from '../../base/failure.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import { type ReadableThread, requireReadable } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { type Head, openHead } from '../ingest/mail-content.ts';
import { readServers } from '../mailboxes/servers.ts';
import type { Services } from '../services.ts';
import { type DraftContent, sealDraft } from './draft-content.ts';

/**
 * Done once by its key. Throws: thread-hidden; not-found for a message that is not on the thread; bad-input for a recipient
 * who is not; mailbox-disconnected; cannot-send; already-done for another person's key.
 */
export const sendReply = (services: Services, actor: Actor, reply: ReplyAction): Promise<ActionOutcome> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const said = 'Your reply is being sent.';
    if (await isKnown(tx, reply.key)) return { key: reply.key, said };
    const mailbox = await requireSender(tx, actor);
    const thread = await requireReadable(tx, reply.threadId);
    const content = await writeDraft(services, tx, thread, mailbox, reply, actor);
    const inserted = await tx
      .insertInto('candor.outgoing')
      .values({
        id: reply.key,
        company_id: actor.companyId,
        person_id: actor.personId,
        mailbox_id: mailbox.mailboxId,
        thread_id: reply.threadId,
        state: 'sending',
        message_id_hash: services.sealing.messageIdHash(actor.companyId, content.messageId),
        draft_sealed: await sealDraft(services, tx, { companyId: actor.companyId, key: reply.key }, content),
        due_at: services.clock.now(),
        sent_at: null,
        failure_reason: null,
        created_at: services.clock.now(),
        handle: null,
        begun_at: null,
        sent_id_hash: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    // Twice at the same time by the same person is one reply; a key of somebody else's is not theirs to answer for.
    if (inserted === undefined && !(await isKnown(tx, reply.key)))
      throw new Failure('already-done', 'the key is another person’s');
    await services.enqueue({ kind: 'message.send', companyId: actor.companyId, outgoingId: reply.key });
    const names = content.to.map(({ name, address }) => name ?? address);
    return { key: reply.key, said: `Your reply to ${listNames(names)} is being sent.` };
  });

/** The mailbox the person's messages go out by; undefined while it is not connected or has no server to send by. */
export const readSender = async (
  tx: Tx,
  actor: Actor,
): Promise<{ readonly mailboxId: MailboxId; readonly address: string } | 'cannot-send' | undefined> => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select(['id', 'address', 'provider', 'servers'])
    .where('person_id', '=', actor.personId)
    .where('is_primary', '=', true)
    .where('state', '=', 'connected')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const hasWay = row.provider !== 'imap' || readServers(row.servers)?.smtp !== undefined;
  return hasWay ? { mailboxId: row.id, address: row.address } : 'cannot-send';
};

/** Only of one that failed. Throws: not-found. */
export const settleReply = (
  services: Services,
  actor: Actor,
  { key, how }: SettleReply,
): Promise<{ readonly key: ActionKey }> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const again = { state: 'sending', attempts: 0, handle: null, due_at: services.clock.now() } as const;
    const row = await tx
      .updateTable('candor.outgoing')
      .set(how === 'retry' ? { ...again, failure_reason: null } : { state: 'cancelled', draft_sealed: null })
      .where('id', '=', key)
      .where('state', '=', 'failed')
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) throw new Failure('not-found', 'no reply of this person failed under the key');
    if (how === 'retry')
      await services.enqueue({ kind: 'message.send', companyId: actor.companyId, outgoingId: key });
    return { key };
  });

const isKnown = async (tx: PersonTx, key: ActionKey): Promise<boolean> =>
  (await tx.selectFrom('candor.outgoing').select('id').where('id', '=', key).executeTakeFirst()) !==
  undefined;

const requireSender = async (tx: PersonTx, actor: Actor) => {
  const sender = await readSender(tx, actor);
  if (sender === undefined) throw new Failure('mailbox-disconnected', 'no primary mailbox is connected');
  if (sender === 'cannot-send') throw new Failure('cannot-send', 'the primary mailbox has no way out');
  return sender;
};

const writeDraft = async (
  services: Services,
  tx: PersonTx,
  thread: ReadableThread,
  mailbox: { readonly address: string },
  reply: ReplyAction,
  actor: Actor,
): Promise<DraftContent> => {
  const answered = thread.messages.find(({ messageId }) => messageId === reply.messageId);
  if (answered === undefined) throw new Failure('not-found', 'no such message on the thread');
  const heads: Head[] = [];
  for (const message of thread.messages) heads.push(await openHead(services, tx, message));
  const head = await openHead(services, tx, answered);
  const messageId = normaliseMessageId(`${reply.key}@${domainOf(mailbox.address as Address)}`);
  if (messageId === undefined) throw new Error('A mailbox has an address no id can be made of.');
  const { inReplyTo = [], references = [] } = head;
  return {
    messageId,
    // Mail is dated in whole seconds.
    date: Math.floor(services.clock.now() / 1_000) * 1_000,
    from: { address: mailbox.address, name: actor.name },
    to: recipientsAmong(heads, reply.to),
    subject: replySubject(head.subject),
    text: reply.text,
    answers: answered.messageId,
    ...(head.messageId === undefined ? {} : { inReplyTo: head.messageId }),
    references: [...replyReferences({ messageId: head.messageId, inReplyTo, references })],
  };
};

/** As they stand on the thread, with their names. Nobody is written to who was on Bcc, or on no message of it. */
const recipientsAmong = (heads: readonly Head[], wanted: readonly string[]): DraftContent['to'] => {
  const known = new Map(
    heads
      .flatMap(({ participants }) => participants)
      .filter(({ role }) => role !== 'bcc')
      .map(({ address, name }) => [foldAddress(address as Address), { address, name }]),
  );
  return [...new Set(wanted.map((address) => foldAddress(address as Address)))].map((folded) => {
    const person = known.get(folded);
    if (person === undefined) throw new Failure('bad-input', 'a recipient is not on the thread');
    const { address, name } = person;
    return name === undefined ? { address } : { address, name };
  });
};
