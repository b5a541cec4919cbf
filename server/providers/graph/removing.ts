/* A message to Deleted Items. Graph's DELETE is never called: of what lies there already it makes an end. */
import { Failure } from '../../base/failure.ts';
import { Done, MessagePlace } from './answers.ts';
import type { MailboxFolders } from './folders.ts';
import type { GraphHttp } from './http.ts';
import { idMayBeUnknown, inPath } from './ids.ts';

/** Throws: not-found. */
export const moveToTrash = async (
  http: GraphHttp,
  folders: MailboxFolders,
  providerMessageId: string,
  signal: AbortSignal,
): Promise<void> => {
  const path = `/me/messages/${inPath(providerMessageId)}`;
  const { parentFolderId } = await idMayBeUnknown(() =>
    http.call(
      'messages/get',
      { path: `${path}?$select=id,conversationId,parentFolderId` },
      MessagePlace,
      signal,
    ),
  );
  const known = await folders.recent(signal);
  // What its person deleted for good still answers by its id, and a move would bring it back.
  if (known.isRecoverable(parentFolderId)) throw new Failure('not-found', 'The message was deleted for good');
  if (known.find(parentFolderId)?.place === 'trash') return;
  await http.call(
    'messages/move',
    { method: 'POST', path: `${path}/move`, body: { destinationId: 'deleteditems' } },
    Done,
    signal,
  );
};
