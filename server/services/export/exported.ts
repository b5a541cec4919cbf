/* What an export holds, as a page to read and as JSON. */
import type { CandidateCard, VouchedAddress } from '../../../lib/contract/candidate.ts';
import type { MessageId } from '../../../lib/contract/ids.ts';
import type { ThreadMessage } from '../../../lib/contract/thread.ts';
import { formatDay } from '../../../lib/domain/wording.ts';
import { type Html, html } from '../../base/html.ts';
import { toPage } from './saved-page.ts';

/** `base64`: absent where the file is not held, or there were too many bytes. */
export type ExportedFile = {
  readonly messageId: MessageId;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly base64?: string;
};
export type ExportedMessage = Omit<ThreadMessage, 'canDeleteInMailbox' | 'attachments'> & {
  readonly attachments: readonly ExportedFile[];
};
export type Exported = {
  readonly company: string;
  readonly at: string;
  readonly askedBy: string;
  readonly candidate: CandidateCard;
  /** Conversations with the candidate that who asks may not read. */
  readonly hiddenConversationCount: number;
  readonly conversations: readonly {
    readonly subject: string;
    /** Messages of it that who asks may not read. */
    readonly hiddenMessageCount: number;
    readonly messages: readonly ExportedMessage[];
  }[];
};

export const toData = (exported: Exported): string =>
  `${JSON.stringify({ kind: 'candor-candidate-export', version: 1, ...exported, said: sayings(exported) }, undefined, 2)}\n`;

export const toPageOf = (exported: Exported): string =>
  toPage(
    `What ${exported.company} holds about ${exported.candidate.name}`,
    html`<p>Saved by ${exported.askedBy} on ${moment(exported.at)} from Candor.</p>
${sayings(exported).map((line) => html`<p>${line}</p>`)}
<h2>On record</h2>${toRecord(exported.candidate)}
<h2>Conversations</h2>
${exported.conversations.length === 0 ? html`<p>None.</p>` : undefined}
${exported.conversations.map(
  ({ subject, hiddenMessageCount, messages }) => html`<section>
<h2>${subject === '' ? 'No subject' : subject}</h2>
${hiddenMessageCount === 0 ? undefined : html`<p class="muted">${counted(hiddenMessageCount, 'message')} of this conversation ${hiddenMessageCount === 1 ? 'is' : 'are'} not in here: ${exported.askedBy} may not read ${hiddenMessageCount === 1 ? 'it' : 'them'}.</p>`}
${messages.map(toArticle)}
</section>`,
)}`,
  );

/** What is in it, and what is not. */
const sayings = ({ askedBy, hiddenConversationCount, conversations }: Exported): readonly string[] => [
  hiddenConversationCount === 0
    ? 'All conversations with this person are in here.'
    : `${counted(hiddenConversationCount, 'conversation')} with this person ${hiddenConversationCount === 1 ? 'is' : 'are'} not in here, because ${askedBy} may not read ${hiddenConversationCount === 1 ? 'it' : 'them'}. Colleagues who may can save ${hiddenConversationCount === 1 ? 'it' : 'them'}.`,
  'Also not in here: what colleagues wrote and have not sent, the mail that lies in their own mailboxes and is not kept in Candor, and the audit, which holds ids and times and no text.',
  ...(conversations.some(({ messages }) =>
    messages.some(({ attachments }) => attachments.some(({ base64 }) => base64 === undefined)),
  )
    ? ['Attachments that were too large are named here, and lie whole in the mailboxes they came to.']
    : []),
];

const counted = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);
const moment = (iso: string): string => `${formatDay(Date.parse(iso))}, ${iso.slice(11, 16)} UTC`;

const toRecord = (card: CandidateCard): Html => {
  const rows: readonly (readonly [string, string])[] = [
    ['Name', card.name],
    ...card.addresses.map((address) => ['Address', `${address}${vouchWords(card, address)}`] as const),
    ...card.jobs.map(
      ({ title, stage, stageSince }) => ['Job', `${title}: ${stage}, since ${moment(stageSince)}`] as const,
    ),
    ...(card.owner === undefined ? [] : [['Looked after by', card.owner.name] as const]),
    ...(card.retires === undefined
      ? []
      : [['Erased by the company’s rule', `on ${moment(card.retires.at)}, at the earliest`] as const]),
    ...(card.hold === undefined
      ? []
      : [['Legal hold', `since ${moment(card.hold.at)}: ${card.hold.reason}`] as const]),
  ];
  return html`<table>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>`;
};

const vouchWords = ({ vouched = [] }: CandidateCard, address: string): string => {
  const said = vouched.find((each) => each.address === address);
  if (said === undefined) return '';
  const words = (what: string, of: VouchedAddress['verified']) =>
    of === undefined ? [] : [`${what} on ${moment(of.at)}${of.by === undefined ? '' : ` by ${of.by.name}`}`];
  return ` (${[...words('verified', said.verified), ...words('agreed to be found by it, noted', said.consent)].join('; ')})`;
};

const toArticle = (message: ExportedMessage): Html => {
  const { from, to, cc, sentAt, text, signature, quoted, attachments } = message;
  const people = (all: ExportedMessage['to']) =>
    all.map(({ address, name }) => (name === undefined ? address : `${name} <${address}>`)).join(', ');
  const written = [text, signature, quoted].filter((part) => part !== undefined).join('\n\n');
  return html`<article>
<h3>${message.subject === '' ? 'No subject' : message.subject}</h3>
<p class="muted">${moment(sentAt)} · from ${from === undefined ? 'nobody named' : people([from])}${to.length === 0 ? '' : ` · to ${people(to)}`}${cc.length === 0 ? '' : ` · cc ${people(cc)}`}</p>
${message.isHeadersOnly ? html`<p class="muted">It was too large to keep: its text is in the mailboxes it came to.</p>` : undefined}
${message.isPartlyUnread ? html`<p class="muted">Some of it could not be read.</p>` : undefined}
${written === '' ? undefined : html`<pre>${written}</pre>`}
${written === '' && message.html !== undefined ? html`<iframe sandbox title="The message as it was laid out" srcdoc="${message.html}"></iframe>` : undefined}
${attachments.length === 0 ? undefined : html`<ul>${attachments.map(toFileLine)}</ul>`}
</article>`;
};

/** Offered as bytes to save, whatever the sender says they are: opened in this page they could be a page of their own. */
const toFileLine = ({ name, sizeBytes, base64 }: ExportedFile): Html =>
  base64 === undefined
    ? html`<li>${name} (${String(sizeBytes)} bytes, not in here)</li>`
    : html`<li><a download="${name}" href="data:application/octet-stream;base64,${base64}">${name}</a> (${String(sizeBytes)} bytes)</li>`;
