/* A window that is told anew comes newest first and a page at a time; it must bring the same as mail that came in its order. */
import { expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look } from '../world/acts.ts';
import { ana, jane, noor } from '../world/people.ts';

const world = aWorld({ connected: [ana], largestPage: 2 });

test('an answer that is told of before what it answers is kept with it, whoever wrote it', async () => {
  const at = world.clock.now();
  const asked = world.send({
    from: jane,
    to: [ana, noor],
    subject: 'My referee',
    text: 'Noor knows my work.',
    id: 'referee@mailbox.test',
    at,
  });
  for (const nth of [1, 2, 3, 4])
    world.send({
      from: { name: 'Shop', address: 'shop@offers.test' },
      to: [ana],
      subject: `Offer ${nth}`,
      text: 'Buy',
      at: at + nth * 1_000,
    });
  const answer = world.send({
    from: noor,
    to: [ana],
    subject: 'Re: My referee',
    text: 'I do, and it is good.',
    references: ['referee@mailbox.test'],
    at: at + 10_000,
  });
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  expect(answer.get(ana.address)).toBe(asked.get(ana.address));
  const thread = keptThread(await look(world.as(ana), asked.get(ana.address) ?? ''));
  expect(thread.messageCount).toBe(2);
});
