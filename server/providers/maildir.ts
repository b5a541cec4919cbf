/* Messages of a Maildir as files: what lies in it, and what its file names say. Nothing is moved or renamed. */
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

export type MaildirFile = {
  readonly path: string;
  /** Of the folder inside the Maildir, in the form of Maildir++ (".Sent"); absent for the inbox. */
  readonly folder?: string;
  /** Letters after ":2,": D draft, F flagged, P passed on, R replied, S seen, T trashed. Source: Maildir, cr.yp.to, "info" */
  readonly flags: string;
};

/** Whether the folder is a Maildir: it holds `cur` and `new`. */
export const isMaildir = async (folder: string): Promise<boolean> => {
  const names = new Set<string>();
  for await (const entry of await opendir(folder)) if (entry.isDirectory()) names.add(entry.name);
  return names.has('cur') && names.has('new');
};

/** Every message of the Maildir and of the folders in it (Maildir++), folder by folder. What lies in `tmp` is no message yet. */
export async function* readMaildir(folder: string, signal?: AbortSignal): AsyncGenerator<MaildirFile> {
  yield* messagesIn(folder, undefined, signal);
  for await (const entry of await opendir(folder)) {
    if (!entry.isDirectory() || !entry.name.startsWith('.')) continue;
    const inner = join(folder, entry.name);
    if (await isMaildir(inner)) yield* messagesIn(inner, entry.name, signal);
  }
}

async function* messagesIn(
  maildir: string,
  folder: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<MaildirFile> {
  for (const place of ['cur', 'new']) {
    for await (const entry of await opendir(join(maildir, place))) {
      signal?.throwIfAborted();
      // A name with a dot in front is not a message. Source: Maildir, cr.yp.to
      if (!entry.isFile() || entry.name.startsWith('.')) continue;
      yield {
        path: join(maildir, place, entry.name),
        ...(folder === undefined ? {} : { folder }),
        flags: /:2,([A-Za-z]*)$/.exec(entry.name)?.[1] ?? '',
      };
    }
  }
}
