import type { z } from 'zod';
import type { GraphHttp } from './http.ts';

/** All items of a list, page by page as Graph's links lead. */
export const readAll = async <Item>(
  http: GraphHttp,
  name: string,
  path: string,
  page: z.ZodType<{ readonly value: Item[]; readonly '@odata.nextLink'?: string | undefined }>,
  signal: AbortSignal,
  pageSize?: number,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let at: string | undefined = path; at !== undefined; ) {
    const answer: { readonly value: Item[]; readonly '@odata.nextLink'?: string | undefined } =
      await http.call(name, { path: at, ...(pageSize === undefined ? {} : { pageSize }) }, page, signal);
    items.push(...answer.value);
    const next: string | undefined = answer['@odata.nextLink'];
    at = next === undefined ? undefined : http.pathOf(next);
  }
  return items;
};
