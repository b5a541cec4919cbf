/*
 * The company's candidate label as a category. Outlook keeps the person's categories in one list and puts them on messages by
 * name; a conversation has none of its own, so each message of it is marked, and whoever asks about a later one is told by the
 * others. Names that differ by case alone are one.
 */
import { Failure, failureReason } from '../../base/failure.ts';
import { Category, CategoryList, Done, LabelledPage } from './answers.ts';
import type { GraphHttp } from './http.ts';
import { idMayBeUnknown, inPath, ofConversation } from './ids.ts';
import { readAll } from './pages.ts';

export type MailboxLabels = {
  /** Whether the company's label is one of these names. */
  readonly isAmong: (categories: readonly string[] | null | undefined) => boolean;
  /** Whether it stands on any message of the conversation. */
  readonly isOnThread: (providerThreadId: string, signal: AbortSignal) => Promise<boolean>;
  /** Throws: not-found for an unknown conversation; otherwise as GraphHttp.call. */
  readonly setOnThread: (
    providerThreadId: string,
    labelName: string,
    on: boolean,
    signal: AbortSignal,
  ) => Promise<void>;
};

export const mailboxLabels = (http: GraphHttp, candidateLabelName: string): MailboxLabels => {
  const messagesOf = (providerThreadId: string, signal: AbortSignal) =>
    readAll(
      http,
      'messages/of-conversation',
      `/me/messages?$filter=${ofConversation(providerThreadId)}` +
        '&$select=id,conversationId,categories&$top=100',
      LabelledPage,
      signal,
    );

  /** The category as the person's list spells it. */
  const findOrCreate = async (name: string, signal: AbortSignal): Promise<string> => {
    const find = async () =>
      (await readAll(http, 'masterCategories/list', masterCategories, CategoryList, signal)).find((one) =>
        isSame(one.displayName, name),
      );
    const found = await find();
    if (found !== undefined) return found.displayName;
    try {
      const body = { displayName: name, color: 'preset7' };
      const made = await http.call(
        'masterCategories/create',
        { method: 'POST', path: masterCategories, body },
        Category,
        signal,
      );
      return made.displayName;
    } catch (thrown) {
      // Somebody made it in the meantime: theirs is as good.
      const theirs = failureReason(thrown) === 'already-done' ? await find() : undefined;
      if (theirs === undefined) throw thrown;
      return theirs.displayName;
    }
  };

  return {
    isAmong: (categories) => categories?.some((name) => isSame(name, candidateLabelName)) ?? false,
    isOnThread: async (providerThreadId, signal) =>
      (await messagesOf(providerThreadId, signal)).some(({ categories }) =>
        categories?.some((name) => isSame(name, candidateLabelName)),
      ),
    setOnThread: async (providerThreadId, labelName, on, signal) => {
      const messages = await idMayBeUnknown(() => messagesOf(providerThreadId, signal));
      if (messages.length === 0) throw new Failure('not-found', 'Graph knows no such conversation');
      const name = on ? await findOrCreate(labelName, signal) : labelName;
      const due = messages.filter(
        ({ categories }) => (categories?.some((one) => isSame(one, name)) ?? false) !== on,
      );
      const outcomes = await http.batch(
        'messages/update',
        due.map(({ id, categories }) => ({
          method: 'PATCH' as const,
          path: `/me/messages/${inPath(id)}`,
          body: {
            categories: on
              ? [...(categories ?? []), name]
              : (categories ?? []).filter((one) => !isSame(one, name)),
          },
        })),
        Done,
        signal,
      );
      // One that went meanwhile needs no label; whatever else was refused is tried again with the whole.
      for (const outcome of outcomes)
        if ('failure' in outcome && outcome.failure.reason !== 'not-found') throw outcome.failure;
    },
  };
};

const masterCategories = '/me/outlook/masterCategories';

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
