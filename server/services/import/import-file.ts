/*
 * Mail that lies in a file, a leaver's mailbox or an export, onto the record as a mailbox's own. `interest` is asked about each
 * message as if the mailbox held it; what is not kept leaves a keyed hash, the rule and the time. No provider is spoken to, so
 * the mailbox may be off. One page at a time is held, and each commits by itself: whoever is cut off runs it again.
 */
import { sql } from 'kysely';
import type { LeftCounts } from '../../../lib/contract/import.ts';
import type { NormalisedMessageId } from '../../../lib/domain/message-id.ts';
import { fileCopyId } from '../ingest/file-copy.ts';
import type { OpenMailbox } from '../mailboxes/mailbox-access.ts';
import type { Services } from '../services.ts';
import { type FileEntry, type FileMessage, takeFilePage } from './take-file-page.ts';

export type FileTally = {
  readonly lookedCount: number;
  readonly keptCount: number;
  /** The mailbox had them already, from an earlier run or from its provider. */
  readonly heldCount: number;
  readonly left: LeftCounts;
};

export type FileProgress = FileTally & {
  /** Of the file, from 0 to 1. */
  readonly readShare: number;
  /** The file is read once more, for what turned out to answer mail that is kept. */
  readonly isAgain: boolean;
};

/** `read` gives the same messages each time. Throws: mailbox-disconnected when what the mailbox brought is being erased. */
export const importFile = async (
  services: Services,
  mailbox: OpenMailbox,
  read: () => AsyncIterable<FileMessage>,
  onProgress: (progress: FileProgress) => void,
  signal: AbortSignal,
): Promise<FileTally> => {
  await noteBegun(services, mailbox);
  const count = { looked: 0, kept: 0, held: 0, left: new Map<string, number>() };
  const toTally = (): FileTally => ({
    lookedCount: count.looked,
    keptCount: count.kept,
    heldCount: count.held,
    left: Object.fromEntries([...count.left].filter(([, messages]) => messages > 0)),
  });
  const leave = (rule: string, messages: number): void => {
    count.left.set(rule, (count.left.get(rule) ?? 0) + messages);
  };
  const unanswered = new Map<string, readonly NormalisedMessageId[]>();
  let again: ReadonlySet<string> | undefined;
  do {
    const keptIds = new Set<NormalisedMessageId>();
    for await (const { entries, readShare } of inPages(services, mailbox, read(), again)) {
      signal.throwIfAborted();
      const taken = await takeFilePage(services, mailbox, entries);
      if (again === undefined) count.looked += entries.length;
      // Counted as left by the reading before this one.
      else leave('no-rule', -entries.length);
      count.kept += taken.keptCount;
      count.held += taken.heldCount;
      for (const id of taken.keptIds) keptIds.add(id);
      for (const { fileId } of entries) unanswered.delete(fileId);
      for (const { fileId, rule, answers } of taken.left) {
        leave(rule, 1);
        if (rule === 'no-rule' && answers.length > 0) unanswered.set(fileId, answers);
      }
      onProgress({ ...toTally(), readShare, isAgain: again !== undefined });
    }
    again = new Set(
      [...unanswered].flatMap(([fileId, answers]) => (answers.some((id) => keptIds.has(id)) ? [fileId] : [])),
    );
  } while (again.size > 0);
  const tally = toTally();
  const { mailboxId } = mailbox;
  services.log.info('a file of mail was imported', { mailboxId, keptCount: tally.keptCount });
  return tally;
};

/** Somebody who runs the server brings a person's mail in: that they did stays on record, whatever comes of it. */
const noteBegun = (services: Services, { companyId, mailboxId, windowFrom }: OpenMailbox): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const facts = { mailbox_id: mailboxId, window_from: windowFrom };
    await sql`select app.audit('file-import-begun', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
  });

const mostInPage = 200;
/** Together; one message alone may be larger. */
const mostPageBytes = 16 * 1024 * 1024;

type FilePage = { readonly entries: readonly FileEntry[]; readonly readShare: number };

/** `only`: ids of the messages that are wanted; absent means all. */
async function* inPages(
  services: Services,
  mailbox: OpenMailbox,
  messages: AsyncIterable<FileMessage>,
  only: ReadonlySet<string> | undefined,
): AsyncGenerator<FilePage> {
  let entries: FileEntry[] = [];
  let bytes = 0;
  let readShare = 0;
  for await (const message of messages) {
    readShare = message.readShare;
    const fileId = fileCopyId(services, mailbox, message.raw);
    if (only !== undefined && !only.has(fileId)) continue;
    entries.push({ fileId, message });
    bytes += message.raw.length;
    if (entries.length < mostInPage && bytes < mostPageBytes) continue;
    yield { entries, readShare };
    entries = [];
    bytes = 0;
  }
  if (entries.length > 0) yield { entries, readShare };
}
