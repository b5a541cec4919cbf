/*
 * Sends what a person wrote, once. That an attempt began is committed before the provider is asked, and from then on each
 * attempt looks first; what came of it is committed after. What a cut-off attempt leaves open is said and not tried again.
 */
import type { FailureReason } from '../../../lib/contract/failure.ts';
import type { ActionKey, CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import type { Address } from '../../../lib/domain/address.ts';
import { normaliseMessageId } from '../../../lib/domain/message-id.ts';
import { type Failure, failureReason } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Attempt, Draft, Mailer, Sent } from '../../providers/provider.ts';
import { withMailbox } from '../mailboxes/mailbox-access.ts';
import type { Services } from '../services.ts';
import { answeredAs, type CopyAnswered, findAnswered } from './answered.ts';
import { type DraftContent, openDraft } from './draft-content.ts';

type OutgoingAt = { readonly companyId: CompanyId; readonly outgoingId: ActionKey };

/** What is due of every company, by the timetable: what waited for its mailbox or its turn, or was cut off. */
export const enqueueSends = async (services: Services): Promise<void> => {
  const due = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.outgoing')
      .innerJoin('candor.mailbox', 'candor.mailbox.id', 'candor.outgoing.mailbox_id')
      .select(['candor.outgoing.id', 'candor.outgoing.company_id'])
      .where('candor.outgoing.state', '=', 'sending')
      .where('candor.outgoing.due_at', '<=', services.clock.now())
      .where('candor.mailbox.state', '=', 'connected')
      .execute(),
  );
  for (const { id: outgoingId, company_id: companyId } of due)
    await services.enqueue({ kind: 'message.send', companyId, outgoingId });
};

/** Throws: mailbox-disconnected, provider-busy, provider-refused, after which it is tried again; every other failure is its end. */
export const deliverOutgoing = async (
  services: Services,
  at: OutgoingAt,
  signal: AbortSignal,
): Promise<void> => {
  const begun = await begin(services, at);
  if (begun === undefined) return;
  const { content, answered, earlier } = begun;
  const mailboxAt = { companyId: at.companyId, mailboxId: begun.mailboxId };
  const attempt: Attempt = {
    ...(earlier === undefined ? {} : { earlier }),
    keep: (handle) => keepHandle(services, at, handle),
  };
  let sent: Sent;
  try {
    sent = await withMailbox(
      services,
      mailboxAt,
      'person',
      async (provider) => provider.send(await toDraft(provider, content, answered, signal), attempt, signal),
      signal,
    );
  } catch (thrown) {
    const reason = failureReason(thrown);
    if (reason !== undefined) await noteRefusal(services, at, reason, begun.attempts, thrown as Failure);
    throw thrown;
  }
  await noteSent(services, at, begun.mailboxId, sent);
};

/** A fault of ours ended the last attempt that its job has. */
export const giveUpOutgoing = (services: Services, at: OutgoingAt): Promise<void> =>
  noteFailed(services, at, 'bug');

/** After so many answers that are none, its person is told and decides. */
const mostAttempts = 5;
/** Long enough for what a provider took to show in Sent, so that a look before the next attempt finds it. */
const firstWaitMs = 60_000;
/** While an attempt is under way the timetable leaves it alone. */
const longestAttemptMs = 15 * 60_000;

type Begun = {
  readonly mailboxId: MailboxId;
  readonly content: DraftContent;
  readonly answered: CopyAnswered | undefined;
  readonly attempts: number;
  readonly earlier: Attempt['earlier'];
};

/** Undefined for what is sent, given up or dropped already. */
const begin = (services: Services, at: OutgoingAt): Promise<Begun | undefined> =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, async (tx) => {
    const now = services.clock.now();
    const row = await tx
      .selectFrom('candor.outgoing')
      .selectAll()
      .where('id', '=', at.outgoingId)
      .where('state', '=', 'sending')
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (row.draft_sealed === null || row.mailbox_id === null) {
      await setState(tx, at, { state: 'failed', failure_reason: 'mailbox-disconnected' });
      return undefined;
    }
    const key = { companyId: at.companyId, key: at.outgoingId };
    const content = await openDraft(services, tx, key, row.draft_sealed);
    await setState(tx, at, {
      begun_at: row.begun_at ?? now,
      attempts: row.attempts + 1,
      due_at: now + longestAttemptMs,
      failure_reason: null,
    });
    return {
      mailboxId: row.mailbox_id,
      content,
      answered: await findAnswered(tx, row.mailbox_id, content.answers),
      attempts: row.attempts + 1,
      earlier: row.begun_at === null ? undefined : row.handle === null ? {} : { handle: row.handle },
    };
  });

const toDraft = async (
  provider: Parameters<typeof answeredAs>[0],
  content: DraftContent,
  copy: CopyAnswered | undefined,
  signal: AbortSignal,
): Promise<Draft> => {
  const messageId = normaliseMessageId(content.messageId);
  if (messageId === undefined) throw new Error('A draft has an id that is none.');
  const { date, subject, text } = content;
  const answered = copy === undefined ? undefined : await answeredAs(provider, copy, signal);
  const inReplyTo = answered?.inReplyTo ?? content.inReplyTo;
  return {
    messageId,
    date,
    from: toMailer(content.from),
    to: content.to.map(toMailer),
    cc: [],
    subject,
    text,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    references: answered?.references ?? content.references,
    ...(copy === undefined ? {} : { providerThreadId: copy.providerThreadId }),
  };
};

const toMailer = ({ address, name }: DraftContent['from']): Mailer => ({
  address: address as Address,
  ...(name === undefined ? {} : { name }),
});

const keepHandle = (services: Services, at: OutgoingAt, handle: string): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, (tx) => setState(tx, at, { handle }));

const noteSent = (
  services: Services,
  at: OutgoingAt,
  mailboxId: MailboxId,
  { messageId, refused }: Sent,
): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, async (tx) => {
    await setState(tx, at, {
      state: 'sent',
      sent_at: services.clock.now(),
      sent_id_hash: services.sealing.messageIdHash(at.companyId, messageId),
      draft_sealed: null,
      handle: null,
      failure_reason: refused.length === 0 ? null : 'recipient-refused',
    });
    // On the record it comes as any mail does: from the mailbox that holds it, if that may be read.
    const mailbox = await tx
      .selectFrom('candor.mailbox')
      .select('access_level')
      .where('id', '=', mailboxId)
      .executeTakeFirst();
    if (mailbox?.access_level === 'full')
      await services.enqueue({ kind: 'mailbox.pull', companyId: at.companyId, mailboxId });
    services.log.info('a message was sent', { outgoingId: at.outgoingId, mailboxId });
  });

const noteRefusal = async (
  services: Services,
  at: OutgoingAt,
  reason: FailureReason,
  attempts: number,
  failure: Failure,
): Promise<void> => {
  const waitMs = waitAfter(reason, attempts, failure);
  if (waitMs === undefined) return noteFailed(services, at, reason);
  await services.db.transaction({ kind: 'company', companyId: at.companyId }, (tx) =>
    setState(tx, at, {
      due_at: services.clock.now() + waitMs,
      failure_reason: reason,
      // A wait costs no attempt.
      ...(reason === 'provider-refused' ? {} : { attempts: attempts - 1 }),
    }),
  );
};

/** Undefined: it is not tried again by itself. */
const waitAfter = (reason: FailureReason, attempts: number, failure: Failure): number | undefined => {
  if (reason === 'provider-busy') return failure.retryAfterMs ?? firstWaitMs;
  if (reason === 'mailbox-disconnected') return 0;
  if (reason === 'provider-refused' && attempts < mostAttempts) return firstWaitMs * 4 ** (attempts - 1);
  return undefined;
};

const noteFailed = (services: Services, at: OutgoingAt, reason: FailureReason | 'bug'): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, async (tx) => {
    await setState(tx, at, { state: 'failed', failure_reason: reason });
    services.log.warn('a message was not sent', { outgoingId: at.outgoingId, reason });
  });

const setState = async (tx: Tx, at: OutgoingAt, facts: OutgoingFacts): Promise<void> => {
  await tx
    .updateTable('candor.outgoing')
    .set(facts)
    .where('id', '=', at.outgoingId)
    .where('state', '=', 'sending')
    .execute();
};

type OutgoingFacts = {
  readonly state?: 'sent' | 'failed';
  readonly failure_reason?: string | null;
  readonly begun_at?: number;
  readonly attempts?: number;
  readonly due_at?: number;
  readonly sent_at?: number;
  readonly sent_id_hash?: Buffer;
  readonly draft_sealed?: null;
  readonly handle?: string | null;
};
