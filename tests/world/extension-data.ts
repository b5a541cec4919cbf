import type { PersonsBrowser } from './browser.ts';

/** All that the extension keeps in the browser, as text: every area of its storage, and every row of its databases. */
export const storedByExtension = async (browser: Pick<PersonsBrowser, 'worker'>): Promise<string> => {
  const worker = await browser.worker();
  return await worker.evaluate(async () => {
    const done = <T>(asked: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    const databases: Record<string, unknown> = {};
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name));
      for (const table of db.objectStoreNames)
        databases[`${name}/${table}`] = await done(db.transaction(table).objectStore(table).getAll());
      db.close();
    }
    const { local, session, sync } = chrome.storage;
    const areas = { local: await local.get(), session: await session.get(), sync: await sync.get() };
    return JSON.stringify({ ...areas, databases, caches: await caches.keys() });
  });
};
