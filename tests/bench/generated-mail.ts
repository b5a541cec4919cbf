/* Mail of the sizes a recruiter's mailbox holds: short answers, long quoted ones, HTML twice the text, some with a document. The same at each run. */
import { writeMessage } from '../world/mail.ts';
import { seededRandom } from './seeded-random.ts';

export type GeneratedMail = { readonly address: string; readonly raw: string; readonly at: number };

const messagesOfThread = 4;
const withDocument = 0.15;
/** Together with the text and the HTML this comes to about 20 kB a message. */
const smallestDocumentBytes = 20_000;
const largestDocumentBytes = 120_000;

/** `own`: addresses of the mailboxes; each thread lies in one of them, between its person and one of the candidates. */
export const generateMail = (
  count: number,
  own: readonly string[],
  candidates: readonly string[],
  startAt: number,
): readonly GeneratedMail[] => {
  const random = seededRandom(count);
  const between = (least: number, most: number): number => Math.floor(least + random() * (most - least));
  const paragraphs = (bytes: number): string => {
    let text = '';
    while (text.length < bytes) text += `${sentence(random)}${random() < 0.2 ? '\n\n' : ' '}`;
    return text.replace(/.{70,90}? /g, (line) => `${line.trimEnd()}\n`);
  };
  return Array.from({ length: count }, (_, index) => {
    const thread = Math.floor(index / messagesOfThread);
    const place = index % messagesOfThread;
    const address = own[thread % own.length] ?? '';
    const candidate = candidates[thread % candidates.length] ?? '';
    const [from, to] = place % 2 === 0 ? [candidate, address] : [address, candidate];
    const at = startAt + index * 1_000;
    const text = paragraphs(between(300, 5_000));
    const html = `<html><body>${text
      .split('\n\n')
      .map((each) => `<p style="margin:0 0 12px;font-family:Arial,sans-serif;font-size:13px">${each}</p>`)
      .join('')}</body></html>`;
    const raw = writeMessage({
      id: `generated-${thread}-${place}@${from.split('@')[1]}`,
      from: { name: nameOf(from), address: from },
      to: [{ name: nameOf(to), address: to }],
      subject: `${place === 0 ? '' : 'Re: '}Application number ${thread}`,
      at,
      text,
      html,
      references: Array.from(
        { length: place },
        (_unused, before) =>
          `generated-${thread}-${before}@${(before % 2 === 0 ? candidate : address).split('@')[1]}`,
      ),
    });
    const document = random() < withDocument ? between(smallestDocumentBytes, largestDocumentBytes) : 0;
    return { address, at, raw: document === 0 ? raw : attach(raw, document, random) };
  });
};

const attach = (raw: string, bytes: number, random: () => number): string => {
  const contentType = /^Content-Type: .*\r\n/m.exec(raw)?.[0] ?? '';
  const headEnd = raw.indexOf('\r\n\r\n');
  const content = Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256))).toString(
    'base64',
  );
  return [
    raw
      .slice(0, headEnd)
      .replace(contentType.trimEnd(), 'Content-Type: multipart/mixed; boundary="all-of-it"'),
    '',
    '--all-of-it',
    contentType.trimEnd(),
    raw.slice(headEnd + 2),
    '--all-of-it',
    'Content-Type: application/pdf; name="cv.pdf"',
    'Content-Disposition: attachment; filename="cv.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    ...(content.match(/.{1,76}/g) ?? []),
    '--all-of-it--',
    '',
  ].join('\r\n');
};

const nameOf = (address: string): string => (address.split('@')[0] ?? '').replace(/[^a-z0-9]+/gi, ' ');

const words =
  'thank you for the invitation to talk about position team next week would suit me and we look forward to hearing more of your work with engineers in production please find my notes below kind regards'.split(
    ' ',
  );

const sentence = (random: () => number): string => {
  const length = 5 + Math.floor(random() * 12);
  const text = Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
};
