/*
 * One page of a file of mail: decided by headers, parsed whole where it is kept, and stored together with its decisions. What a
 * guard would hold and ask about is left out with the guard's rule: the file is not there any more when its person looks.
 */

import type { CopyPlace } from '../../../lib/domain/message.ts';
import type { NormalisedMessageId } from '../../../lib/domain/message-id.ts';
import { failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import { type HeaderLine, parseHead, parseMime, readHeaders } from '../../providers/mime.ts';
import type { CopyHeaders } from '../../providers/provider.ts';
import { type DecidedCopy, decideCopies } from '../ingest/decide-copies.ts';
import { ingestPage } from '../ingest/ingest.ts';
import type { KeptCopy } from '../ingest/kept-copy.ts';
import type { OpenMailbox } from '../mailboxes/mailbox-access.ts';
import { readLimits } from '../mailboxes/mailboxes.ts';
import { recordDecisions } from '../mailboxes/take-page.ts';
import type { Services } from '../services.ts';
import { requireNotErased } from './file-mailbox.ts';

export type FileMessage = {
  readonly raw: Uint8Array;
  /** `raw` is only its beginning: then its headers alone are kept. */
  readonly isCut: boolean;
  /** Where the mailbox held it, as far as the file tells. */
  readonly toPlace: (headers: readonly HeaderLine[]) => CopyPlace;
  /** Epoch ms, the same each time; stands in where a message itself tells no time. */
  readonly fileAt: number;
  /** How much of the file is read with it, from 0 to 1. */
  readonly readShare: number;
};

export type FileEntry = { readonly fileId: string; readonly message: FileMessage };

export type LeftEntry = {
  readonly fileId: string;
  readonly rule: string;
  /** Messages it answers, or whose thread it is in. */
  readonly answers: readonly NormalisedMessageId[];
};

export type TakenPage = {
  readonly keptCount: number;
  readonly heldCount: number;
  readonly keptIds: readonly NormalisedMessageId[];
  readonly left: readonly LeftEntry[];
};

/** Throws: mailbox-disconnected. */
export const takeFilePage = async (
  services: Services,
  mailbox: OpenMailbox,
  entries: readonly FileEntry[],
): Promise<TakenPage> => {
  const { heldIds, limitBytes } = await services.db.transaction(
    { kind: 'company', companyId: mailbox.companyId },
    async (tx) => {
      const rows = await tx
        .selectFrom('candor.message_copy')
        .select('provider_message_id')
        .where('mailbox_id', '=', mailbox.mailboxId)
        .where('provider_message_id', '=', anyOf(entries.map(({ fileId }) => fileId)))
        .where('gone_at', 'is', null)
        .execute();
      return {
        heldIds: new Set(rows.map((row) => row.provider_message_id)),
        limitBytes: (await readLimits(tx)).messageBytes,
      };
    },
  );
  const fresh = entries.filter(({ fileId }) => !heldIds.has(fileId));
  const copies = await Promise.all(fresh.map((entry) => toCopy(services, entry)));
  const decided = await decideCopies(services, mailbox, copies);
  const byId = new Map(fresh.map(({ fileId, message }) => [fileId, message]));
  const kept: KeptCopy[] = [];
  for (const one of decided)
    kept.push(...(await toKept(one, byId.get(one.copy.providerMessageId), limitBytes)));
  const left = decided.flatMap(({ copy, headers, decision }) =>
    decision.decision === 'keep'
      ? []
      : [
          {
            fileId: copy.providerMessageId,
            rule: decision.because.rule,
            answers: [...headers.inReplyTo, ...headers.references],
          },
        ],
  );
  const stored = await store(services, mailbox, { kept: kept.sort(byDate), left });
  return { ...stored, heldCount: stored.heldCount + entries.length - fresh.length };
};

const byDate = (a: KeptCopy, b: KeptCopy): number => a.headers.sentAt - b.headers.sentAt;

const toCopy = async (services: Services, { fileId, message }: FileEntry): Promise<CopyHeaders> => {
  const headers = await parseHead(message.raw);
  return {
    providerMessageId: fileId,
    // By its own headers it joins the threads it belongs to.
    providerThreadId: fileId,
    place: message.toPlace(headers),
    labels: [],
    headers,
    receivedAt: Math.min(readReceivedAt(headers) ?? message.fileAt, services.clock.now()),
    sizeBytes: message.raw.length,
  };
};

/** When the mailbox's own server took it in, which its topmost Received tells; of mail that was sent, its Date. */
const readReceivedAt = (headers: readonly HeaderLine[]): number | undefined => {
  const first = (name: string) => headers.find((line) => line.name.toLowerCase() === name)?.value;
  const received = first('received')?.slice(-longestDate).split(';').at(-1);
  return [received, first('date')]
    .map((value) =>
      Date.parse(
        (value ?? '')
          .slice(0, longestDate)
          .replace(/\([^()]*\)/g, ' ')
          .trim(),
      ),
    )
    .find((at) => !Number.isNaN(at));
};
const longestDate = 100;

const toKept = async (
  { copy, headers, decision }: DecidedCopy,
  message: FileMessage | undefined,
  limitBytes: number,
): Promise<readonly KeptCopy[]> => {
  if (decision.decision !== 'keep' || message === undefined) return [];
  const mail = message.isCut || message.raw.length > limitBytes ? undefined : await parseMime(message.raw);
  return [
    {
      copy,
      headers: mail === undefined ? headers : readHeaders(mail.headers, copy.receivedAt),
      mail,
      because: decision.because,
      isAutomatic: decision.isAutomatic,
    },
  ];
};

type Page = { readonly kept: readonly KeptCopy[]; readonly left: readonly LeftEntry[] };

/** All or nothing, as a rule. A message that can't be stored is found by storing each alone, and left. */
const store = async (services: Services, mailbox: OpenMailbox, page: Page): Promise<TakenPage> => {
  try {
    return await storeWhole(services, mailbox, page);
  } catch (thrown) {
    if (failureReason(thrown) !== undefined) throw thrown;
    services.log.error('a page of a file could not be stored whole', {
      mailboxId: mailbox.mailboxId,
      error: thrown,
    });
  }
  const alone: TakenPage[] = [];
  const left: LeftEntry[] = [...page.left];
  for (const copy of page.kept) {
    try {
      alone.push(await storeWhole(services, mailbox, { kept: [copy], left: [] }));
    } catch (thrown) {
      if (failureReason(thrown) !== undefined) throw thrown;
      left.push({ fileId: copy.copy.providerMessageId, rule: 'fault', answers: [] });
    }
  }
  // When the database stores nothing at all, no message is at fault, and this throws.
  const rest = await storeWhole(services, mailbox, { kept: [], left });
  return {
    keptCount: alone.reduce((sum, { keptCount }) => sum + keptCount, 0),
    heldCount: alone.reduce((sum, { heldCount }) => sum + heldCount, 0),
    keptIds: alone.flatMap(({ keptIds }) => keptIds),
    left: rest.left,
  };
};

const storeWhole = (services: Services, mailbox: OpenMailbox, { kept, left }: Page): Promise<TakenPage> =>
  services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    await requireNotErased(tx, mailbox);
    const ingested = await ingestPage(services, tx, mailbox, kept);
    await recordDecisions(
      services,
      tx,
      mailbox,
      left.map(({ fileId, rule }) => ({
        ref: { providerMessageId: fileId, providerThreadId: fileId },
        decision: 'drop',
        rule,
      })),
    );
    const newCopies = new Set(ingested.flatMap(({ newCopyId }) => newCopyId ?? []));
    return {
      keptCount: newCopies.size,
      heldCount: kept.length - newCopies.size,
      keptIds: kept.flatMap(({ headers }) => headers.messageId ?? []),
      left,
    };
  });
