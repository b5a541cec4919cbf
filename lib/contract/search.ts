import { z } from 'zod';
import { CandidateId, MessageId, ThreadId } from './ids.ts';

/** A message the next page comes after. */
const SearchCursor = z.object({ sentAt: z.iso.datetime(), messageId: MessageId });

/** All the words must be found, a phrase in quotes as it stands. How much may be looked for: lib/domain/search-query.ts. */
export const SearchRequest = z.object({
  text: z.string().max(5_000),
  /** Only mail filed on them. */
  candidateId: CandidateId.optional(),
  /** Sent at this time or later. */
  from: z.iso.datetime().optional(),
  /** Sent before this time. */
  until: z.iso.datetime().optional(),
  after: SearchCursor.optional(),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

/** Text with the places that were looked for, in UTF-16 units of it, in their order. No HTML. */
export const MarkedText = z.object({
  text: z.string(),
  marks: z.array(z.object({ start: z.int().nonnegative(), end: z.int().nonnegative() })),
});
export type MarkedText = z.infer<typeof MarkedText>;

export const SearchHit = z.object({
  messageId: MessageId,
  threadId: ThreadId,
  sentAt: z.iso.datetime(),
  subject: MarkedText,
  from: MarkedText.optional(),
  /** Of what the message says, around what was found in it, or its beginning. */
  excerpt: MarkedText.optional(),
  /** Whatever else it was found in. */
  also: z.array(MarkedText.extend({ in: z.enum(['to', 'cc', 'attachment']) })),
  /** Whom the thread is filed on, of those the person may open. */
  candidates: z.array(z.object({ candidateId: CandidateId, name: z.string() })),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchAnswer = z.object({
  /** Newest first. */
  hits: z.array(SearchHit),
  /** Absent on the last page. */
  next: SearchCursor.optional(),
  /** Messages from this page on, of those the person may read; `isMore`: older ones were not counted. */
  total: z.object({ count: z.int().nonnegative(), isMore: z.boolean() }),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;
