/*
 * A company's mailbox at each kind of provider, changed and looked into from the provider's own side: for tests that follow
 * whatever may happen to one and compare what Candor keeps with what is there.
 */

import { graphScopes } from '../../server/providers/graph/authority.ts';
import type { OpenMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import type { Services } from '../../server/services/services.ts';
import { addCandidates, connectedCompany, type ToConnect } from '../bench/connected-company.ts';
import type { Fault } from '../lab/faults.ts';
import { startGraphLab } from '../lab/graph/lab.ts';
import type { Dovecot } from '../lab/imap/dovecot.ts';
import { faultyLine } from '../lab/imap/faulty-line.ts';
import { otherProgram, password } from '../provider/imap-at-dovecot.ts';
import type { TestDatabase } from './a-database.ts';
import { ana, aSyncingCompany, candidateAddresses, movingClock } from './a-syncing-company.ts';
import { servicesOn } from './some-services.ts';
import { type ProviderAt, providersAt } from './worker-process.ts';

/** One copy, as its provider holds it. */
export type HeldCopy = {
  readonly id: string;
  readonly raw: Buffer;
  readonly place: 'plain' | 'spam' | 'trash';
};

export const changeKinds = ['remove', 'trash', 'untrash', 'spam', 'unspam', 'read'] as const;
export type ChangeKind = (typeof changeKinds)[number];

export type AuditedMailbox = {
  readonly address: string;
  /** For a worker in a process of its own. */
  readonly at: ProviderAt;
  readonly services: Services;
  readonly mailbox: OpenMailbox;
  readonly deliver: (raw: string | Buffer) => Promise<void>;
  readonly held: () => Promise<readonly HeldCopy[]>;
  readonly change: (kind: ChangeKind, copy: HeldCopy) => Promise<void>;
  readonly loseHistory: () => Promise<void>;
  /** Goes wrong once, at the next thing that is asked. */
  readonly fault: (how: Fault['how']) => void;
  /** What was asked of the provider so far, or said by it: grows with every step of a look. */
  readonly traffic: () => number;
  readonly close: () => Promise<void>;
};

/** The place a change brings a copy to; `undefined` where it does not move. */
const placeAfter = (kind: ChangeKind, { place }: HeldCopy): HeldCopy['place'] | undefined => {
  if (kind === 'trash' || kind === 'spam') return place === kind ? undefined : kind;
  if (kind === 'untrash') return place === 'trash' ? 'plain' : undefined;
  return kind === 'unspam' && place === 'spam' ? 'plain' : undefined;
};

export const gmailToAudit = async (database: TestDatabase, pageSize: number): Promise<AuditedMailbox> => {
  const company = await aSyncingCompany(database, pageSize);
  const { lab } = company;
  const mailbox = lab.mailbox(ana);
  const find = ({ id }: HeldCopy) => {
    const found = mailbox.messages().find((each) => each.id === id);
    if (found === undefined) throw new Error('The lab has no such message.');
    return found;
  };
  return {
    address: ana,
    at: company.at,
    services: company.services,
    mailbox: company.mailbox,
    deliver: async (raw) => {
      lab.deliver(ana, raw, { at: database.clock.at });
    },
    held: async () =>
      mailbox.messages().map(({ id, raw, labelIds }) => ({
        id,
        raw,
        place: labelIds.has('TRASH') ? 'trash' : labelIds.has('SPAM') ? 'spam' : 'plain',
      })),
    change: async (kind, copy) => {
      const message = find(copy);
      if (kind === 'remove') mailbox.remove(message.id);
      else if (kind === 'read') mailbox.relabel(message, [], ['UNREAD']);
      else {
        const label = kind.endsWith('trash') ? 'TRASH' : 'SPAM';
        mailbox.relabel(message, kind.startsWith('un') ? [] : [label], kind.startsWith('un') ? [label] : []);
      }
    },
    loseHistory: async () => lab.expireHistory(ana),
    fault: (how) => lab.fail({ match: '/users/me/', times: 1, how, retryAfterSeconds: 1 }),
    traffic: () => lab.requests.length,
    close: company.close,
  };
};

export const graphToAudit = async (database: TestDatabase, pageSize: number): Promise<AuditedMailbox> => {
  const clock = movingClock(database);
  const lab = await startGraphLab({ accounts: [ana], now: clock.now, largestPage: pageSize });
  const { refreshToken } = lab.grant(ana, graphScopes);
  const at = { kind: 'graph', ...lab.client, issuer: lab.issuer, rootUrl: lab.url } as const;
  const services = servicesOn({ ...database, clock }, { providers: providersAt(at, clock) });
  const mailbox = await begin(services, { address: ana, refreshToken, provider: 'graph' });
  const store = lab.mailbox(ana);
  const placeOf = (folderId: string): HeldCopy['place'] => {
    const { wellKnownName } = store.folder(folderId);
    if (wellKnownName === 'deleteditems') return 'trash';
    return wellKnownName === 'junkemail' ? 'spam' : 'plain';
  };
  const folders = { plain: 'inbox', spam: 'junkemail', trash: 'deleteditems' } as const;
  return {
    address: ana,
    at,
    services,
    mailbox,
    deliver: async (raw) => {
      lab.deliver(ana, raw, { at: database.clock.at });
    },
    held: async () =>
      store.messages().map(({ id, raw, folderId }) => ({ id, raw, place: placeOf(folderId) })),
    change: async (kind, copy) => {
      const message = store.message(copy.id);
      const to = placeAfter(kind, copy);
      if (kind === 'remove') store.remove(message);
      else if (kind === 'read') store.markRead(message);
      else if (to !== undefined) store.move(message, folders[to]);
    },
    loseHistory: async () => lab.loseLinks('gone'),
    fault: (how) => lab.fail({ match: '/me/', times: 1, how, retryAfterSeconds: 1 }),
    traffic: () => lab.requests.length,
    close: async () => {
      services.providers.graph?.close();
      await lab.close();
    },
  };
};

let users = 0;

/** A mailbox of its own at the server. */
export const imapToAudit = async (
  database: TestDatabase,
  dovecot: Dovecot,
  pageSize: number,
): Promise<AuditedMailbox> => {
  users += 1;
  const address = `ana.${users}@acme.test`;
  await dovecot.addUser(address, password);
  const other = await otherProgram(dovecot, address);
  const line = await faultyLine(dovecot.imapsPort);
  const clock = movingClock(database);
  const at = { kind: 'imap', certificate: dovecot.certificate } as const;
  const services = servicesOn({ ...database, clock }, { providers: providersAt(at, clock, pageSize) });
  const server = { host: 'localhost', port: line.port, security: 'tls' } as const;
  const mailbox = await begin(services, { address, secret: { user: address, password, imap: server } });
  const folders = { plain: 'INBOX', spam: 'Spam', trash: 'Bin' } as const;
  const placeAt = (path: string): HeldCopy['place'] =>
    path === folders.spam ? 'spam' : path === folders.trash ? 'trash' : 'plain';
  return {
    address,
    at,
    services,
    mailbox,
    deliver: async (raw) => {
      await other.append(folders.plain, Buffer.from(raw), [], new Date(database.clock.at));
    },
    held: async () => {
      const held: HeldCopy[] = [];
      for (const path of Object.values(folders)) {
        const { exists } = await other.mailboxOpen(path);
        if (exists === 0) continue;
        for (const row of await other.fetchAll('1:*', { uid: true, source: true }))
          held.push({ id: `${path} ${row.uid}`, raw: row.source ?? Buffer.alloc(0), place: placeAt(path) });
      }
      return held;
    },
    change: async (kind, copy) => {
      const [path = '', uid = ''] = copy.id.split(' ');
      await other.mailboxOpen(path);
      const to = placeAfter(kind, copy);
      if (kind === 'remove') await other.messageDelete(uid, { uid: true });
      else if (kind === 'read') await other.messageFlagsAdd(uid, ['\\Seen'], { uid: true });
      else if (to !== undefined) await other.messageMove(uid, folders[to], { uid: true });
    },
    loseHistory: async () => {
      const { uidValidity } = await other.mailboxOpen(folders.plain);
      const next = (uidValidity + 1_000n).toString();
      await dovecot.doveadm('mailbox', 'update', '-u', address, '--uid-validity', next, folders.plain);
      await other.mailboxOpen(folders.trash);
    },
    // IMAP has no statuses: each way to go wrong breaks the line, sooner or later in an answer.
    fault: (how) => line.cutAfter(typeof how === 'number' ? how % 40 : how.length),
    traffic: line.pieces,
    close: async () => {
      services.providers.imap?.close();
      other.close();
      await line.close();
    },
  };
};

/** With the first look, which notes where to go on from. */
const begin = async (services: Services, toConnect: ToConnect): Promise<OpenMailbox> => {
  const company = await connectedCompany(services, [toConnect]);
  const [mailbox] = company.mailboxes;
  if (mailbox === undefined) throw new Error('The company has no mailbox.');
  await addCandidates(services, company, candidateAddresses);
  await pullMailbox(services, mailbox, AbortSignal.timeout(60_000));
  return mailbox;
};
