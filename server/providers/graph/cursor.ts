/*
 * Where each folder of a mailbox stands, as a cursor. A folder without a link is yet to be begun; what is read of it until its
 * first deltaLink is a list of what lies there, and from then on its changes.
 */
import { z } from 'zod';
import { Failure } from '../../base/failure.ts';
import { FolderPlace, mostFolders } from './folders.ts';

const Stand = z.strictObject({
  id: z.string().min(1).max(1_024),
  place: FolderPlace,
  /** nextLink or deltaLink, below the version, otherwise exactly as Graph gave it. */
  link: z.string().startsWith('/').max(16_384).optional(),
  /** 'list': what lies there is being read. 'round': a round of changes is under way. 'settled': the round is over. */
  at: z.enum(['list', 'round', 'settled']),
});
/** `from`: what lies there is told of from then on only, epoch ms. */
const Cursor = z.strictObject({
  v: z.literal(1),
  /** 'list': a folder was lost since the last round that was told to its end, and what lies there is told of anew. */
  walk: z.enum(['changes', 'list']),
  from: z.int().optional(),
  folders: z.array(Stand).max(mostFolders),
});
export type FolderStand = z.infer<typeof Stand>;
export type Cursor = z.infer<typeof Cursor>;

export const writeCursor = (cursor: Cursor): string => JSON.stringify(cursor);

/** Throws: bad-input for a cursor that is none of ours. */
export const readCursor = (text: string): Cursor => {
  try {
    return Cursor.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('bad-input', 'The cursor is none that this mailbox was given', { cause });
  }
};
