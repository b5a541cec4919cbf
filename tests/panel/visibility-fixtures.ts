/* What the server tells of a company's visibility, of a trial, and of a change on its way. */

import { ThreadId } from '../../lib/contract/ids.ts';
import type { PersonRef } from '../../lib/contract/person.ts';
import {
  ChangeId,
  type SightOfPerson,
  type VisibilityState,
  type VisibilityTrial,
} from '../../lib/contract/visibility.ts';
import { changeDelayMs, presets } from '../../lib/domain/visibility.ts';
import * as f from './fixtures.ts';

type Pending = NonNullable<VisibilityState['pending']>;

export const visibility = (facts: Partial<VisibilityState> = {}): VisibilityState => ({
  now: presets['private-first'],
  preset: 'private-first',
  ...facts,
});

export const pendingVisibility = (facts: Partial<Pending> = {}): Pending => ({
  changeId: ChangeId.parse(f.uuid(800)),
  to: presets['open-team'],
  said: '214 conversations become visible to 31 people who do not read them now.',
  by: f.you,
  proposedAt: f.ago({ minutes: 3 }),
  mayAgree: false,
  ...facts,
});

export const undoableVisibility: NonNullable<VisibilityState['undoable']> = {
  changeId: ChangeId.parse(f.uuid(801)),
  said: '214 conversations become visible to 31 people who do not read them now.',
  by: f.you,
  appliedAt: f.ago({ minutes: 40 }),
  undoUntil: f.ago({ days: -1 }),
};

const sight = (
  person: PersonRef,
  gainsCount: number,
  losesCount: number,
  subjects: readonly string[],
): SightOfPerson => ({
  person,
  gainsCount,
  losesCount,
  named: subjects.map((subject, nth) => ({
    threadId: ThreadId.parse(f.uuid(820 + nth)),
    subject,
    change: 'gains',
  })),
  unnamedCount: gainsCount + losesCount - subjects.length,
});

/** Opens so much that one admin alone does not. */
export const largeTrial: VisibilityTrial = {
  opened: { threadCount: 214, personCount: 3 },
  closed: { threadCount: 12, personCount: 1 },
  people: [
    sight(f.tom, 120, 0, ['Application for the backend role', 'Next steps', '']),
    sight(f.ines, 94, 12, []),
    sight(f.lea, 1, 0, ['A subject so long that it needs a second line wherever the column is a narrow one']),
  ],
  said: '214 conversations become visible to 3 people who do not read them now. 12 conversations are no longer visible to 1 person who reads them now.',
  needsSecond: true,
  waitMs: changeDelayMs,
};

/** Changes nothing of what anybody reads. */
export const emptyTrial: VisibilityTrial = {
  opened: { threadCount: 0, personCount: 0 },
  closed: { threadCount: 0, personCount: 0 },
  people: [],
  said: 'Nobody gains or loses sight of any conversation on record.',
  needsSecond: false,
  waitMs: changeDelayMs,
};
