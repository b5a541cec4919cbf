import { test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { browse } from '../world/browse.ts';
const world = aWorld({ connected: [], log: { info: () => {}, warn: (e, f) => console.log('W', e, f), error: (e, f) => console.log('E', e, f) } });
test('x', async () => {
  const b = browse(world.server.url);
  const p = await b.post('/sign-in/google', { to: '/' });
  console.log(p.status, p.location, p.text.slice(0, 500));
});
