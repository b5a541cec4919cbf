/*
 * Whatever happens to a mailbox and its folders, and whatever goes wrong meanwhile: who follows the deltas ends up knowing
 * exactly what is there. The follower here does what the port asks of every consumer, and no more.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../lab/faults.ts';
import type { LostLink } from '../lab/graph/links.ts';
import { follow } from './follower.ts';
import { ana, type GraphAtLab, openGraphAtLab, toRef } from './graph-at-lab.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

type Step =
  | { readonly step: 'pull' | 'make-folder' }
  | { readonly step: 'deliver' | 'remove' | 'purge' | 'read' | 'there-and-back'; readonly nth: number }
  | { readonly step: 'move'; readonly nth: number; readonly to: number }
  | { readonly step: 'throw-folder' | 'bring-folder' | 'remove-folder'; readonly nth: number }
  | { readonly step: 'lose-links'; readonly how: LostLink; readonly nth: number }
  | { readonly step: 'fault'; readonly how: Fault['how'] };

const nth = fc.nat({ max: 50 });
const faults: Fault['how'][] = [401, 429, 500, 'reset', 'not-json'];
const losses: LostLink[] = ['gone', 'syncStateNotFound', 'resyncRequired', 'ErrorInvalidSyncStateData'];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: fc.record({ step: fc.constant('deliver'), nth }) },
    { weight: 6, arbitrary: fc.record({ step: fc.constant('pull') }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('make-folder') }) },
    { weight: 4, arbitrary: fc.record({ step: fc.constant('move'), nth, to: nth }) },
    {
      weight: 4,
      arbitrary: fc.record({ step: fc.constantFrom('remove', 'purge', 'read', 'there-and-back'), nth }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ step: fc.constantFrom('throw-folder', 'bring-folder', 'remove-folder'), nth }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ step: fc.constant('lose-links'), how: fc.constantFrom(...losses), nth }),
    },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('fault'), how: fc.constantFrom(...faults) }) },
  ),
  { maxLength: 40 },
);

describe('nothing is lost', () => {
  test('a follower of the deltas knows every message there is, and none that is gone', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const box = await openGraphAtLab({ pageSize: 3 });
        try {
          box.lab.mailbox(ana).makeFolder('Candidates');
          const follower = follow(box.provider, await box.provider.start(never));
          for (const step of schedule) await take(box, follower.pull, step);
          await follower.catchUp();
          const here = box.lab
            .mailbox(ana)
            .messages()
            .map((message) => toRef(message).providerMessageId);
          expect([...follower.known].sort()).toEqual(here.sort());
        } finally {
          await box.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});

const take = async (box: GraphAtLab, pull: () => Promise<unknown>, step: Step): Promise<void> => {
  const mailbox = box.lab.mailbox(ana);
  const pick = <One>(all: readonly One[], index: number): One | undefined =>
    all[index % Math.max(all.length, 1)];
  const folders = mailbox.folders();
  const own = folders.filter(({ wellKnownName }) => wellKnownName === undefined);
  switch (step.step) {
    case 'deliver': {
      // A rule of the person's puts every other message into a folder of their own.
      const folder = step.nth % 2 === 0 ? pick(own, step.nth)?.id : undefined;
      const raw = letter({ subject: `Nr ${mailbox.changeNr()}` });
      box.lab.deliver(ana, raw, folder === undefined ? {} : { folder });
      return;
    }
    case 'pull':
      await pull();
      return;
    case 'make-folder':
      mailbox.makeFolder(`Folder ${folders.length}`);
      return;
    case 'fault':
      box.lab.fail({ match: '/me/', times: 1, how: step.how, retryAfterSeconds: 1 });
      return;
    case 'lose-links':
      box.lab.loseLinks(step.how, pick(folders, step.nth)?.id.slice(0, 60));
      return;
    case 'throw-folder':
    case 'bring-folder':
    case 'remove-folder': {
      const folder = pick(own, step.nth);
      if (folder === undefined) return;
      if (step.step === 'remove-folder') mailbox.removeFolder(folder.id);
      else mailbox.moveFolder(folder.id, step.step === 'throw-folder' ? 'deleteditems' : 'inbox');
      return;
    }
    default: {
      const message = pick(mailbox.messages(), step.nth);
      if (message === undefined) return;
      if (step.step === 'remove') mailbox.remove(message);
      if (step.step === 'purge') mailbox.purge(message);
      if (step.step === 'read') mailbox.markRead(message);
      if (step.step === 'move') mailbox.move(message, pick(folders, step.to)?.id ?? 'inbox');
      if (step.step === 'there-and-back') {
        const before = message.folderId;
        mailbox.move(message, 'archive');
        mailbox.move(message, before);
      }
    }
  }
};
