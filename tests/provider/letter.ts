/** RFC 5322 source with only the facts that matter; everything else is plain and constant. */
export type Letter = {
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
  readonly bcc?: string;
  readonly subject?: string;
  readonly id?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly headers?: readonly string[];
  readonly body?: string;
};

export const letter = (facts: Letter): string => {
  const lines = [
    `From: ${facts.from ?? 'Jane Doe <jane@candidates.test>'}`,
    `To: ${facts.to ?? 'Ana <ana@acme.test>'}`,
    ...(facts.cc === undefined ? [] : [`Cc: ${facts.cc}`]),
    ...(facts.bcc === undefined ? [] : [`Bcc: ${facts.bcc}`]),
    `Subject: ${facts.subject ?? 'Your application'}`,
    'Date: Mon, 05 Jan 2026 09:00:00 +0000',
    ...(facts.id === undefined ? [] : [`Message-ID: <${facts.id}>`]),
    ...(facts.inReplyTo === undefined ? [] : [`In-Reply-To: <${facts.inReplyTo}>`]),
    ...(facts.references === undefined
      ? []
      : [`References: ${facts.references.map((id) => `<${id}>`).join(' ')}`]),
    ...(facts.headers ?? []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${facts.body ?? 'Hello.'}\r\n`;
};
