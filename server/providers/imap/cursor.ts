/*
 * What is known of a mailbox, as a cursor: of each folder its UIDVALIDITY, exactly the UIDs that were told of, and which of
 * them were marked. There is no watermark that could pass a message: what is not in the set has not been told.
 */
import { z } from 'zod';
import { Failure } from '../../base/failure.ts';
import { UidValidity } from './ids.ts';
import type { UidSet } from './uid-set.ts';

/** What is told anew when it changes: the company's label, and the flags that say where a message stands. */
export type Marks = { readonly labelled: UidSet; readonly drafts: UidSet; readonly deleted: UidSet };

export type KnownFolder = {
  readonly path: string;
  readonly uidValidity: string;
  readonly seen: UidSet;
  readonly marks: Marks;
  /** There only when everything in the folder was told of at that stamp. */
  readonly stamp?: string;
};

export type Cursor = {
  /** 'list': the mailbox is told of anew, from `from` on. */
  readonly walk: 'changes' | 'list';
  /** Epoch ms. */
  readonly from?: number;
  readonly folders: readonly KnownFolder[];
};

export const writeCursor = ({ walk, from, folders }: Cursor): string =>
  JSON.stringify({
    v: 1,
    walk,
    ...(from === undefined ? {} : { from }),
    folders: folders.map(({ path, uidValidity, seen, marks, stamp }) => ({
      path,
      uidValidity,
      seen: pack(seen),
      labelled: pack(marks.labelled),
      drafts: pack(marks.drafts),
      deleted: pack(marks.deleted),
      ...(stamp === undefined ? {} : { stamp }),
    })),
  } satisfies z.input<typeof CursorText>);

/** Throws: bad-input for a cursor that is none of ours. */
export const readCursor = (text: string): Cursor => {
  try {
    if (text.length > longestCursor) throw new RangeError('A cursor is too long');
    const { walk, from, folders } = CursorText.parse(JSON.parse(text));
    return {
      walk,
      ...(from === undefined ? {} : { from }),
      folders: folders.map(({ path, uidValidity, stamp, ...sets }) => ({
        path,
        uidValidity,
        seen: sets.seen,
        marks: { labelled: sets.labelled, drafts: sets.drafts, deleted: sets.deleted },
        ...(stamp === undefined ? {} : { stamp }),
      })),
    };
  } catch (cause) {
    throw new Failure('bad-input', 'The cursor is none that this mailbox was given', { cause });
  }
};

/** Characters. A folder of a hundred thousand messages with every second one deleted takes half a million. */
const longestCursor = 32 * 1024 * 1024;

/** Each run as its distance from the one before and its length, in base 36: "1-9" is 1:10, a single UID has no length. */
const pack = (set: UidSet): string => {
  let end = 0;
  return set
    .map(([from, to]) => {
      const gap = (from - end).toString(36);
      end = to;
      return to === from ? gap : `${gap}-${(to - from).toString(36)}`;
    })
    .join(',');
};

const unpack = (text: string): UidSet => {
  let end = 0;
  return text === ''
    ? []
    : text.split(',').map((run) => {
        const [gap = '', length = '0'] = run.split('-');
        const from = end + Number.parseInt(gap, 36);
        end = from + Number.parseInt(length, 36);
        return [from, end] as const;
      });
};

const isRising = (set: UidSet): boolean =>
  set.every(([from, to], nth) => from >= 1 + (set[nth - 1]?.[1] ?? 0) && to >= from && to <= 0xffff_ffff);

const PackedUids = z
  .string()
  .regex(/^([1-9a-z][0-9a-z]{0,6}(-[1-9a-z][0-9a-z]{0,6})?(,(?!$)|$))*$/)
  .transform(unpack)
  .refine(isRising);

const CursorText = z.strictObject({
  v: z.literal(1),
  walk: z.enum(['changes', 'list']),
  from: z.int().optional(),
  folders: z
    .array(
      z.strictObject({
        path: z.string().min(1),
        uidValidity: UidValidity,
        seen: PackedUids,
        labelled: PackedUids,
        drafts: PackedUids,
        deleted: PackedUids,
        stamp: z.string().min(1).max(100).optional(),
      }),
    )
    .max(100_000),
});
