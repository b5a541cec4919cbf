/* A message to the mailbox's trash. */
import { Failure } from '../../base/failure.ts';
import { move } from './commands.ts';
import type { Connection } from './dial.ts';
import type { Folders } from './folders.ts';
import type { CopyAt } from './ids.ts';
import { openAt } from './rows-at.ts';

/** Throws: not-found, no-trash; provider-refused where the server moves no message alone. */
export const moveToTrash = async (connection: Connection, folders: Folders, at: CopyAt): Promise<void> => {
  await openAt(connection, at);
  const trash = (await folders.recent(connection, at.path)).find(({ use }) => use === 'trash');
  if (trash === undefined) throw new Failure('no-trash', 'the mailbox has no trash');
  if (trash.path !== at.path) await move(connection, at, trash.path);
};
