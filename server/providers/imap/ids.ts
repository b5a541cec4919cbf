/*
 * Names for copies and threads of an IMAP mailbox. A copy is known by where it lies: folder, UIDVALIDITY and UID, which stay
 * until it is moved. A thread is known by the server's own thread id, or else by the Message-ID it began with, so that it
 * can be searched for; a message without any id is a thread of its own.
 */
import { z } from 'zod';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { Failure } from '../../base/failure.ts';
import type { CopyRef } from '../provider.ts';

export type CopyAt = { readonly path: string; readonly uidValidity: string; readonly uid: number };
export type ThreadAt =
  | { readonly by: 'server'; readonly threadId: string }
  | { readonly by: 'root'; readonly messageId: string }
  | { readonly by: 'copy'; readonly copy: CopyAt };
/** What threads are told by in a message's headers. */
export type Ids = Pick<MessageHeaders, 'messageId' | 'inReplyTo' | 'references'>;

export const toMessageName = ({ path, uidValidity, uid }: CopyAt): string => write([path, uidValidity, uid]);

/** Throws: not-found for a name that was never given out. */
export const readMessageName = (name: string): CopyAt => {
  const [path, uidValidity, uid] = read(CopyName, name);
  return { path, uidValidity, uid };
};

/** The same for every message of a thread whose References are whole; otherwise the thread is found by searching. */
export const threadOf = (copy: CopyAt, ids: Ids, serverThreadId?: string): ThreadAt => {
  if (serverThreadId !== undefined) return { by: 'server', threadId: serverThreadId };
  const root = ids.references[0] ?? ids.inReplyTo[0] ?? ids.messageId;
  return root === undefined ? { by: 'copy', copy } : { by: 'root', messageId: root };
};

export const toThreadName = (thread: ThreadAt): string => {
  if (thread.by === 'server') return write(['server', thread.threadId]);
  if (thread.by === 'root') return write(['root', thread.messageId]);
  return write(['copy', thread.copy.path, thread.copy.uidValidity, thread.copy.uid]);
};

/** Throws: not-found for a name that was never given out. */
export const readThreadName = (name: string): ThreadAt => {
  const [by, first, ...rest] = read(ThreadName, name);
  if (by === 'server') return { by, threadId: first };
  if (by === 'root') return { by, messageId: first };
  const [uidValidity, uid] = rest as [string, number];
  return { by, copy: { path: first, uidValidity, uid } };
};

export const toRef = (copy: CopyAt, ids: Ids, serverThreadId?: string): CopyRef => ({
  providerMessageId: toMessageName(copy),
  providerThreadId: toThreadName(threadOf(copy, ids, serverThreadId)),
});

export const noIds: Ids = { inReplyTo: [], references: [] };

/** Source: RFC 9051 sec. 9, nz-number. */
export const Uid = z.int().min(1).max(0xffff_ffff);
export const UidValidity = z.string().regex(/^[1-9]\d{0,19}$/);
const CopyName = z.tuple([z.string().min(1), UidValidity, Uid]);
const ThreadName = z.union([
  z.tuple([z.literal('server'), z.string().min(1)]),
  z.tuple([z.literal('root'), z.string().min(1)]),
  z.tuple([z.literal('copy'), z.string().min(1), UidValidity, Uid]),
]);

const write = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

const read = <T>(shape: z.ZodType<T>, name: string): T => {
  try {
    return shape.parse(JSON.parse(Buffer.from(name, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new Failure('not-found', 'No such name was given out', { cause });
  }
};
