/* The certificate of an erasure, as a page to read and as JSON to check. It names nobody who was erased: of them it has ids and keyed hashes. */
import type { AskedBy, ErasureCounts, ErasureId, SavedFile } from '../../../lib/contract/erasure.ts';
import type { CandidateId } from '../../../lib/contract/ids.ts';
import type { Erased } from '../../../lib/domain/interest.ts';
import { formatDay } from '../../../lib/domain/wording.ts';
import { type Html, html } from '../../base/html.ts';
import { toPage } from '../export/saved-page.ts';

export type Certificate = {
  readonly erasureId: ErasureId;
  readonly company: string;
  readonly candidateId: CandidateId;
  /** Keyed by the server's master key, hex. */
  readonly addressHashes: readonly string[];
  readonly doneAt: string;
  readonly because: Erased;
  readonly askedBy?: AskedBy;
  /** A colleague's name. Absent for a former colleague, and where the company's time was over. */
  readonly doneBy?: string;
  readonly counts: ErasureCounts;
  /** Absent where nothing had ever been sealed with a key of theirs. */
  readonly destroyedKeyId?: string;
  readonly audit?: { readonly number: number; readonly hash: string };
};

export const toCertificateFiles = (certificate: Certificate): SavedFile[] => {
  const name = `erasure-${certificate.doneAt.slice(0, 10)}-${certificate.erasureId.slice(0, 8)}`;
  const said = sayings(certificate);
  return [
    {
      name: `${name}.html`,
      mediaType: 'text/html',
      text: toPage('Certificate of erasure', toBody(certificate, said)),
    },
    {
      name: `${name}.json`,
      mediaType: 'application/json',
      text: `${JSON.stringify({ kind: 'candor-erasure-certificate', version: 1, ...certificate, said }, undefined, 2)}\n`,
    },
  ];
};

const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `1 ${one}` : `${count} ${many}`;

type Sayings = Readonly<Record<'erased' | 'stays' | 'checks' | 'backUps' | 'comesBack', readonly string[]>>;

const sayings = (certificate: Certificate): Sayings => {
  const { counts, because, destroyedKeyId } = certificate;
  const day = formatDay(Date.parse(certificate.doneAt));
  return {
    erased: [
      `${counted(counts.messages, 'message')} in ${counted(counts.conversations, 'conversation')} filed on nobody else`,
      `${counted(counts.attachments, 'attachment')} in them`,
      `${counted(counts.drafts, 'draft')} to them`,
      `${counted(counts.addresses, 'address', 'addresses')} and ${counted(counts.jobs, 'application')} on their record, and the record itself`,
    ],
    stays: [
      'The mail in people’s own mailboxes. Candor deleted nothing there.',
      counts.sharedConversations === 0
        ? 'No conversation was filed on another candidate as well.'
        : `${counted(counts.sharedConversations, 'conversation')} filed on another candidate as well, with whatever was written there.`,
      'The company’s audit: ids, times and counts of what was done, and no text.',
    ],
    checks: [
      destroyedKeyId === undefined
        ? 'Nothing had ever been sealed with a key of the candidate’s own.'
        : 'The mail was sealed with a key that was the candidate’s alone. The key was destroyed, so what it sealed opens nowhere with what the server holds now.',
      'The hashes below are made with the server’s own secret. Whoever runs the server can tell whether an address is the one that was erased; nobody can tell the address from them.',
    ],
    backUps: [
      `A copy of the mail alone, taken before ${day}, opens no more: its key is gone from the server.`,
      `A back-up of the whole database from before ${day} is not erased by this. It holds the destroyed key too, sealed with the server’s master key, and whoever has both can open it. Such back-ups have to be destroyed, or, where one is restored, the candidate has to be erased again at once.`,
      'The rows with the candidate’s name and with the key are deleted. The database overwrites their places, and its own log of changes, in the course of its work; until then somebody with the server’s disk and its master key could dig them up.',
      'Browsers of colleagues who had the candidate open may keep the list and subjects their panel showed for up to seven days, or until they sign out.',
    ],
    comesBack: [
      'Messages that were erased are known by keyed hashes of their ids. No sync, search or import of a mailbox or file brings them back.',
      because === 'erased'
        ? 'The same holds for new mail with the addresses that were erased, until somebody puts one of them on a candidate’s record again by hand. That is written in the audit; what was erased stays erased.'
        : 'The company’s time for the candidate was over. New mail with them is treated as any stranger’s.',
    ],
  };
};

const askedWords: Readonly<Record<AskedBy, string>> = {
  candidate: 'the candidate',
  representative: 'somebody on the candidate’s behalf',
  authority: 'an authority',
  company: 'the company itself',
};

const toBody = (certificate: Certificate, said: Sayings): Html => {
  const { company, doneAt, askedBy, doneBy, because, audit } = certificate;
  const facts: readonly (readonly [string, string])[] = [
    ['Company', company],
    ['Erased', `${formatDay(Date.parse(doneAt))}, ${doneAt.slice(11, 16)} UTC`],
    [
      'Asked for by',
      because === 'retired'
        ? 'nobody: the company’s time for keeping the candidate was over'
        : askedWords[askedBy ?? 'company'],
    ],
    ...(because === 'retired' ? [] : [['Done by', doneBy ?? 'a former colleague'] as const]),
  ];
  const proofs: readonly (readonly [string, string])[] = [
    ['Certificate', certificate.erasureId],
    ['Record that was erased', certificate.candidateId],
    ...(certificate.destroyedKeyId === undefined
      ? []
      : [['Key that was destroyed', certificate.destroyedKeyId] as const]),
    ...(audit === undefined
      ? []
      : [['Row of the audit', String(audit.number)] as const, ['Hash of that row', audit.hash] as const]),
    ...certificate.addressHashes.map((hash) => ['Keyed hash of an address', hash] as const),
  ];
  return html`<p>Somebody’s record was erased from Candor for good. This page does not name them.</p>
${toTable(facts)}
<h2>What was erased</h2>${toList(said.erased)}
<h2>What stays</h2>${toList(said.stays)}
<h2>How it can be checked</h2>${toParagraphs(said.checks)}${toTable(proofs)}
<h2>What is true of back-ups</h2>${toParagraphs(said.backUps)}
<h2>How it stays so</h2>${toParagraphs(said.comesBack)}`;
};

const toTable = (rows: readonly (readonly [string, string])[]): Html =>
  html`<table>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>`;
const toList = (lines: readonly string[]): Html =>
  html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
const toParagraphs = (lines: readonly string[]): readonly Html[] => lines.map((line) => html`<p>${line}</p>`);
