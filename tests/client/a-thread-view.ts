import { ActionKey, CandidateId, CompanyId, MailboxId, PersonId, ThreadId } from '../../lib/contract/ids.ts';
import type { OpenThread, ThreadRef } from '../../lib/contract/page.ts';
import type { Me } from '../../lib/contract/person.ts';
import type { HistoryThread, ThreadView } from '../../lib/contract/thread.ts';
import type { ThreadAction } from '../../lib/contract/thread-action.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const aPerson = (n: number, name: string): Me => ({
  personId: PersonId.parse(uuid(n)),
  name,
  address: `${name.toLowerCase()}@acme.example`,
  role: 'recruiter',
  company: {
    companyId: CompanyId.parse(uuid(900)),
    name: 'Acme',
    labelName: 'Candidates',
    defaultVisibility: 'record-access',
  },
});
export const ana = aPerson(1, 'Ana');
export const tom = aPerson(2, 'Tom');

export const anOpenThread = (n = 1): OpenThread => ({
  page: 'gmail',
  mailboxAddress: 'ana@acme.example',
  providerThreadId: `18c2f00000000${String(n).padStart(3, '0')}`,
});

export const aHistoryThread = (n: number, facts: Partial<HistoryThread> = {}): HistoryThread => ({
  threadId: ThreadId.parse(uuid(300 + n)),
  subject: `Subject ${n}`,
  from: 'Jane Doe',
  lastAt: '2026-11-01T10:00:00.000Z',
  messageCount: 2,
  hasAttachments: false,
  isPrivate: false,
  isOpen: false,
  ...facts,
});

export const aThreadView = (facts: { ref: ThreadRef } & Partial<ThreadView>): ThreadView => ({
  mailbox: {
    state: 'connected',
    mailboxId: MailboxId.parse(uuid(400)),
    address: 'ana@acme.example',
    provider: 'gmail',
    access: 'full',
    health: { state: 'connected', since: '2026-11-01T10:00:00.000Z' },
  },
  labelName: 'Candidates',
  mayCreateCandidates: true,
  participants: [{ address: 'jane@mail.example', name: 'Jane Doe', isSender: true }],
  candidates: [
    {
      candidateId: CandidateId.parse(uuid(500)),
      name: 'Jane Doe',
      addresses: ['jane@mail.example'],
      jobs: [],
    },
  ],
  thread: { state: 'not-kept', isLabelled: false, notKeptBecause: [] },
  accessRequests: { mine: [], toMe: [] },
  history: { threads: [], hiddenCount: 0, contacts: [] },
  imports: [],
  outgoing: [],
  undoable: [],
  ...facts,
});

let lastKey = 0;
const aKey = (): ActionKey => {
  lastKey += 1;
  return ActionKey.parse(uuid(100_000 + lastKey));
};
const refOf = ({ mailboxAddress, providerThreadId }: ThreadRef): ThreadRef => ({
  mailboxAddress,
  providerThreadId,
});
export const aLog = (thread: ThreadRef): ThreadAction => ({
  kind: 'log',
  key: aKey(),
  ref: refOf(thread),
  fileOn: [],
});
export const aLabel = (thread: ThreadRef, on: boolean): ThreadAction => ({
  kind: 'label',
  key: aKey(),
  ref: refOf(thread),
  on,
  fileOn: [],
});
export const anUndo = (of: ThreadAction): ThreadAction => ({
  kind: 'undo',
  key: aKey(),
  ref: of.ref,
  of: of.key,
});
