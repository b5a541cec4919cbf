/* Requests for access: one's own, and what a colleague asks. */
import {
  type AccessAsk,
  AccessRequestId,
  type AskableThread,
  type AskedAccess,
} from '../../lib/contract/access-request.ts';
import type { ThreadView } from '../../lib/contract/thread.ts';
import * as f from './fixtures.ts';

const id = (nth: number) => AccessRequestId.parse(`00000000-0000-4000-8000-00000000080${nth}`);
const candidate = { candidateId: f.dana.candidateId, name: f.dana.name };

export const asked: readonly AskedAccess[] = [
  { id: id(1), candidate, owner: f.ana, state: 'waiting', at: f.ago({ minutes: 40 }) },
  { id: id(2), candidate, owner: f.tom, state: 'refused', at: f.ago({ days: 2 }) },
];
export const ask: AccessAsk = {
  id: id(3),
  candidate,
  asker: f.ana,
  reason: 'I meet her on Friday and would like to know what was agreed.',
  at: f.ago({ minutes: 5 }),
};
export const askable: readonly AskableThread[] = [
  {
    threadId: f.threadId,
    subject: 'Application for the backend role',
    lastAt: f.ago({ days: 1 }),
    messageCount: 4,
    isRead: false,
  },
  { threadId: f.otherThreadId, subject: '', lastAt: f.ago({ days: 30 }), messageCount: 1, isRead: true },
];

/** Mail with Dana is hidden from the person, who is told that Ana and Tom are in contact. */
export const hiddenView = (facts: Partial<ThreadView> = {}): ThreadView =>
  f.threadView({ history: { threads: [], hiddenCount: 3, contacts: [f.ana, f.tom] }, ...facts });
