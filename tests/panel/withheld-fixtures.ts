/* Messages of a thread to leave out of what is shared, and a share that waits for its owner. */
import { MessageId } from '../../lib/contract/ids.ts';
import type { LeavableMessage, PausedShare, SharePause } from '../../lib/contract/withheld.ts';
import * as f from './fixtures.ts';

const message = (
  nth: number,
  from: string,
  subject: string,
  facts: Partial<LeavableMessage> = {},
): LeavableMessage => ({
  messageId: MessageId.parse(`00000000-0000-4000-8000-00000000070${nth}`),
  subject,
  from,
  sentAt: f.ago({ days: 9 - nth }),
  isLeftOut: false,
  isSideBranch: false,
  ...facts,
});

export const leavable: readonly LeavableMessage[] = [
  message(1, 'Dana Reyes', 'Application for the backend role'),
  message(2, 'Mira Okafor', 'Re: Application for the backend role'),
  message(3, 'Rita Roth', 'Fwd: Application for the backend role', { isSideBranch: true }),
  message(4, 'Dana Reyes', ''),
];

export const pause: SharePause = {
  at: f.ago({ days: 2 }),
  messageCount: 2,
  said: 'rita@agency.example was not on this thread before 24 November 2026.',
};

export const pausedShares: readonly PausedShare[] = [
  {
    threadId: f.threadId,
    ref: { mailboxAddress: 'mira@hooli.example', providerThreadId: '18c2f0a1b2c3d4e5' },
    subject: 'Application for the backend role',
    pause,
  },
];
