import { expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { look } from '../world/acts.ts';
import { ana } from '../world/people.ts';

const world = aWorld();
test('smoke', async () => {
  console.time('view');
  const view = await look(world.as(ana), world.threadId(ana, 'jane'));
  console.timeEnd('view');
  expect(view.thread.state).toBe('not-kept');
  console.log((await world.dump()).length);
});
