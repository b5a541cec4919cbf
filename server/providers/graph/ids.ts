/*
 * Graph's ids as the port has them: the REST alphabet without the padding at the end, which a mail page may leave out as well.
 * They are case-sensitive and otherwise opaque.
 */
import { z } from 'zod';
import { Failure, failureReason } from '../../base/failure.ts';

/** An id in an answer -> an id of the port. */
export const GraphId = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,1020}={0,3}$/)
  .transform((id) => id.replace(/=+$/, ''));

/** An id of the port -> what Graph calls it. */
export const toGraphId = (id: string): string => id.padEnd(Math.ceil(id.length / 4) * 4, '=');

/** As one piece of a path. */
export const inPath = (id: string): string => encodeURIComponent(toGraphId(id));

/** As a text in a filter, where an apostrophe is written twice. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The condition that chooses a conversation's messages. Graph refuses it together with any order. */
export const ofConversation = (providerThreadId: string): string =>
  encodeURIComponent(`conversationId eq ${quoted(toGraphId(providerThreadId))}`);

/** Graph answers 400 to what cannot be an id; to us that is a message nobody has, like any other. */
export const idMayBeUnknown = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (thrown) {
    if (failureReason(thrown) !== 'bad-input') throw thrown;
    throw new Failure('not-found', 'Graph knows no such id', { cause: thrown });
  }
};
