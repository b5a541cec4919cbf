/* Conversations that an import would keep. */
import type { PreviewThread } from '../../lib/contract/import-preview.ts';
import * as f from './fixtures.ts';

const thread = (nth: number, facts: Partial<PreviewThread> = {}): PreviewThread => ({
  providerThreadId: `18c2f0a1b2c3d4e${nth}`,
  subject: 'Application for the backend role',
  firstAt: f.ago({ days: 90 - nth }),
  lastAt: f.ago({ days: 80 - nth }),
  messageCount: 4,
  candidates: [{ candidateId: f.dana.candidateId, name: f.dana.name }],
  others: [f.dana.name],
  because: ['dana.reyes@mail.example is on a candidate’s record.'],
  readers: [f.reader(f.you, 'copy', 'it is in your own mailbox', 4)],
  isOnRecord: false,
  hashes: [String(nth).repeat(64)],
  ...facts,
});

export const previewThreads: readonly PreviewThread[] = [
  thread(1),
  thread(2, {
    subject: '',
    messageCount: 1,
    firstAt: f.ago({ days: 10 }),
    lastAt: f.ago({ days: 10 }),
    readers: [
      f.reader(f.you, 'copy', 'it is in your own mailbox', 1),
      f.reader(f.tom, 'team', 'hiring team of Backend engineer', 1),
    ],
    isOnRecord: true,
  }),
  thread(3, { candidates: [], others: ['rita@agency.example'], subject: 'Fees' }),
];
