/* What a search found and did not show yet, as a page token: the copies themselves, and where to search on behind them. */
import { z } from 'zod';
import { Failure } from '../../base/failure.ts';
import { type CopyAt, Uid, UidValidity } from './ids.ts';

export type Position = { readonly receivedAt: number; readonly path: string; readonly uid: number };

export type PageLeft = {
  /** In the order they are shown. */
  readonly left: readonly CopyAt[];
  /** There is more behind this one than was remembered. */
  readonly after?: Position;
};

export const writePage = ({ left, after }: PageLeft): string => {
  const runs: { path: string; uidValidity: string; uids: number[] }[] = [];
  for (const { path, uidValidity, uid } of left) {
    const last = runs.at(-1);
    if (last?.path === path && last.uidValidity === uidValidity) last.uids.push(uid);
    else runs.push({ path, uidValidity, uids: [uid] });
  }
  return JSON.stringify({
    v: 1,
    runs: runs.map(({ path, uidValidity, uids }) => [path, uidValidity, uids] as const),
    ...(after === undefined ? {} : { after: [after.receivedAt, after.path, after.uid] as const }),
  } satisfies z.input<typeof PageText>);
};

/** Throws: bad-input for a page that was never given out. */
export const readPage = (text: string): PageLeft => {
  try {
    if (text.length > longestPage) throw new RangeError('A page is too long');
    const { runs, after } = PageText.parse(JSON.parse(text));
    return {
      left: runs.flatMap(([path, uidValidity, uids]) => uids.map((uid) => ({ path, uidValidity, uid }))),
      ...(after === undefined ? {} : { after: { receivedAt: after[0], path: after[1], uid: after[2] } }),
    };
  } catch (cause) {
    throw new Failure('bad-input', 'The page is none that a search was given', { cause });
  }
};

const longestPage = 4 * 1024 * 1024;
const Path = z.string().min(1);
const PageText = z.strictObject({
  v: z.literal(1),
  runs: z.array(z.tuple([Path, UidValidity, z.array(Uid).min(1)])),
  after: z.tuple([z.int(), Path, Uid]).optional(),
});
