/* What we read of Gmail's answers. Source: the Schema$ types of @googleapis/gmail 22.0.1. */
import { z } from 'zod';

const Id = z.string().min(1);
/** A number beyond 2^53: kept as text, compared never. */
export const HistoryId = z.string().regex(/^\d{1,32}$/);
export const MessageRef = z.object({ id: Id, threadId: Id });
export type MessageRef = z.infer<typeof MessageRef>;

export const ProfileAnswer = z.object({ emailAddress: z.string(), historyId: HistoryId });

const PlainMessage = MessageRef.extend({
  /** A message with no label at all has none of these. */
  labelIds: z.array(z.string()).default([]),
});

export const MinimalMessage = PlainMessage.extend({ sizeEstimate: z.int().nonnegative() });

export const MessageWithHeaders = MinimalMessage.extend({
  internalDate: z.string().regex(/^-?\d{1,15}$/),
  payload: z.object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) }),
});
export type MessageWithHeaders = z.infer<typeof MessageWithHeaders>;

export const RawMessageAnswer = MessageRef.extend({ raw: z.string() });

export const ThreadAnswer = z.object({ messages: z.array(MessageWithHeaders).min(1) });
export const ThreadLabels = z.object({ messages: z.array(PlainMessage) });

export const MessagePage = z.object({
  messages: z.array(MessageRef).default([]),
  nextPageToken: z.string().min(1).optional(),
});

const Touched = z.array(z.object({ message: MessageRef })).default([]);
const Relabelled = z
  .array(z.object({ message: MessageRef, labelIds: z.array(z.string()).default([]) }))
  .default([]);
/** A page may go on and hold no history at all. */
export const HistoryPage = z.object({
  historyId: HistoryId,
  nextPageToken: z.string().min(1).optional(),
  history: z
    .array(
      z.object({
        messagesAdded: Touched,
        messagesDeleted: Touched,
        labelsAdded: Relabelled,
        labelsRemoved: Relabelled,
      }),
    )
    .default([]),
});
export type HistoryPage = z.infer<typeof HistoryPage>;

export const Label = z.object({ id: Id, name: z.string() });
export type Label = z.infer<typeof Label>;
export const LabelList = z.object({ labels: z.array(Label).default([]) });

/** An answer of which only that it came matters. */
export const Done = z.object({ id: Id });
