/* What colleagues did before the demo begins: one talk with the candidate shared with the team, one kept to Mia. */
import { keptThread, log, look, setStance } from '../world/acts.ts';
import { jane, mia } from '../world/people.ts';
import type { World } from '../world/start-world.ts';

export const makeTeamHistory = async (world: World): Promise<void> => {
  const who = world.as(mia);
  for (const [name, stance] of [
    ['jane-mia', 'shared'],
    ['jane-salary', 'private'],
  ] as const) {
    const providerThreadId = world.threadId(mia, name);
    await log(who, providerThreadId, [world.candidateId(jane.address)]);
    const { threadId } = keptThread(await look(who, providerThreadId));
    await setStance(who, providerThreadId, threadId, stance);
  }
};
