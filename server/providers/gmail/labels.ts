/* The labels of one mailbox by name and id, and the candidate label on whole threads. */
import type { Clock } from '../../base/clock.ts';
import { failureReason } from '../../base/failure.ts';
import { Done, Label, LabelList } from './answers.ts';
import type { GmailHttp } from './http.ts';

export type MailboxLabels = {
  /** Names for the ids, in their order; an id without a name stands for itself. */
  readonly namesOf: (labelIds: readonly string[], signal: AbortSignal) => Promise<readonly string[]>;
  /** Undefined while nobody has made the company's candidate label in this mailbox. */
  readonly candidateLabelId: (signal: AbortSignal) => Promise<string | undefined>;
  /** Throws: not-found for an unknown thread; otherwise as GmailHttp.call. */
  readonly setOnThread: (
    providerThreadId: string,
    labelName: string,
    on: boolean,
    signal: AbortSignal,
  ) => Promise<void>;
};

/** A label that is made or renamed in Gmail itself shows here after this time at the latest. */
const freshForMs = 60_000;

export const mailboxLabels = (http: GmailHttp, clock: Clock, candidateLabelName: string): MailboxLabels => {
  let known: { readonly labels: readonly Label[]; readonly at: number } | undefined;

  const readLabels = async (signal: AbortSignal): Promise<readonly Label[]> => {
    const { labels } = await http.call(
      'users.labels.list',
      LabelList,
      (users, options) => users.labels.list({ userId: 'me' }, options),
      signal,
    );
    known = { labels, at: clock.now() };
    return labels;
  };

  const recentLabels = (signal: AbortSignal): Promise<readonly Label[]> =>
    known !== undefined && clock.now() - known.at < freshForMs
      ? Promise.resolve(known.labels)
      : readLabels(signal);

  const create = async (name: string, signal: AbortSignal): Promise<Label> => {
    known = undefined;
    return http.call(
      'users.labels.create',
      Label,
      (users, options) =>
        users.labels.create(
          {
            userId: 'me',
            requestBody: { name, labelListVisibility: 'labelShow', messageListVisibility: 'show' },
          },
          options,
        ),
      signal,
    );
  };

  const findOrCreate = async (name: string, signal: AbortSignal): Promise<Label> => {
    const found = named(await readLabels(signal), name);
    if (found !== undefined) return found;
    try {
      return await create(name, signal);
    } catch (thrown) {
      // Somebody made it in the meantime: theirs is as good.
      const theirs =
        failureReason(thrown) === 'already-done' ? named(await readLabels(signal), name) : undefined;
      if (theirs === undefined) throw thrown;
      return theirs;
    }
  };

  return {
    namesOf: async (labelIds, signal) => {
      if (labelIds.length === 0) return [];
      const isKnown = (labels: readonly Label[]) =>
        labelIds.every((id) => labels.some((label) => label.id === id));
      const recent = await recentLabels(signal);
      const labels = isKnown(recent) ? recent : await readLabels(signal);
      return labelIds.map((id) => labels.find((label) => label.id === id)?.name ?? id);
    },
    candidateLabelId: async (signal) => named(await recentLabels(signal), candidateLabelName)?.id,
    setOnThread: async (providerThreadId, labelName, on, signal) => {
      const label = on ? await findOrCreate(labelName, signal) : named(await readLabels(signal), labelName);
      if (label === undefined) return;
      await http.call(
        'users.threads.modify',
        Done,
        (users, options) =>
          users.threads.modify(
            {
              userId: 'me',
              id: providerThreadId,
              requestBody: on ? { addLabelIds: [label.id] } : { removeLabelIds: [label.id] },
            },
            options,
          ),
        signal,
      );
    },
  };
};

/** Gmail lets no two labels differ by case alone. */
const named = (labels: readonly Label[], name: string): Label | undefined =>
  labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
