/*
 * What the browser keeps between two looks at a thread. Each row belongs to a scope (server and person) and is read only
 * for it. Kept out: bodies, and the subjects of private threads, which stand in memory only while the worker runs.
 */
import { Dexie, type Table } from 'dexie';
import { z } from 'zod';
import { FailureReason } from '../contract/failure.ts';
import { ActionKey } from '../contract/ids.ts';
import { MailboxRow } from '../contract/mailbox.ts';
import type { ThreadRef } from '../contract/page.ts';
import { ThreadView } from '../contract/thread.ts';
import { ThreadAction } from '../contract/thread-action.ts';
import type { World } from './world.ts';

export type Store = ReturnType<typeof openStore>;

export const keptForMs = 7 * 24 * 60 * 60_000;
/** Stands where the subject of a private thread would, until the server has answered anew. */
export const privateSubject = 'Private conversation';

/** One thread in one mailbox, as a key: the same however the mail page writes the address. */
export const threadKeyOf = (ref: ThreadRef): string =>
  `${ref.mailboxAddress.trim().toLowerCase()} ${ref.providerThreadId}`;

/** `done`: the server has it; the row stays until a fresh view shows it. */
export const OutboxRow = z.object({
  seq: z.int(),
  key: ActionKey,
  scope: z.string(),
  thread: z.string(),
  action: ThreadAction,
  state: z.enum(['queued', 'sending', 'done', 'refused']),
  refusedFor: FailureReason.or(z.literal('bug')).optional(),
  /** Times it was sent. */
  attempts: z.int().nonnegative(),
  savedAt: z.int(),
  nextTryAt: z.number(),
});
export type OutboxRow = z.infer<typeof OutboxRow>;
export type NewOutboxRow = Omit<OutboxRow, 'seq'>;

type ThreadRow = { scope: string; thread: string; savedAt: number; view: unknown };
type AppRow = { scope: string; savedAt: number; mailboxes: unknown };

export const openStore = (world: World) => {
  const db = new Dexie('candor', world.indexedDb) as Dexie & {
    threadView: Table<ThreadRow, [string, string]>;
    app: Table<AppRow, string>;
    outbox: Table<OutboxRow, number, NewOutboxRow>;
  };
  db.version(1).stores({
    threadView: '[scope+thread], scope, savedAt',
    app: 'scope, savedAt',
    outbox: '++seq, &key, scope, [scope+thread], savedAt',
  });
  const isKept = (row: { savedAt: number }): boolean => world.clock.now() - row.savedAt < keptForMs;

  return {
    outbox: db.outbox,
    inTransaction: <T>(work: () => Promise<T>): Promise<T> => db.transaction('rw', db.outbox, work),

    readThread: async (
      scope: string,
      ref: ThreadRef,
    ): Promise<{ view: ThreadView; savedAt: number } | undefined> => {
      const row = await db.threadView.get([scope, threadKeyOf(ref)]);
      if (row === undefined || !isKept(row)) return undefined;
      // A row written by an older version of the extension may no longer be what views expect.
      const view = ThreadView.safeParse(row.view);
      return view.success ? { view: view.data, savedAt: row.savedAt } : undefined;
    },
    putThread: async (scope: string, ref: ThreadRef, view: ThreadView): Promise<void> => {
      const row = {
        scope,
        thread: threadKeyOf(ref),
        savedAt: world.clock.now(),
        view: withoutPrivateSubjects(view),
      };
      await db.threadView.put(row);
    },
    dropThread: (scope: string, ref: ThreadRef): Promise<void> =>
      db.threadView.delete([scope, threadKeyOf(ref)]),

    readMailboxes: async (scope: string): Promise<MailboxRow[] | undefined> => {
      const row = await db.app.get(scope);
      if (row === undefined || !isKept(row)) return undefined;
      const mailboxes = z.array(MailboxRow).safeParse(row.mailboxes);
      return mailboxes.success ? mailboxes.data : undefined;
    },
    putMailboxes: async (scope: string, mailboxes: MailboxRow[]): Promise<void> => {
      await db.app.put({ scope, savedAt: world.clock.now(), mailboxes });
    },

    /** All that was shown to the scope goes; its acts too, unless they are kept for when it signs in again. */
    wipe: async (scope: string, acts: 'keep-acts' | 'and-acts'): Promise<void> => {
      await db.transaction('rw', db.threadView, db.app, db.outbox, async () => {
        await db.threadView.where({ scope }).delete();
        await db.app.where({ scope }).delete();
        if (acts === 'and-acts') await db.outbox.where({ scope }).delete();
      });
    },
    /** What was shown to anybody but `scope` goes, and whatever is too old. */
    tidy: async (scope: string | undefined): Promise<void> => {
      const oldest = world.clock.now() - keptForMs;
      await db.transaction('rw', db.threadView, db.app, db.outbox, async () => {
        await db.threadView
          .where('scope')
          .notEqual(scope ?? '')
          .delete();
        await db.app
          .where('scope')
          .notEqual(scope ?? '')
          .delete();
        for (const table of [db.threadView, db.app, db.outbox]) {
          await table.where('savedAt').belowOrEqual(oldest).delete();
        }
      });
    },
  };
};

const withoutPrivateSubjects = (view: ThreadView): ThreadView => ({
  ...view,
  history: {
    ...view.history,
    threads: view.history.threads.map((thread) =>
      thread.isPrivate ? { ...thread, subject: privateSubject } : thread,
    ),
  },
});
