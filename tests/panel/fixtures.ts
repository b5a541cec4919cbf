/* Builders of what the background tells a view, with only the facts that matter to a test given. */
import type { AuditPage } from '../../lib/contract/audit.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import {
  type ErasureCounts,
  ErasureId,
  type ErasureRow,
  type LegalHold,
} from '../../lib/contract/erasure.ts';
import type { Guards, Held } from '../../lib/contract/guard.ts';
import {
  ActionKey,
  CandidateId,
  CompanyId,
  ImportId,
  JobId,
  MailboxId,
  MessageId,
  PersonId,
  ThreadId,
} from '../../lib/contract/ids.ts';
import type { ImportRow, MailboxImports } from '../../lib/contract/import.ts';
import type { LeavingPreview, ListedColleague } from '../../lib/contract/leaving.ts';
import type { MailboxRow, TroubledMailbox } from '../../lib/contract/mailbox.ts';
import type { OpenThread } from '../../lib/contract/page.ts';
import type { Me, PersonRef } from '../../lib/contract/person.ts';
import type { AppState, PanelState, PendingAction } from '../../lib/contract/runtime.ts';
import type { SearchAnswer, SearchHit } from '../../lib/contract/search.ts';
import type {
  HistoryThread,
  KeptThread,
  OverrideReceipt,
  Reader,
  Receipt,
  ThreadEvidence,
  ThreadMessage,
  ThreadView,
} from '../../lib/contract/thread.ts';
import type { FilingPreview, StancePreview, ThreadAction } from '../../lib/contract/thread-action.ts';

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** ISO time so long before now. */
export const ago = ({ days = 0, minutes = 0 }: { days?: number; minutes?: number }): string =>
  new Date(Date.now() - days * dayMs - minutes * minuteMs).toISOString();
const ahead = ({ minutes }: { minutes: number }): string =>
  new Date(Date.now() + minutes * minuteMs).toISOString();

const person = (n: number, name: string, isYou = false): PersonRef => ({
  personId: PersonId.parse(uuid(n)),
  name,
  isYou,
});
export const you = person(1, 'Mira Okafor', true);
export const ana = person(2, 'Ana Lindqvist');
export const tom = person(3, 'Tom Baker');
export const ines = person(4, 'Inés Duarte');
export const raj = person(5, 'Raj Patel');
export const lea = person(6, 'Léa Martin');
export const yuki = person(7, 'Yuki Tanaka');

export const ref: OpenThread = {
  page: 'gmail',
  mailboxAddress: 'mira@hooli.example',
  providerThreadId: '18c0ffee18c0ffee',
};
export const threadId = ThreadId.parse(uuid(900));
export const otherThreadId = ThreadId.parse(uuid(901));

export const dana: CandidateCard = {
  candidateId: CandidateId.parse(uuid(101)),
  name: 'Dana Reyes',
  addresses: ['dana.reyes@mail.example'],
  jobs: [
    {
      jobId: JobId.parse(uuid(201)),
      title: 'Backend engineer',
      stage: 'Interview',
      stageSince: ago({ days: 6 }),
    },
  ],
  owner: ana,
};
export const kofi: CandidateCard = {
  candidateId: CandidateId.parse(uuid(102)),
  name: 'Kofi Mensah',
  addresses: ['kofi@mensah.example'],
  jobs: [
    {
      jobId: JobId.parse(uuid(201)),
      title: 'Backend engineer',
      stage: 'Screening',
      stageSince: ago({ days: 2 }),
    },
  ],
};
export const wei: CandidateCard = {
  candidateId: CandidateId.parse(uuid(103)),
  name: 'Wei-Ling Alexandra Papadopoulou-Hernández',
  addresses: ['wei.ling@papadopoulou-hernandez.example'],
  jobs: [],
};

export const reader = (
  who: PersonRef,
  right: Reader['right'],
  because: string,
  messageCount = 4,
): Reader => ({
  person: who,
  right,
  because,
  messageCount,
});

export const keptThread = (facts: Partial<KeptThread> = {}): KeptThread => ({
  state: 'kept',
  threadId,
  messageCount: 4,
  hiddenMessageCount: 0,
  grants: [],
  leftOutCount: 0,
  isLabelled: false,
  stance: 'default',
  privateTo: [],
  readers: [
    reader(you, 'copy', 'your mailbox holds it'),
    reader(ana, 'participant', 'was on Cc', 2),
    reader(tom, 'team', 'hiring team of Backend engineer'),
  ],
  hiddenFromCount: 14,
  hiddenBecause:
    'Hidden from 14 people: 9 because nobody who holds it shared it with the team; 5 because they do not work with the candidate.',
  keptBecause: ['Dana Reyes’s address is on a candidate’s record.'],
  ...facts,
});

export const receipts: readonly Receipt[] = [
  {
    person: tom,
    because: 'hiring team of Backend engineer',
    firstAt: ago({ days: 9 }),
    lastAt: ago({ minutes: 12 }),
    count: 3,
  },
  {
    person: yuki,
    because: 'granted by Ana Lindqvist on 3 November 2026, until 10 November 2026',
    firstAt: ago({ days: 18 }),
    lastAt: ago({ days: 18 }),
    count: 1,
  },
];

export const overrides: readonly OverrideReceipt[] = [
  {
    person: tom,
    usedAt: ago({ minutes: 25 }),
    endsAt: ahead({ minutes: 24 * 60 - 25 }),
    reason: 'Dana told us that she got two offers from us, and I need to see what was said.',
  },
  {
    person: ines,
    usedAt: ago({ days: 23 }),
    endsAt: ago({ days: 22 }),
    reason: 'Audit of the hiring process by the works council.',
  },
  {
    person: raj,
    usedAt: ago({ days: 30 }),
    reason: 'Our lawyer asked for all that was promised to her.',
  },
];

export const privateThread = (facts: Partial<KeptThread> = {}): KeptThread =>
  keptThread({
    stance: 'private',
    readers: [reader(you, 'copy', 'your mailbox holds it'), reader(ana, 'participant', 'was on Cc', 2)],
    hiddenFromCount: 15,
    ...facts,
  });

export const historyThread = (n: number, facts: Partial<HistoryThread> = {}): HistoryThread => ({
  threadId: ThreadId.parse(uuid(900 + n)),
  subject: subjects[n % subjects.length] ?? '',
  from: senders[n % senders.length] ?? '',
  lastAt: ago({ days: n * 3, minutes: 30 }),
  messageCount: (n % 4) + 1,
  hasAttachments: n % 3 === 1,
  isPrivate: false,
  isOpen: n === 0,
  ...facts,
});
const subjects = [
  'Your interview on Thursday',
  'CV and portfolio',
  'Re: Salary expectations and notice period, some questions',
  'Referral from Ana',
  'Home assignment',
];
const senders = ['Dana Reyes', 'Tom Baker', 'Dana Reyes', 'Ana Lindqvist'];

export const threadView = (facts: Partial<ThreadView> = {}): ThreadView => ({
  ref: { mailboxAddress: ref.mailboxAddress, providerThreadId: ref.providerThreadId },
  mailbox: standing(),
  labelName: 'Candidates',
  mayCreateCandidates: true,
  participants: [
    { address: 'dana.reyes@mail.example', name: 'Dana Reyes', isSender: true, candidateId: dana.candidateId },
  ],
  candidates: [dana],
  thread: keptThread(),
  accessRequests: { mine: [], toMe: [] },
  history: {
    threads: [historyThread(0), historyThread(1), historyThread(2, { isPrivate: true })],
    hiddenCount: 0,
    contacts: [],
  },
  imports: [],
  sendsFrom: ref.mailboxAddress,
  outgoing: [],
  undoable: [],
  ...facts,
});

/** Two messages of the mail thread were split off and filed on Kofi. */
export const splitView = (): ThreadView => {
  const thread = keptThread();
  const splitOff = keptThread({
    threadId: otherThreadId,
    messageCount: 2,
    stance: 'private',
    readers: [reader(you, 'copy', 'your mailbox holds it', 2), reader(raj, 'participant', 'was on Cc', 1)],
    hiddenFromCount: 15,
  });
  return threadView({
    candidates: [dana, kofi],
    thread,
    parts: [
      { thread, candidateIds: [dana.candidateId] },
      { thread: splitOff, candidateIds: [kofi.candidateId] },
    ],
  });
};

export const standing = (
  health: MailboxRow['health'] = { state: 'connected', since: ago({ days: 30 }) },
  provider: MailboxRow['provider'] = 'gmail',
): ThreadView['mailbox'] => ({
  state: 'connected',
  mailboxId: MailboxId.parse(uuid(301)),
  address: ref.mailboxAddress,
  provider,
  health,
  access: 'full',
});

/** The mailbox of the page, which its person lets Candor send by alone. */
export const sendOnly = (): ThreadView['mailbox'] => ({
  state: 'connected',
  mailboxId: MailboxId.parse(uuid(301)),
  address: ref.mailboxAddress,
  provider: 'gmail',
  health: { state: 'connected', since: ago({ days: 30 }) },
  access: 'send-only',
});

export const troubled: readonly TroubledMailbox[] = [
  {
    mailboxId: MailboxId.parse(uuid(303)),
    address: 'tom@hooli.example',
    personId: tom.personId,
    personName: tom.name,
    health: { state: 'needs-you', because: 'reconnect', since: ago({ days: 3 }) },
  },
  {
    mailboxId: MailboxId.parse(uuid(304)),
    address: 'ines.duarte.of.the.second.office@hooli-international.example',
    personId: ines.personId,
    personName: ines.name,
    health: { state: 'behind', because: 'silent', since: ago({ minutes: 41 }) },
  },
];

export const nobodyFound = (facts: Partial<ThreadView> = {}): ThreadView =>
  threadView({
    participants: [{ address: 'noor.haddad@mail.example', name: 'Noor Haddad', isSender: true }],
    candidates: [],
    thread: {
      state: 'not-kept',
      isLabelled: false,
      notKeptBecause: [
        'No address on it is on a candidate’s record. Log it, or label it, and Candor keeps it.',
      ],
    },
    history: { threads: [], hiddenCount: 0, contacts: [] },
    ...facts,
  });

export const threadState = (
  view: ThreadView = threadView(),
  facts: Partial<Omit<Extract<PanelState, { kind: 'thread' }>, 'kind' | 'view'>> = {},
): PanelState => ({
  kind: 'thread',
  ref,
  view,
  freshness: { state: 'fresh', asOf: ago({}) },
  pending: [],
  ...facts,
});

export const actionKey = (n: number): ActionKey => ActionKey.parse(uuid(500 + n));

export const pendingAct = (
  action: ThreadAction extends infer A ? (A extends ThreadAction ? Omit<A, 'key' | 'ref'> : never) : never,
  state: PendingAction['state'],
  refusedFor?: PendingAction['refusedFor'],
): PendingAction => {
  const key = actionKey(1);
  const { mailboxAddress, providerThreadId } = ref;
  return {
    key,
    action: { ...action, key, ref: { mailboxAddress, providerThreadId } },
    state,
    ...(refusedFor === undefined ? {} : { refusedFor }),
  };
};

export const undoable = (
  kind: ThreadView['undoable'][number]['kind'],
  said: string,
): ThreadView['undoable'][number] => ({
  key: actionKey(2),
  kind,
  said,
  undoUntil: ahead({ minutes: 8 }),
});

export const stancePreview = (facts: Partial<StancePreview> = {}): StancePreview => ({
  threadId,
  stance: 'private',
  gains: [],
  loses: [
    { person: tom, messageCount: 4, keepsCount: 0, because: 'hiring team of Backend engineer' },
    { person: ana, messageCount: 2, keepsCount: 2, because: 'was on Cc' },
  ],
  said: 'Tom will no longer see 4 messages. Ana keeps 2 that she received.',
  ...facts,
});

export const threadEvidence = (facts: Partial<ThreadEvidence> = {}): ThreadEvidence => ({
  threadId,
  messages: [
    { from: 'Dana Reyes', subject: 'Your interview on Thursday', because: 'first of its thread' },
    {
      from: 'Mira Okafor',
      subject: 'Re: Your interview on Thursday',
      because: 'answers “Your interview on Thursday” of 3 May 2026',
    },
    {
      from: 'Kofi Mensah',
      subject: 'Re: Interview',
      because: 'joined on 5 May 2026 because of “Re: Interview”',
    },
  ].map((each, n) => ({
    ...each,
    messageId: MessageId.parse(uuid(700 + n)),
    partId: threadId,
    sentAt: `2026-05-0${n + 3}T10:00:00.000Z`,
    canMove: true,
  })),
  filed: [
    {
      partId: threadId,
      candidateId: dana.candidateId,
      name: dana.name,
      because: 'dana.reyes@mail.example is on the record',
    },
  ],
  ...facts,
});

export const filingPreview = (facts: Partial<FilingPreview> = {}): FilingPreview => ({
  threadId,
  gains: [{ person: raj, messageCount: 3, keepsCount: 0, because: 'hiring team of Data analyst' }],
  loses: [{ person: tom, messageCount: 3, keepsCount: 0, because: 'hiring team of Backend engineer' }],
  said: 'Raj Patel will see 3 messages they cannot read now. Tom Baker will no longer see 3 messages.',
  ...facts,
});

export const threadMessage = (n: number, facts: Partial<ThreadMessage> = {}): ThreadMessage => ({
  messageId: MessageId.parse(uuid(700 + n)),
  subject: 'Your interview on Thursday',
  from:
    n % 2 === 0
      ? { address: 'mira@hooli.example', name: 'Mira Okafor' }
      : { address: 'dana.reyes@mail.example', name: 'Dana Reyes' },
  to:
    n % 2 === 0
      ? [{ address: 'dana.reyes@mail.example', name: 'Dana Reyes' }]
      : [{ address: 'mira@hooli.example', name: 'Mira Okafor' }],
  cc: [],
  sentAt: ago({ days: 4 - n }),
  text: 'Hello Mira,\n\nThursday at ten suits me well. I attach the portfolio you asked for.\n\nDana',
  isHeadersOnly: false,
  isPartlyUnread: false,
  attachments: [],
  canReadBecause: 'your mailbox holds it',
  canDeleteInMailbox: false,
  ...facts,
});

export const me = (facts: Partial<Me> = {}): Me => ({
  personId: you.personId,
  name: you.name,
  address: 'mira@hooli.example',
  role: 'recruiter',
  company: {
    companyId: CompanyId.parse(uuid(400)),
    name: 'Hooli',
    labelName: 'Candidates',
    defaultVisibility: 'record-access',
  },
  ...facts,
});

export const importRow = (facts: Partial<ImportRow> = {}): ImportRow => ({
  importId: ImportId.parse(uuid(801)),
  mailboxId: MailboxId.parse(uuid(301)),
  reason: 'window',
  window: '6-months',
  state: 'running',
  foundMessages: 412,
  foundThreads: 98,
  estimate: { sizeBytes: 20_400_000, durationMs: 6 * minuteMs },
  lookedThreads: 41,
  keptMessages: 160,
  keptThreads: 38,
  leftCounts: {},
  percent: 41,
  messagesPerMinute: 80,
  leftMs: 4 * minuteMs,
  createdAt: ago({ minutes: 3 }),
  ...facts,
});

export const mailboxImports = (facts: Partial<MailboxImports> = {}): MailboxImports => ({
  window: 'none',
  companyMaximum: 'all',
  searches: [],
  ...facts,
});

/** "Sync e-mails" for Dana. */
export const searchRow = (facts: Partial<ImportRow> = {}): ImportRow => {
  const { window: _, ...row } = importRow();
  return { ...row, reason: 'asked', candidateId: dana.candidateId, ...facts };
};

export const mailboxRow = (facts: Partial<MailboxRow> = {}): MailboxRow => ({
  mailboxId: MailboxId.parse(uuid(301)),
  address: 'mira@hooli.example',
  provider: 'gmail',
  state: 'connected',
  health: healthOf(facts.state ?? 'connected'),
  access: 'full',
  isPrimary: true,
  lastPulledAt: ago({ minutes: 2 }),
  keptCount: 318,
  isErasing: false,
  imports: mailboxImports(),
  completeness: completenessOf(facts.state ?? 'connected'),
  shutFolderCount: 0,
  isTold: true,
  quota: { spentUnits: 120, limitUnits: 6_000, reservedUnits: 1_200, windowMs: minuteMs },
  ...facts,
});

const healthOf = (state: MailboxRow['state']): MailboxRow['health'] =>
  state === 'needs-reconnect'
    ? { state: 'needs-you', because: 'reconnect', since: ago({ days: 2 }) }
    : { state, since: ago({ days: 30 }) };

const completenessOf = (state: MailboxRow['state']): MailboxRow['completeness'] => {
  if (state === 'needs-reconnect') return { state: 'untold', because: 'reconnect' };
  if (state !== 'connected') return { state: 'untold', because: 'not-on' };
  return {
    state: 'told',
    storedCount: 318,
    missingCount: 0,
    isWhole: true,
    countedAt: ago({ minutes: 190 }),
  };
};

/** Two of 43 are missing. */
export const lacking = (
  facts: Partial<Extract<MailboxRow['completeness'], { state: 'told' }>> = {},
): MailboxRow['completeness'] => ({
  state: 'told',
  storedCount: 41,
  missingCount: 2,
  missingSince: ago({ days: 2 }),
  isWhole: true,
  countedAt: ago({ minutes: 12 }),
  ...facts,
});

export const searchHit = (n: number, facts: Partial<SearchHit> = {}): SearchHit => ({
  messageId: MessageId.parse(uuid(700 + n)),
  threadId: ThreadId.parse(uuid(900 + n)),
  sentAt: ago({ days: n * 3, minutes: 30 }),
  subject: { text: 'Re: Salary expectations', marks: [{ start: 4, end: 10 }] },
  from: { text: 'Dana Reyes <dana.reyes@mail.example>', marks: [] },
  excerpt: {
    text: '…as I said on the phone, a salary around what I make now plus ten per cent would be fine, and the notice period is…',
    marks: [{ start: 27, end: 33 }],
  },
  also: [],
  candidates: [{ candidateId: dana.candidateId, name: dana.name }],
  ...facts,
});

export const searchAnswer: SearchAnswer = {
  hits: [
    searchHit(0),
    searchHit(1, {
      subject: { text: '', marks: [] },
      excerpt: undefined,
      also: [
        {
          in: 'attachment',
          text: 'salary-2026-final-version-of-the-very-long-name.pdf',
          marks: [{ start: 0, end: 6 }],
        },
      ],
      candidates: [],
    }),
    searchHit(2, {
      from: undefined,
      excerpt: { text: 'مرحبا salary שלום', marks: [{ start: 6, end: 12 }] },
      also: [
        {
          in: 'cc',
          text: 'Salary Board <salary@hooli.example>',
          marks: [
            { start: 0, end: 6 },
            { start: 14, end: 20 },
          ],
        },
      ],
    }),
  ],
  next: { sentAt: ago({ days: 7 }), messageId: MessageId.parse(uuid(702)) },
  total: { count: 200, isMore: true },
};

export const signedIn = (
  facts: Partial<Omit<Extract<AppState, { kind: 'signed-in' }>, 'kind'>> = {},
): AppState => ({
  kind: 'signed-in',
  serverAddress: 'https://candor.hooli.example',
  me: me(),
  mailboxes: [mailboxRow()],
  pendingCount: 0,
  ...facts,
});

export const otherJobId = JobId.parse(uuid(202));
export const otherMailboxId = MailboxId.parse(uuid(302));

export const guards: Guards = {
  mine: [{ id: uuid(801), entry: 'family@home.example' }],
  company: [
    { id: uuid(802), entry: '@agency.example' },
    { id: uuid(803), entry: 'legal@partner-with-a-very-long-name.example' },
  ],
  sharedAddresses: ['hiring@hooli.example'],
};

export const held: Held = {
  threads: [
    {
      mailboxId: MailboxId.parse(uuid(301)),
      ref: { mailboxAddress: 'mira@hooli.example', providerThreadId: '18c0000000000001' },
      subject: 'Application for the backend role',
      from: 'Dana Reyes',
      sentAt: ago({ minutes: 25 }),
      messageCount: 2,
      because:
        'hiring@hooli.example is a shared address, so others read it too. Nothing is kept until you say so.',
      candidates: [dana],
    },
  ],
  unread: [{ address: 'mira@elsewhere.example', messageCount: 3, reason: 'mailbox-disconnected' }],
  unreadable: [
    {
      mailboxId: MailboxId.parse(uuid(301)),
      address: 'mira@hooli.example',
      providerMessageId: '18c0000000000009',
      since: ago({ days: 1 }),
    },
  ],
};

export const auditPage = (facts: Partial<AuditPage> = {}): AuditPage => ({
  entries: [
    { seq: 1204, at: ago({ minutes: 4 }), said: 'Ana Lindqvist made a thread private.' },
    {
      seq: 1203,
      at: ago({ minutes: 31 }),
      said: 'Tom Baker gave Raj Patel access to a thread, until 3 December 2026.',
    },
    {
      seq: 1202,
      at: ago({ days: 1 }),
      said: 'Mira Okafor changed the company’s policy: which providers are allowed, whether passwords are allowed.',
    },
    {
      seq: 1201,
      at: ago({ days: 3 }),
      said: 'Candor found that Léa Martin’s mailbox has to be reconnected.',
    },
    {
      seq: 1200,
      at: ago({ days: 400 }),
      said: 'Inés Duarte put Yuki Tanaka on the hiring team of Backend.',
    },
  ],
  nextBeforeSeq: 1200,
  ...facts,
});
const colleague = (of: PersonRef, facts: Partial<ListedColleague> = {}): ListedColleague => ({
  personId: of.personId,
  name: of.name,
  address: `${of.name.split(' ')[0]?.toLowerCase() ?? ''}@hooli.example`,
  role: 'recruiter',
  isYou: of.isYou,
  isActive: true,
  canChange: true,
  ...facts,
});
export const listedColleagues: readonly ListedColleague[] = [
  colleague(ana, { role: 'admin' }),
  colleague(you, { role: 'owner', canChange: false }),
  colleague(tom, { role: 'hiring-manager' }),
  colleague(raj, { isActive: false }),
];
export const leaving: LeavingPreview = {
  mailboxes: 2,
  conversations: 41,
  privateConversations: 3,
  sharedConversations: 8,
  erasedMessages: 112,
  sharedMessages: 20,
  onHoldMessages: 4,
  withCandidates: [
    { candidateId: dana.candidateId, name: dana.name, conversations: 29 },
    { candidateId: kofi.candidateId, name: kofi.name, conversations: 12 },
  ],
};

export const hold: LegalHold = { reason: 'Claim of 3 May, file 12/26', at: ago({ days: 20 }), by: ana };

export const erasureCounts: ErasureCounts = {
  messages: 14,
  attachments: 2,
  conversations: 3,
  drafts: 1,
  addresses: 2,
  jobs: 1,
  sharedConversations: 1,
};
export const erasure: ErasureRow = {
  erasureId: ErasureId.parse(uuid(901)),
  at: ago({ minutes: 1 }),
  because: 'erased',
  askedBy: 'candidate',
  by: ana,
  counts: erasureCounts,
};
export const retirement: ErasureRow = {
  erasureId: ErasureId.parse(uuid(902)),
  at: ago({ days: 40 }),
  because: 'retired',
  counts: { ...erasureCounts, messages: 0, attachments: 0, conversations: 0, drafts: 0 },
};
