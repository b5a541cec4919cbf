/* Sending: what Gmail completes before a message leaves, and how it comes to lie in other people's inboxes. */
import { randomBytes } from 'node:crypto';
import { ApiRefusal, invalid } from './errors.ts';
import type { Mailbox, StoredMessage } from './mailbox.ts';
import { addressesIn, headerValue, readHeaderLines, withoutHeader } from './rfc822.ts';

/** One message on its way to one address at another provider: the bytes as they arrive there. */
export type Outside = (address: string, raw: Buffer) => void;

/** Throws: 400 when nobody is to have it. */
export const postMessage = (letter: {
  readonly sender: Mailbox;
  readonly raw: Buffer;
  readonly threadId: string | undefined;
  readonly now: number;
  readonly accounts: ReadonlyMap<string, { readonly mailbox: Mailbox }>;
  /** Gets what is for people whose mail is not at Google. */
  readonly outside: Outside;
}): StoredMessage => {
  const raw = complete(letter.raw, letter.sender.address, letter.now);
  const headers = readHeaderLines(raw);
  const recipients = new Set(['to', 'cc', 'bcc'].flatMap((name) => addressesIn(headers, name)));
  if (recipients.size === 0) throw invalid('Recipient address required');
  if ([...recipients].some((address) => !/@[^@]+\.[^@]+$/.test(address))) throw invalid('Invalid To header');
  if (raw.length > largestSent) throw new ApiRefusal(413, 'uploadTooLarge', 'Request is too large.');
  const isToSelf = recipients.has(letter.sender.address);
  const sent = letter.sender.add({
    raw,
    labelIds: isToSelf ? ['SENT', 'INBOX', 'UNREAD'] : ['SENT'],
    threadId: letter.threadId,
    internalDate: letter.now,
  });
  const open = withoutHeader(raw, 'Bcc');
  for (const address of recipients) {
    const mailbox = letter.accounts.get(address)?.mailbox;
    if (mailbox === undefined) letter.outside(address, open);
    else if (mailbox !== letter.sender)
      mailbox.add({ raw: open, labelIds: ['INBOX', 'UNREAD'], internalDate: letter.now });
  }
  return sent;
};

/** Source: Gmail API reference, users.messages.send, "Maximum file size", read 2026-11. */
const largestSent = 36_700_160;

/** From is always the account's own: Gmail lets nobody send as somebody else. */
const complete = (raw: Buffer, address: string, now: number): Buffer => {
  const headers = readHeaderLines(raw);
  const isOwn = addressesIn(headers, 'from').every((from) => from === address);
  const rest = isOwn ? raw : withoutHeader(raw, 'From');
  const missing = [
    isOwn && headerValue(headers, 'From') !== undefined ? '' : `From: ${address}\r\n`,
    headerValue(headers, 'Date') === undefined ? `Date: ${new Date(now).toUTCString()}\r\n` : '',
    headerValue(headers, 'Message-ID') === undefined
      ? `Message-ID: <${randomBytes(16).toString('hex')}@mail.gmail.com>\r\n`
      : '',
  ].join('');
  return missing === '' ? raw : Buffer.concat([Buffer.from(missing), rest]);
};
