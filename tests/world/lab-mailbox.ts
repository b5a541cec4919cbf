/* The Gmail lab's mailboxes as the replica page shows them, so that a label set by the server is seen on the page. */
import PostalMime, { type Address, type Email } from 'postal-mime';
import type { GmailLab } from '../lab/gmail/lab.ts';
import type { StoredMessage } from '../lab/gmail/mailbox.ts';
import type {
  ListedThread,
  MailboxSource,
  MailRoute,
  PageAddress,
  ShownMessage,
} from '../lab/gmail-page/mailbox-source.ts';

export const labMailbox = (lab: GmailLab): MailboxSource => {
  // A message never changes, and the page asks every second.
  const parsed = new Map<StoredMessage, Promise<Email>>();
  const parse = (message: StoredMessage): Promise<Email> => {
    const known = parsed.get(message) ?? PostalMime.parse(message.raw);
    parsed.set(message, known);
    return known;
  };
  const userLabels = (account: string) =>
    lab
      .mailbox(account)
      .labels.list()
      .filter((label) => label.type === 'user');
  const namesOf = (account: string, messages: readonly StoredMessage[]): string[] =>
    userLabels(account)
      .filter((label) => messages.some((message) => message.labelIds.has(label.id)))
      .map((label) => label.name);

  const list = async (account: string, messages: readonly StoredMessage[]): Promise<ListedThread> => {
    const mails = await Promise.all(messages.map(parse));
    const last = messages.at(-1);
    return {
      threadId: last?.threadId ?? '',
      subject: mails[0]?.subject ?? '',
      snippet: last?.snippet ?? '',
      senders: [
        ...new Map(mails.map((mail) => toAddress(mail.from)).map((each) => [each.address, each])).values(),
      ],
      messageCount: messages.length,
      lastAt: last?.internalDate ?? 0,
      labels: namesOf(account, messages),
      isUnread: messages.some((message) => message.labelIds.has('UNREAD')),
      hasAttachments: messages.some((message) => message.hasAttachment),
    };
  };

  return {
    labels: async (account) =>
      userLabels(account)
        .map((label) => label.name)
        .sort(),
    threads: async (account, route) => {
      const threads = new Map<string, StoredMessage[]>();
      for (const message of [...lab.mailbox(account).messages()].reverse()) {
        threads.set(message.threadId, [...(threads.get(message.threadId) ?? []), message]);
      }
      const shown = [...threads.values()].filter((messages) => isIn(account, messages, route, namesOf));
      const listed = await Promise.all(shown.map((messages) => list(account, messages)));
      return listed.sort((a, b) => b.lastAt - a.lastAt).slice(0, 50);
    },
    thread: async (account, threadId) => {
      const messages = lab
        .mailbox(account)
        .messages()
        .filter((message) => message.threadId === threadId)
        .sort((a, b) => a.internalDate - b.internalDate);
      if (messages.length === 0) return undefined;
      const mails = await Promise.all(
        messages.map(async (message) => ({ message, mail: await parse(message) })),
      );
      return {
        threadId,
        subject: mails[0]?.mail.subject ?? '',
        labels: namesOf(account, messages),
        messages: mails.map(({ message, mail }) => toShown(message, mail)),
      };
    },
  };
};

const toShown = (message: StoredMessage, mail: Email): ShownMessage => ({
  messageId: message.id,
  from: toAddress(mail.from),
  to: (mail.to ?? []).map(toAddress),
  cc: (mail.cc ?? []).map(toAddress),
  sentAt: message.internalDate,
  text: mail.text ?? '',
  attachments: mail.attachments.map((each) => ({
    name: each.filename ?? 'unnamed',
    sizeBytes: typeof each.content === 'string' ? each.content.length : each.content.byteLength,
  })),
});

const toAddress = (address: Address | undefined): PageAddress => ({
  address: address?.address ?? '',
  name: address?.name === '' || address === undefined ? (address?.address ?? '') : address.name,
});

const isIn = (
  account: string,
  messages: readonly StoredMessage[],
  route: MailRoute,
  namesOf: (account: string, messages: readonly StoredMessage[]) => string[],
): boolean => {
  if (route.kind === 'label') return namesOf(account, messages).includes(route.name);
  if (route.kind === 'sent') return messages.some((message) => message.labelIds.has('SENT'));
  if (route.kind === 'starred') return messages.some((message) => message.labelIds.has('STARRED'));
  if (route.kind === 'search') {
    return messages.some((message) => message.searchText.toLowerCase().includes(route.text.toLowerCase()));
  }
  return route.kind === 'all' || messages.some((message) => message.labelIds.has('INBOX'));
};
