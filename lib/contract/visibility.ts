/* What the company lets its people see by default, and the changes of it that were proposed. */
import { z } from 'zod';
import { hiddenTiers, presetNames } from '../domain/visibility.ts';
import { ThreadId } from './ids.ts';
import { PersonRef } from './person.ts';

export const Visibility = z.object({
  defaultVisibility: z.enum(['record-access', 'owner-only']),
  hiddenTier: z.enum(hiddenTiers),
  keeps: z.enum(['whole', 'headers']),
  isReadingAllowed: z.boolean(),
});
export type Visibility = z.infer<typeof Visibility>;

export const ChangeId = z.uuid().brand('ChangeId');
export type ChangeId = z.infer<typeof ChangeId>;

const SightCount = z.object({
  threadCount: z.int().nonnegative(),
  personCount: z.int().nonnegative(),
});

/** What a change would do for one colleague. Threads the asker may not read are a number. */
const SightOfPerson = z.object({
  person: PersonRef,
  gainsCount: z.int().nonnegative(),
  losesCount: z.int().nonnegative(),
  /** Some of those that the asker may read themself. */
  named: z.array(z.object({ threadId: ThreadId, subject: z.string(), change: z.enum(['gains', 'loses']) })),
  unnamedCount: z.int().nonnegative(),
});
export type SightOfPerson = z.infer<typeof SightOfPerson>;

/** What a change would do, tried out on all that is on record; nothing is changed. */
export const VisibilityTrial = z.object({
  opened: SightCount,
  closed: SightCount,
  people: z.array(SightOfPerson),
  said: z.string(),
  needsSecond: z.boolean(),
  waitMs: z.int().positive(),
});
export type VisibilityTrial = z.infer<typeof VisibilityTrial>;

/** A change on its way. */
const PendingChange = z.object({
  changeId: ChangeId,
  to: Visibility,
  said: z.string(),
  /** Absent for somebody who left. */
  by: PersonRef.optional(),
  proposedAt: z.iso.datetime(),
  /** When it takes effect; absent while a second admin is waited for. */
  dueAt: z.iso.datetime().optional(),
  /** Whether the asker is one who may agree. */
  mayAgree: z.boolean(),
});

/** One that took effect and can still be taken back. */
const UndoableChange = z.object({
  changeId: ChangeId,
  said: z.string(),
  by: PersonRef.optional(),
  appliedAt: z.iso.datetime(),
  undoUntil: z.iso.datetime(),
});

export const VisibilityState = z.object({
  now: Visibility,
  preset: z.enum(presetNames).optional(),
  pending: PendingChange.optional(),
  undoable: UndoableChange.optional(),
});
export type VisibilityState = z.infer<typeof VisibilityState>;

export const ChangeRequest = z.object({ changeId: ChangeId, how: z.enum(['agree', 'withdraw', 'undo']) });
export type ChangeRequest = z.infer<typeof ChangeRequest>;
