/*
 * Where a search through a mailbox stands: candidates' addresses some at a time, in the order of their rows' ids, and then
 * the label. The addresses of a search under way are named by their rows, so that one added meanwhile changes no page of it.
 */
import { z } from 'zod';

export const Position = z.discriminatedUnion('at', [
  z.strictObject({
    at: z.literal('addresses'),
    /** The last address row that is done. */
    after: z.uuid().optional(),
    /** The rows that are searched for now, of which pages are left. */
    batch: z.array(z.uuid()).min(1).optional(),
    page: z.string().min(1).optional(),
  }),
  z.strictObject({ at: z.literal('label'), page: z.string().min(1).optional() }),
  z.strictObject({ at: z.literal('end') }),
]);
export type Position = z.infer<typeof Position>;

export const begin: Position = { at: 'addresses' };
