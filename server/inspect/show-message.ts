import type { EventTime } from '../providers/calendar.ts';
import { splitReply } from '../providers/reply-parts.ts';
import { readMessage } from './read-file.ts';

/** The message that is made of the file. Times are ISO 8601, sizes bytes; what it does not have is null or an empty list. */
export const showMessage = async (path: string): Promise<unknown> => {
  const { mail, headers, now } = await readMessage(path);
  const { calendar } = mail;
  return {
    messageId: headers.messageId ?? null,
    inReplyTo: headers.inReplyTo,
    references: headers.references,
    subject: headers.subject,
    // The time of arrival would stand in for it, and a file does not have one.
    sentAt: headers.sentAt === now ? null : new Date(headers.sentAt).toISOString(),
    participants: headers.participants,
    automatic: headers.automatic ?? null,
    text: mail.text ?? null,
    textParts: mail.text === undefined ? null : splitReply(mail.text),
    hasHtml: mail.html !== undefined,
    attachments: mail.attachments.map(({ content, ...attachment }) => attachment),
    calendar:
      calendar === undefined
        ? null
        : {
            ...calendar,
            ...(calendar.startsAt === undefined ? {} : { startsAt: toText(calendar.startsAt) }),
            ...(calendar.endsAt === undefined ? {} : { endsAt: toText(calendar.endsAt) }),
          },
    trouble: mail.trouble ?? null,
  };
};

const toText = (time: EventTime): string => {
  if (time.kind === 'day') return time.day;
  return time.kind === 'local' ? time.time : new Date(time.at).toISOString();
};
