/* Writes RFC 5322 messages and whole threads for the labs: realistic enough to read, the same at each run. */

export type Mailer = { readonly name: string; readonly address: string };

export type MessageFacts = {
  readonly id: string;
  readonly from: Mailer;
  readonly to: readonly Mailer[];
  readonly cc?: readonly Mailer[];
  /** Stands in the sender's own copy only. */
  readonly bcc?: readonly Mailer[];
  readonly subject: string;
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
  readonly html?: string;
  /** Ids of the messages before it in the thread, oldest first. */
  readonly references?: readonly string[];
};

export const writeMessage = (facts: MessageFacts): string => {
  const references = facts.references ?? [];
  const parent = references.at(-1);
  const head = [
    `Message-ID: <${facts.id}>`,
    `Date: ${new Date(facts.at).toUTCString().replace('GMT', '+0000')}`,
    `From: ${mailer(facts.from)}`,
    `To: ${facts.to.map(mailer).join(', ')}`,
    ...(facts.cc === undefined || facts.cc.length === 0 ? [] : [`Cc: ${facts.cc.map(mailer).join(', ')}`]),
    ...(facts.bcc === undefined || facts.bcc.length === 0
      ? []
      : [`Bcc: ${facts.bcc.map(mailer).join(', ')}`]),
    `Subject: ${word(facts.subject)}`,
    ...(parent === undefined
      ? []
      : [`In-Reply-To: <${parent}>`, `References: ${references.map((id) => `<${id}>`).join(' ')}`]),
    'MIME-Version: 1.0',
  ];
  if (facts.html === undefined) {
    return [
      ...head,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      facts.text,
      '',
    ].join('\r\n');
  }
  const boundary = `part-${facts.id.replace(/[^A-Za-z0-9]/g, '').slice(0, 30)}`;
  return [
    ...head,
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    facts.text,
    `--${boundary}`,
    'Content-Type: text/html; charset=utf-8',
    '',
    facts.html,
    `--${boundary}--`,
    '',
  ].join('\r\n');
};

const mailer = ({ name, address }: Mailer): string => `${word(name, true)} <${address}>`;

const word = (text: string, inQuotes = false): string => {
  if (/[^\x20-\x7e]/.test(text)) return `=?utf-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`;
  return inQuotes && !/^[A-Za-z0-9 ]+$/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
};
