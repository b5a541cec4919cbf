/* Sending: what Outlook makes of a source it is given, and how the message comes to lie in other people's inboxes. */
import { createHash } from 'node:crypto';
import type { Outside } from '../gmail/post.ts';
import { addressesIn, readHeaderLines, withoutHeader } from '../gmail/rfc822.ts';
import { GraphRefusal } from './errors.ts';
import type { GraphMailbox, StoredMessage } from './mailbox.ts';

/** Source: Microsoft Graph "Send Outlook messages in MIME format", read 2026-11. */
const largestMime = 4 * 1024 * 1024;

/** Throws: 400 for what is no base64, 413 for what is too large. */
export const readMime = (text: string): Buffer => {
  if (text.length > largestMime)
    throw new GraphRefusal(
      413,
      'ErrorMessageSizeExceeded',
      'The message exceeds the maximum supported size.',
    );
  if (!/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(text))
    throw new GraphRefusal(
      400,
      'ErrorMimeContentInvalidBase64String',
      'Invalid base64 string for MIME content.',
    );
  return Buffer.from(text, 'base64');
};

/**
 * Lays a draft: From is the account's own, the Message-ID is Outlook's, and what Outlook lets nobody set is gone.
 * Source: msgraph-sdk-dotnet issue 2209, read 2026-11.
 */
export const layDraft = (mailbox: GraphMailbox, source: Buffer, now: number): StoredMessage => {
  const stripped = ['Message-ID', 'From', 'Auto-Submitted'].reduce(withoutHeader, source);
  const id = createHash('sha256')
    .update(`${mailbox.address}/${mailbox.changeNr()}`)
    .digest('hex')
    .slice(0, 32);
  const head = `Message-ID: <${id}@OUTLOOK.lab.test>\r\nFrom: ${mailbox.address}\r\n`;
  const raw = Buffer.concat([Buffer.from(head), stripped]);
  return mailbox.add({ raw, folder: 'drafts', at: now, isOwn: true, isDraft: true });
};

/** Throws: 400 when nobody is to have it, or somebody who can not be written to. */
export const postDraft = (letter: {
  readonly sender: GraphMailbox;
  readonly draft: StoredMessage;
  readonly now: number;
  readonly mailboxOf: (address: string) => GraphMailbox | undefined;
  readonly outside: Outside;
}): void => {
  const { sender, draft, now } = letter;
  const headers = readHeaderLines(draft.raw);
  const recipients = new Set(['to', 'cc', 'bcc'].flatMap((name) => addressesIn(headers, name)));
  if (recipients.size === 0 || [...recipients].some((address) => !/@[^@]+\.[^@]+$/.test(address)))
    throw new GraphRefusal(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  draft.isDraft = false;
  sender.move(draft, 'sentitems');
  const open = withoutHeader(draft.raw, 'Bcc');
  for (const address of recipients) {
    const mailbox = letter.mailboxOf(address);
    if (mailbox === undefined) letter.outside(address, open);
    else mailbox.add({ raw: open, at: now });
  }
};
