/* Sending by Gmail, which files what it sends by itself. What it was given is never sent again before it was looked for. */
import type { AccessLevel } from '../../../lib/domain/access-level.ts';
import { readMessageIdHeader } from '../../../lib/domain/message-id.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import { composeDraft } from '../compose.ts';
import type { Attempt, Draft, Sent } from '../provider.ts';
import { MessagePage, MessageRef, MessageWithHeaders } from './answers.ts';
import type { GmailHttp } from './http.ts';

/** Gmail gives no handle before it sends; after it, the id of the copy in Sent. */
export const sendDraft = async (
  http: GmailHttp,
  access: AccessLevel,
  draft: Draft,
  { earlier, keep }: Attempt,
  signal: AbortSignal,
): Promise<Sent> => {
  if (earlier !== undefined) {
    if (access === 'send-only')
      throw new Failure('outcome-unknown', 'A mailbox that may not be read is not looked in');
    const id = earlier.handle ?? (await findSent(http, draft, signal));
    if (id !== undefined) return readSent(http, draft, id, signal);
  }
  const raw = (await composeDraft(draft)).toString('base64url');
  const { id } = await postInThread(http, raw, draft.providerThreadId, signal);
  await keep(id);
  return access === 'full' ? readSent(http, draft, id, signal) : { messageId: draft.messageId, refused: [] };
};

/** Of a thread that is gone from the mailbox Gmail says so and sends nothing; the message is one of its own then. */
const postInThread = async (
  http: GmailHttp,
  raw: string,
  threadId: string | undefined,
  signal: AbortSignal,
): Promise<MessageRef> => {
  try {
    return await post(http, { raw, ...(threadId === undefined ? {} : { threadId }) }, signal);
  } catch (thrown) {
    if (threadId === undefined || failureReason(thrown) !== 'not-found') throw thrown;
    return post(http, { raw }, signal);
  }
};

const post = async (
  http: GmailHttp,
  requestBody: { readonly raw: string; readonly threadId?: string },
  signal: AbortSignal,
): Promise<MessageRef> => {
  try {
    return await http.call(
      'users.messages.send',
      MessageRef,
      (users, options) => users.messages.send({ userId: 'me', requestBody }, options),
      signal,
    );
  } catch (thrown) {
    // The source is ours and sound; only what stands in To and Cc came from outside.
    if (failureReason(thrown) !== 'bad-input') throw thrown;
    throw new Failure('recipient-refused', 'Gmail takes no such recipient', { cause: thrown });
  }
};

const findSent = async (http: GmailHttp, draft: Draft, signal: AbortSignal): Promise<string | undefined> => {
  const { messages } = await http.call(
    'users.messages.list',
    MessagePage,
    (users, options) =>
      users.messages.list(
        { userId: 'me', q: `rfc822msgid:${draft.messageId}`, labelIds: ['SENT'], includeSpamTrash: true },
        options,
      ),
    signal,
  );
  return messages[0]?.id;
};

/** Gmail keeps an id it finds sound and puts its own in the place of any other. */
const readSent = async (http: GmailHttp, draft: Draft, id: string, signal: AbortSignal): Promise<Sent> => {
  const { payload } = await http.call(
    'users.messages.get',
    MessageWithHeaders,
    (users, options) =>
      users.messages.get({ userId: 'me', id, format: 'metadata', metadataHeaders: ['Message-ID'] }, options),
    signal,
  );
  const ids = payload.headers.filter(({ name }) => name.toLowerCase() === 'message-id');
  return { messageId: readMessageIdHeader(ids.map(({ value }) => value)) ?? draft.messageId, refused: [] };
};
