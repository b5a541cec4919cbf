/*
 * Sending by SMTP, and the copy in Sent by IMAP, unless the server files one by itself. SMTP tells nobody later what became of
 * a message: between the moment it leaves and the moment it is noted as taken, a crash leaves that unknown, and then it is
 * not sent again.
 */
import type { Address } from '../../../lib/domain/address.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import { composeDraft } from '../compose.ts';
import type { Attempt, Draft, Sent } from '../provider.ts';
import { append, examine, requireAlive, searchUids } from './commands.ts';
import type { Connection } from './dial.ts';
import { type Folder, type Folders, isGmail } from './folders.ts';
import type { ImapSession } from './session.ts';
import { type Submission, submit } from './submission.ts';

export type SendingOptions = {
  readonly session: Pick<ImapSession, 'use'>;
  readonly folders: Folders;
  /** Undefined where the person named no server to send by. */
  readonly submission: Submission | undefined;
};

/** What an attempt keeps, in this order; `held`: the server said no, and nothing has left. */
type Handle = 'leaving' | 'held' | 'taken';

export const sendDraft = async (
  options: SendingOptions,
  draft: Draft,
  { earlier, keep }: Attempt,
  signal: AbortSignal,
): Promise<Sent> => {
  const { session, submission } = options;
  const note = (handle: Handle) => keep(handle);
  const sent = (refused: readonly Address[]): Sent => ({ messageId: draft.messageId, refused });
  if (submission === undefined) throw new Failure('cannot-send', 'The mailbox has no server to send by');
  const file = async (raw: Buffer) => {
    await session.use(signal, (connection) => fileInSent(options, connection, draft, raw));
  };

  if (earlier?.handle === 'taken') {
    await file(await composeDraft(draft));
    return sent([]);
  }
  if (earlier?.handle === 'leaving') {
    if (await session.use(signal, (connection) => isInSent(options, connection, draft))) return sent([]);
    throw new Failure('outcome-unknown', 'It was leaving when the attempt ended');
  }
  const raw = await composeDraft(draft);
  const refused = await submitNoting(options, submission, draft, raw, note, signal);
  await note('taken');
  await file(raw);
  return sent(refused);
};

const submitNoting = async (
  { session }: SendingOptions,
  submission: Submission,
  draft: Draft,
  raw: Buffer,
  note: (handle: Handle) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly Address[]> => {
  const to = [...draft.to, ...draft.cc].map(({ address }) => address);
  try {
    return await submit(submission, { from: draft.from.address, to }, raw, () => note('leaving'), signal);
  } catch (thrown) {
    const reason = failureReason(thrown);
    if (reason !== undefined && reason !== 'outcome-unknown') await note('held');
    if (reason !== 'mailbox-disconnected') throw thrown;
    // A password that opens the mailbox and not the way out leaves the mailbox as it is.
    await session.use(signal, requireAlive);
    throw new Failure('cannot-send', 'The server lets this mailbox read and not send', { cause: thrown });
  }
};

/** A server that files what it sends by itself has done so by now, or is Gmail, which always does. */
const fileInSent = async (
  options: SendingOptions,
  connection: Connection,
  draft: Draft,
  raw: Buffer,
): Promise<void> => {
  if (isGmail(connection) || (await isInSent(options, connection, draft))) return;
  const folder = await sentFolder(options.folders, connection);
  const path = folder?.path ?? (await connection.imap.mailboxCreate(['Sent'])).path;
  await append(connection, path, raw, draft.date);
};

const isInSent = async (
  { folders }: SendingOptions,
  connection: Connection,
  draft: Draft,
): Promise<boolean> => {
  const folder = await sentFolder(folders, connection);
  if (folder === undefined) return false;
  await examine(connection, folder.path);
  return (await searchUids(connection, { header: { 'message-id': `<${draft.messageId}>` } })).length > 0;
};

/** Gmail shows each message in one folder besides its labels. */
const sentFolder = async (folders: Folders, connection: Connection): Promise<Folder | undefined> => {
  const all = await folders.list(connection);
  return all.find(({ use }) => use === 'sent') ?? all.find(({ use }) => use === 'all');
};
