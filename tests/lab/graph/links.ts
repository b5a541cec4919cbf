/* Links as Graph's: opaque, good only where they were given, and gone when Graph forgets them. */
import { createHash } from 'node:crypto';
import { GraphRefusal } from './errors.ts';

/** Where a link goes on. */
export type Mark = {
  readonly path: string;
  /** The query it was begun with; a link carries all of it. */
  readonly query: string;
  readonly after: number;
  /** A list of changes: the change up to which a round is told of, and the one it began from. */
  readonly upTo?: number;
  readonly since?: number;
};

export type Links = {
  /** The same place gives the same text, as long as nothing was forgotten. */
  readonly give: (name: '$skiptoken' | '$deltatoken' | '$skip', mark: Mark) => string;
  /** Throws: 410 or 400 for one that was forgotten, 400 for one that was never given. */
  readonly take: (path: string, text: string) => Mark;
  /** Every link of folders so far is refused, in one of the ways Graph does. */
  readonly forget: (how: LostLink, path?: string) => void;
};

/** 'gone': 410 with a Location. The others: 400 with that code. */
export type LostLink = 'gone' | 'syncStateNotFound' | 'resyncRequired' | 'ErrorInvalidSyncStateData';

export const createLinks = (): Links => {
  const given = new Map<string, { readonly mark: Mark; lost: LostLink | undefined }>();
  let era = 0;
  return {
    give: (name, mark) => {
      const text = createHash('sha256')
        .update(`${era}${name}${JSON.stringify(mark)}`)
        .digest('base64url');
      if (!given.has(text)) given.set(text, { mark, lost: undefined });
      return `${mark.path}?${name}=${text}`;
    },
    take: (path, text) => {
      const found = given.get(text);
      if (found === undefined || found.mark.path !== path)
        throw new GraphRefusal(400, 'BadRequest', 'Badly formed token.');
      if (found.lost === 'gone')
        throw new GraphRefusal(410, 'SyncStateNotFound', 'The sync state generation is not found.', {
          location: `https://graph.microsoft.com/v1.0${path}`,
        });
      if (found.lost !== undefined)
        throw new GraphRefusal(400, found.lost, 'The sync state is not found or was made anew.');
      return found.mark;
    },
    forget: (how, path) => {
      era += 1;
      for (const one of given.values())
        if (one.mark.path.endsWith('/delta') && (path === undefined || one.mark.path.includes(path)))
          one.lost = how;
    },
  };
};
