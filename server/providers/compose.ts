/* A draft -> its source (RFC 5322), by nodemailer's composer: encoded words, folding, and text no mail server changes. */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Draft, Mailer } from './provider.ts';

/** Plain text of one part, so that there is no boundary to be made up: the same draft gives the same bytes. */
export const composeDraft = (draft: Draft): Promise<Buffer> =>
  new MailComposer({
    messageId: inBrackets(draft.messageId),
    date: new Date(draft.date),
    from: toMailbox(draft.from),
    to: draft.to.map(toMailbox),
    ...(draft.cc.length === 0 ? {} : { cc: draft.cc.map(toMailbox) }),
    subject: draft.subject,
    ...(draft.inReplyTo === undefined ? {} : { inReplyTo: inBrackets(draft.inReplyTo) }),
    ...(draft.references.length === 0 ? {} : { references: draft.references.map(inBrackets).join(' ') }),
    text: draft.text.replace(/\r\n?/g, '\n'),
    newline: 'windows',
    // Nothing that is typed is ever read as the name of a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

const inBrackets = (id: string): string => `<${id}>`;
const toMailbox = ({ address, name = '' }: Mailer) => ({ address, name });
