/*
 * Sending by Graph. A message is first laid among the drafts: its id there stays its id in Sent Items, so that after a crash
 * the mailbox itself says whether it went. With leave to send alone there is no such way, and nothing to look in.
 * As MIME, because in JSON Graph takes no In-Reply-To. Source: Microsoft Graph "Send Outlook messages", read 2026-11.
 */
import { z } from 'zod';
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import { normaliseMessageId } from '../../../lib/domain/message-id.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import { composeDraft } from '../compose.ts';
import type { Attempt, Draft, Sent } from '../provider.ts';
import { Done, MessageRef } from './answers.ts';
import type { GraphHttp } from './http.ts';
import { inPath, quoted } from './ids.ts';
import { readProfile } from './profile.ts';

export const sendDraft = async (
  http: GraphHttp,
  access: AccessLevel,
  draft: Draft,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Sent> => {
  if (access === 'send-only') return sendUnseen(http, draft, attempt, signal);
  const laid = await layDraft(http, draft, attempt, signal);
  if (laid.isDraft) await sendLaid(http, laid, signal);
  return { messageId: normaliseMessageId(laid.internetMessageId) ?? draft.messageId, refused: [] };
};

const sendLaid = async (http: GraphHttp, { id }: Laid, signal: AbortSignal): Promise<void> => {
  const call = { method: 'POST', path: `/me/messages/${inPath(id)}/send`, isOnce: true } as const;
  try {
    await refusingRecipients(() => http.call('messages/send', call, Done, signal));
  } catch (thrown) {
    if (failureReason(thrown) !== 'mailbox-disconnected') throw thrown;
    // A grant from before Candor sent opens the mailbox and not the way out, and leaves the mailbox as it is.
    await readProfile(http, signal);
    throw new Failure('cannot-send', 'The grant lets Candor read this mailbox and not send', {
      cause: thrown,
    });
  }
};

const sendUnseen = async (
  http: GraphHttp,
  draft: Draft,
  { earlier }: Attempt,
  signal: AbortSignal,
): Promise<Sent> => {
  if (earlier !== undefined)
    throw new Failure('outcome-unknown', 'A mailbox that may not be read is not looked in');
  const mime = await composeDraft(draft);
  await refusingRecipients(() =>
    http.call('sendMail', { method: 'POST', path: '/me/sendMail', mime, isOnce: true }, Done, signal),
  );
  return { messageId: draft.messageId, refused: [] };
};

/** The draft as it lies in the mailbox, or what became of the one that an earlier attempt laid there. */
const layDraft = async (
  http: GraphHttp,
  draft: Draft,
  { earlier, keep }: Attempt,
  signal: AbortSignal,
): Promise<Laid> => {
  const known = earlier === undefined ? undefined : await findLaid(http, draft, earlier.handle, signal);
  if (known !== undefined) return known;
  const mime = await composeDraft(draft);
  const laid = await refusingRecipients(() =>
    http.call('messages/create', { method: 'POST', path: '/me/messages', mime, isOnce: true }, Laid, signal),
  );
  await keep(laid.id);
  return laid;
};

/** Throws: outcome-unknown where a draft that was laid is not there any more, neither as one nor as sent. */
const findLaid = async (
  http: GraphHttp,
  draft: Draft,
  handle: string | undefined,
  signal: AbortSignal,
): Promise<Laid | undefined> => {
  if (handle === undefined) {
    // Laid and not noted: it goes by the id it was given, unless Graph gave it another; then it stays among the drafts.
    const filter = encodeURIComponent(`internetMessageId eq ${quoted(`<${draft.messageId}>`)}`);
    const { value } = await http.call(
      'messages/list',
      { path: `/me/messages?$filter=${filter}&$select=${laidSelect}` },
      z.object({ value: z.array(Laid) }),
      signal,
    );
    return value[0];
  }
  try {
    const path = `/me/messages/${inPath(handle)}?$select=${laidSelect}`;
    return await http.call('messages/get', { path }, Laid, signal);
  } catch (thrown) {
    if (failureReason(thrown) !== 'not-found') throw thrown;
    throw new Failure('outcome-unknown', 'A draft that was laid is gone', { cause: thrown });
  }
};

const laidSelect = 'id,conversationId,isDraft,internetMessageId';
const Laid = MessageRef.extend({ isDraft: z.boolean(), internetMessageId: z.string() });
type Laid = z.infer<typeof Laid>;

/** The source is ours and sound; only what stands in To and Cc came from outside. */
const refusingRecipients = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (thrown) {
    if (failureReason(thrown) !== 'bad-input') throw thrown;
    throw new Failure('recipient-refused', 'Graph takes no such recipient', { cause: thrown });
  }
};
