/* Colleagues to pick from, what letting one of them read would open, and what was opened to oneself. */
import type { Colleague } from '../../lib/contract/person.ts';
import type { GrantedThread, KeptThread } from '../../lib/contract/thread.ts';
import type { GrantPreview } from '../../lib/contract/thread-action.ts';
import * as f from './fixtures.ts';

export const colleagues: readonly Colleague[] = [
  { ...f.ana, address: 'ana@hooli.example', role: 'recruiter' },
  { ...f.raj, address: 'raj.patel@hooli.example', role: 'interviewer' },
  { ...f.yuki, address: 'yuki@hooli.example', role: 'interviewer' },
];

export const grantPreview: GrantPreview = {
  threadId: f.threadId,
  granteeId: f.raj.personId,
  gains: [{ person: f.raj, messageCount: 4, keepsCount: 0, because: 'granted by Mira on 26 November 2026' }],
  said: 'Raj Patel will see 4 messages they cannot read now. They see new mail on it too, as far as it reaches you.',
};

/** Raj reads it by leave of the person who looks. */
export const grantedThread = (facts: Partial<KeptThread> = {}): KeptThread =>
  f.privateThread({
    readers: [
      f.reader(f.you, 'copy', 'it is in your own mailbox', 4),
      f.reader(f.raj, 'grant', 'granted by Mira Okafor on 26 November 2026, until 3 December 2026', 4),
    ],
    grants: [{ person: f.raj, endsAt: f.ago({ days: -7 }) }],
    ...facts,
  });

export const granted: readonly GrantedThread[] = [
  {
    threadId: f.threadId,
    subject: 'Application for the backend role',
    lastAt: f.ago({ days: 3 }),
    by: f.ana,
    grantedAt: f.ago({ minutes: 30 }),
    endsAt: f.ago({ days: -7 }),
  },
  {
    threadId: f.otherThreadId,
    subject: '',
    lastAt: f.ago({ days: 30 }),
    by: f.tom,
    grantedAt: f.ago({ days: 20 }),
  },
];
