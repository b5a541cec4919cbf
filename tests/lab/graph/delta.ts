/*
 * What Graph tells of a folder's changes. A first question lists what lies there; a round tells of each message once, as it
 * stands. A message that left and came back within one round is told of as removed, and not as there again.
 */
import { showId, showMessage } from './answers.ts';
import { immutableId } from './ids.ts';
import type { Links, Mark } from './links.ts';
import type { FolderChange, GraphMailbox, StoredMessage } from './mailbox.ts';

export type DeltaQuestion = {
  readonly mailbox: GraphMailbox;
  readonly folderId: string;
  readonly mark: Mark;
  readonly select: readonly string[] | undefined;
  readonly pageSize: number;
  readonly isImmutable: boolean;
  readonly links: Links;
  readonly linkRoot: string;
};

type Told = { readonly nr: number; readonly entity: unknown };

export const deltaPage = (question: DeltaQuestion): Record<string, unknown> => {
  const { mailbox, mark, pageSize, links, linkRoot } = question;
  const upTo = mark.upTo ?? mailbox.changeNr();
  const told = (mark.since === undefined ? listed(question, upTo) : changed(question, mark.since, upTo))
    .filter(({ nr }) => nr > mark.after)
    .sort((a, b) => a.nr - b.nr);
  const shown = told.slice(0, pageSize);
  const hasMore = told.length > shown.length;
  const next = { ...mark, upTo, after: shown.at(-1)?.nr ?? mark.after };
  const settled: Mark = { path: mark.path, query: mark.query, after: 0, since: upTo };
  return {
    value: shown.map(({ entity }) => entity),
    ...(hasMore
      ? { '@odata.nextLink': `${linkRoot}${links.give('$skiptoken', next)}` }
      : { '@odata.deltaLink': `${linkRoot}${links.give('$deltatoken', settled)}` }),
  };
};

const listed = ({ mailbox, folderId, ...question }: DeltaQuestion, upTo: number): Told[] =>
  mailbox.messages().flatMap((message) => {
    const arrivals = mailbox
      .changes()
      .filter(({ seed, kind }) => seed === message.seed && kind === 'created');
    const nr = arrivals.filter((change) => change.folderId === folderId && change.nr <= upTo).at(-1)?.nr;
    if (message.folderId !== folderId || nr === undefined) return [];
    return [{ nr, entity: whole(message, question) }];
  });

const changed = ({ mailbox, folderId, ...question }: DeltaQuestion, since: number, upTo: number): Told[] => {
  const bySeed = new Map<string, FolderChange[]>();
  for (const change of mailbox.changes().slice(since, upTo))
    if (change.folderId === folderId) bySeed.set(change.seed, [...(bySeed.get(change.seed) ?? []), change]);
  const here = new Map(mailbox.all().map((message) => [message.seed, message]));
  return [...bySeed].flatMap(([seed, changes]): Told[] => {
    const nr = changes.at(-1)?.nr ?? 0;
    const kinds = changes.map(({ kind }) => kind);
    const message = here.get(seed);
    const left = kinds.filter((kind) => kind === 'created' || kind === 'removed');
    if (left[0] === 'removed' || left.at(-1) === 'removed' || message === undefined)
      return [{ nr, entity: removed(seed, message, question.isImmutable) }];
    if (kinds.every((kind) => kind === 'read'))
      return [{ nr, entity: readMark(message, question.isImmutable) }];
    return [{ nr, entity: whole(message, question) }];
  });
};

const whole = (
  message: StoredMessage,
  { select, isImmutable }: Pick<DeltaQuestion, 'select' | 'isImmutable'>,
) => ({
  '@odata.type': '#microsoft.graph.message',
  ...showMessage(message, select, [], isImmutable),
});

/** All there is, whatever was asked for. Source: microsoft-graph-docs issue 7776, read 2026-11. */
const readMark = (message: StoredMessage, isImmutable: boolean) => ({
  '@odata.type': '#microsoft.graph.message',
  id: showId(message, isImmutable),
  isRead: message.isRead,
  parentFolderId: message.folderId,
});

const removed = (seed: string, message: StoredMessage | undefined, isImmutable: boolean) => ({
  '@odata.type': '#microsoft.graph.message',
  id: message === undefined ? immutableId(seed) : showId(message, isImmutable),
  '@removed': { reason: message === undefined ? 'deleted' : 'changed' },
});
