/*
 * Whatever happens to a mailbox, and whatever goes wrong meanwhile: who follows the deltas ends up knowing exactly what is
 * there. The follower here does what the port asks of every consumer, and no more.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CopyRef } from '../../server/providers/provider.ts';
import type { Fault } from '../lab/faults.ts';
import { type Follower, follow } from './follower.ts';
import { ana, type GmailAtLab, openGmailAtLab } from './gmail-at-lab.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

type Step =
  | { readonly step: 'deliver' | 'lose-history' | 'pull' }
  | { readonly step: 'remove' | 'trash' | 'untrash' | 'read'; readonly nth: number }
  | { readonly step: 'fault'; readonly how: Fault['how'] };

const nth = fc.nat({ max: 50 });
const faults: Fault['how'][] = [401, 403, 429, 500, 'reset', 'not-json'];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: fc.record({ step: fc.constant('deliver') }) },
    { weight: 5, arbitrary: fc.record({ step: fc.constant('pull') }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('lose-history') }) },
    { weight: 4, arbitrary: fc.record({ step: fc.constantFrom('remove', 'trash', 'untrash', 'read'), nth }) },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('fault'), how: fc.constantFrom(...faults) }) },
  ),
  { maxLength: 60 },
);

describe('nothing is lost', () => {
  test('a follower of the deltas knows every message there is, and none that is gone', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const box = await openGmailAtLab({ pageSize: 3 });
        try {
          const follower = follow(box.provider, await box.provider.start(never));
          for (const step of schedule) await take(box, follower, step);
          await follower.catchUp();
          const here = box.lab.mailbox(ana).messages();
          const listed = here.filter(({ labelIds }) => !labelIds.has('TRASH')).map(({ id }) => id);
          expect(listed.filter((id) => !follower.known.has(id))).toEqual([]);
          const ids = new Set(here.map(({ id }) => id));
          expect([...follower.known].filter((id) => !ids.has(id))).toEqual([]);
        } finally {
          await box.close();
        }
      }),
      { numRuns: 100 },
    );
  });
});

const take = async (box: GmailAtLab, follower: Follower, step: Step): Promise<void> => {
  const mailbox = box.lab.mailbox(ana);
  const pick = (index: number): CopyRef | undefined => {
    const messages = mailbox.messages();
    const message = messages[index % Math.max(messages.length, 1)];
    return message && { providerMessageId: message.id, providerThreadId: message.threadId };
  };
  switch (step.step) {
    case 'deliver':
      box.deliver(letter({ subject: `Nr ${mailbox.historyId()}` }));
      return;
    case 'lose-history':
      await box.loseHistory();
      return;
    case 'pull':
      await follower.pull();
      return;
    case 'fault':
      box.lab.fail({ match: '/users/me/', times: 1, how: step.how, retryAfterSeconds: 1 });
      return;
    default: {
      const ref = pick(step.nth);
      if (ref === undefined) return;
      if (step.step === 'remove') await box.remove(ref);
      if (step.step === 'trash') await box.trash(ref);
      if (step.step === 'untrash') mailbox.relabel(mailbox.message(ref.providerMessageId), [], ['TRASH']);
      if (step.step === 'read') await box.markRead(ref);
    }
  }
};
