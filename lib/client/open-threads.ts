/* Which thread is open in which tab. In the browser's session storage: it outlives the worker, not the browser, and no content script reads it. */
import { z } from 'zod';
import { OpenThread, ReaderTrouble } from '../contract/page.ts';
import type { World } from './world.ts';

const TabThread = z.discriminatedUnion('state', [
  z.object({ state: z.literal('open'), thread: OpenThread }),
  z.object({ state: z.literal('trouble'), trouble: ReaderTrouble }),
]);
export type TabThread = z.infer<typeof TabThread>;

export const makeOpenThreads = (world: World) => {
  const { session } = world.extension.storage;
  const keyOf = (tabId: number): string => `tab:${tabId}`;
  return {
    read: async (tabId: number): Promise<TabThread | undefined> => {
      const key = keyOf(tabId);
      const stored = TabThread.safeParse((await session.get(key))[key]);
      return stored.success ? stored.data : undefined;
    },
    put: (tabId: number, what: TabThread): Promise<void> => session.set({ [keyOf(tabId)]: what }),
    drop: (tabId: number): Promise<void> => session.remove(keyOf(tabId)),
  };
};
