import type { ListedThread, MailboxSource, MailRoute, ShownThread } from './mailbox-source.ts';

/** Mail kept in memory, one list of threads an account; the lists may be changed while the page shows them. */
export const memoryMailbox = (mail: ReadonlyMap<string, readonly ShownThread[]>): MailboxSource => {
  const threadsOf = (account: string): readonly ShownThread[] => mail.get(account) ?? [];
  return {
    labels: async (account) => [...new Set(threadsOf(account).flatMap(({ labels }) => labels))].sort(),
    thread: async (account, threadId) => threadsOf(account).find((thread) => thread.threadId === threadId),
    threads: async (account, route) =>
      threadsOf(account)
        .filter((thread) => isIn(account, thread, route))
        .map(toListed)
        .sort((one, other) => other.lastAt - one.lastAt),
  };
};

const isIn = (account: string, thread: ShownThread, route: MailRoute): boolean => {
  if (route.kind === 'label') return thread.labels.includes(route.name);
  if (route.kind === 'sent') return thread.messages.some(({ from }) => from.address === account);
  if (route.kind === 'search') {
    const text = route.text.toLowerCase();
    return JSON.stringify(thread).toLowerCase().includes(text);
  }
  return route.kind !== 'starred';
};

const toListed = (thread: ShownThread): ListedThread => {
  const last = thread.messages.at(-1);
  return {
    threadId: thread.threadId,
    subject: thread.subject,
    snippet: last?.text.slice(0, 120) ?? '',
    senders: [...new Map(thread.messages.map(({ from }) => [from.address, from])).values()],
    messageCount: thread.messages.length,
    lastAt: last?.sentAt ?? 0,
    labels: thread.labels,
    isUnread: false,
    hasAttachments: thread.messages.some(({ attachments }) => attachments.length > 0),
  };
};
