/* Every state of the panel and of the app page, each with the facts that make it. The pictures and the axe run go by this list. */
import type { CandidateCard } from '../../../lib/contract/candidate.ts';
import type { MailboxWay } from '../../../lib/contract/connecting.ts';
import { MailboxId } from '../../../lib/contract/ids.ts';
import type { AppState, PanelState } from '../../../lib/contract/runtime.ts';
import type { VisibilityState } from '../../../lib/contract/visibility.ts';
import { presets } from '../../../lib/domain/visibility.ts';
import * as a from '../access-fixtures.ts';
import * as f from '../fixtures.ts';
import * as g from '../grant-fixtures.ts';
import { previewThreads } from '../preview-fixtures.ts';
import type { Answers } from '../scripted-background.ts';
import * as v from '../visibility-fixtures.ts';
import * as w from '../withheld-fixtures.ts';

export type GalleryCase = {
  readonly name: string;
  readonly panel?: PanelState;
  readonly app?: AppState;
  readonly answers?: Answers;
  /** Names of buttons to press, one after the other, once it is painted. */
  readonly presses?: readonly string[];
  readonly hash?: string;
};

const panel = (
  name: string,
  state: PanelState,
  more: Omit<GalleryCase, 'name' | 'panel' | 'app'> = {},
): GalleryCase => ({
  name,
  panel: state,
  ...more,
});
const app = (
  name: string,
  state: AppState,
  more: Omit<GalleryCase, 'name' | 'panel' | 'app'> = {},
): GalleryCase => ({
  name: `app-${name}`,
  app: state,
  ...more,
});

const offline = { state: 'offline' as const, asOf: f.ago({ minutes: 42 }) };
const fileOnDana = [{ candidateId: f.dana.candidateId }];
const twoCandidates = f.threadView({
  participants: [
    { address: 'kofi@mensah.example', name: 'Kofi Mensah', isSender: false, candidateId: f.kofi.candidateId },
    {
      address: 'dana.reyes@mail.example',
      name: 'Dana Reyes',
      isSender: true,
      candidateId: f.dana.candidateId,
    },
    { address: 'wei.ling@papadopoulou-hernandez.example', isSender: false, candidateId: f.wei.candidateId },
  ],
  candidates: [f.kofi, f.dana, f.wei],
});
const ofDana = (facts: Partial<CandidateCard>): PanelState =>
  f.threadState(f.threadView({ candidates: [{ ...f.dana, ...facts }] }));
const vouchedAddress = {
  address: f.dana.addresses[0] ?? '',
  verified: { by: f.ana, at: f.ago({ days: 40 }) },
  consent: { by: f.you, at: f.ago({ days: 3 }) },
};
const countedErase: Answers = {
  'preview-erase': { value: { keptCount: 318, erasedCount: 306, onHoldCount: 0 } },
};
const candidateAnswers: Answers = {
  'search-candidates': { value: [f.dana, { ...f.kofi, hold: f.hold }] },
  'preview-erasure': { value: f.erasureCounts },
  'erase-candidate': { value: f.erasure },
  erasures: { value: [f.erasure, f.retirement] },
};
const googleWay: MailboxWay = {
  address: 'mira@hooli.example',
  kind: 'gmail',
  open: ['gmail', 'imap'],
  access: ['full', 'send-only'],
  isPersonal: false,
};
const serverWay: MailboxWay = {
  ...googleWay,
  kind: 'imap',
  open: ['imap'],
  servers: { from: 'colleague', imap: { host: 'imap.hooli.example', port: 993, security: 'tls' } },
};
const everyMailbox = [
  f.mailboxRow({ lastMessageAt: f.ago({ minutes: 26 }) }),
  f.mailboxRow({
    mailboxId: f.otherMailboxId,
    address: 'jobs@hooli.example',
    isPrimary: false,
    state: 'needs-reconnect',
    lastMessageAt: f.ago({ days: 2 }),
    lastPulledAt: f.ago({ days: 2 }),
    lastFailure: { reason: 'mailbox-disconnected', at: f.ago({ days: 2 }) },
    keptCount: 12,
  }),
  ...(
    [
      [
        'behind@hooli.example',
        {
          health: { state: 'behind', because: 'refused', since: f.ago({ minutes: 41 }) },
          lastPulledAt: f.ago({ minutes: 41 }),
          lastFailure: { reason: 'provider-refused', at: f.ago({ minutes: 1 }) },
        },
      ],
      [
        'new@hooli.example',
        {
          provider: 'graph',
          lastPulledAt: undefined,
          keptCount: 0,
          quota: undefined,
          completeness: { state: 'untold', because: 'not-yet' },
        },
      ],
      [
        'silent@hooli.example',
        {
          provider: 'imap',
          isTold: false,
          quota: undefined,
          health: { state: 'needs-you', because: 'silent', since: f.ago({ days: 2 }) },
          completeness: { state: 'untold', because: 'failed' },
        },
      ],
      [
        'sends@hooli.example',
        { access: 'send-only', lastPulledAt: undefined, keptCount: 0, quota: undefined, imports: undefined },
      ],
      ['paused@hooli.example', { provider: 'imap', state: 'paused', keptCount: 4 }],
      ['off@hooli.example', { provider: 'imap', state: 'off', keptCount: 7 }],
      ['erasing@hooli.example', { state: 'off', keptCount: 1204, isErasing: true }],
    ] as const
  ).map(([address, facts], index) =>
    f.mailboxRow({ mailboxId: MailboxId.parse(f.uuid(310 + index)), address, isPrimary: false, ...facts }),
  ),
];
const importing = (facts: Parameters<typeof f.importRow>[0]): AppState =>
  f.signedIn({
    mailboxes: [
      f.mailboxRow({ imports: f.mailboxImports({ window: '6-months', latest: f.importRow(facts) }) }),
    ],
  });
const readAnswer = {
  'read-thread': {
    value: {
      threadId: f.historyThread(1).threadId,
      subject: 'CV and portfolio',
      hiddenMessageCount: 1,
      leavesReceipt: true,
      messages: [
        f.threadMessage(0, {
          text: 'Dear Dana,\n\nWould Thursday at ten suit you?',
          signature: 'Mira Okafor\nHooli',
          quoted: 'On Monday Dana wrote:\n> When shall we talk?',
        }),
        f.threadMessage(1, {
          html: '<p>Hello Mira,</p><p><b>Thursday at ten</b> suits me well. <a href="https://dana.example/work">My portfolio</a>.</p><img src="https://tracker.example/o.gif" alt="signature">',
          attachments: [
            { name: 'Dana Reyes CV 2026.pdf', sizeBytes: 184_000, mediaType: 'application/pdf' },
            {
              name: 'portfolio.pdf',
              sizeBytes: 2_400_000,
              mediaType: 'application/pdf',
              sniffedType: 'application/zip',
            },
          ],
          invitation: {
            kind: 'invitation',
            summary: 'On-site interview',
            startsAt: '2026-12-02T09:00:00.000Z',
          },
        }),
      ],
    },
  },
};

const searchAnswer = { 'search-candidates': { value: [f.dana, f.kofi, f.wei] } };

/** The company's page, with the settings of one that began some time ago. */
const company = (name: string, visibility: VisibilityState, presses: readonly string[] = []): GalleryCase =>
  app(name, f.signedIn({ me: f.me({ role: 'admin' }) }), {
    hash: '#company',
    presses,
    answers: {
      'troubled-mailboxes': { value: f.troubled },
      visibility: { value: visibility },
      'try-visibility': { value: presses.includes('Send only') ? v.emptyTrial : v.largeTrial },
      'connect-policy': {
        value: {
          isConnectingOn: true,
          allowedProviders: ['gmail', 'graph'],
          allowedAccess: ['full', 'send-only'],
          isPasswordLoginAllowed: false,
          forbiddenDomains: ['freemail.example'],
        },
      },
      'keep-policy': {
        value: { matching: [['ancestry'], ['candidate-address', 'label']], mayCreateCandidates: true },
      },
      retention: {
        value: { rules: [{ stage: 'Rejected', months: 6 }], stages: ['Interview', 'Rejected'] },
      },
      'deletion-policy': { value: { isMailboxDeletionAllowed: false, propagatesDeletions: true } },
      'notice-mail': { value: { isOn: false } },
      'override-setting': { value: { isAllowed: true, canChange: false } },
    },
  });

export const galleryCases: readonly GalleryCase[] = [
  panel('signed-out', { kind: 'signed-out' }),
  panel('no-thread', { kind: 'no-thread' }),
  panel('loading', { kind: 'loading', ref: f.ref }),
  panel('layout-not-understood', {
    kind: 'layout-not-understood',
    trouble: { page: 'gmail', missing: 'thread-id' },
  }),
  panel('failed-offline', { kind: 'failed', ref: f.ref, why: 'offline' }),
  panel('failed-server-unreachable', { kind: 'failed', ref: f.ref, why: 'server-unreachable' }),
  panel('failed-hidden', { kind: 'failed', ref: f.ref, why: 'thread-hidden' }),
  panel('failed-bug', { kind: 'failed', ref: f.ref, why: 'bug' }),
  panel(
    'mailbox-not-connected',
    f.threadState(f.nobodyFound({ mailbox: { state: 'not-connected' }, thread: { state: 'unknown' } })),
  ),
  panel(
    'other-account',
    f.threadState(
      f.nobodyFound({
        mailbox: {
          state: 'other-account',
          pageAddress: 'mira.private@gmail.example',
          connected: ['mira@hooli.example'],
        },
        thread: { state: 'unknown' },
      }),
    ),
  ),
  panel(
    'needs-reconnect',
    f.threadState(
      f.threadView({
        mailbox: {
          state: 'needs-reconnect',
          mailboxId: f.mailboxRow().mailboxId,
          address: 'mira@hooli.example',
          provider: 'gmail',
        },
      }),
    ),
  ),
  panel('nobody-found', f.threadState(f.nobodyFound())),
  panel('nobody-found-create', f.threadState(f.nobodyFound()), { presses: ['Log to ATS'] }),
  panel('nobody-found-pick', f.threadState(f.nobodyFound()), {
    presses: ['Log to ATS', 'Pick a candidate', 'type:an'],
    answers: searchAnswer,
  }),
  panel('only-colleagues', f.threadState(f.nobodyFound({ participants: [] }))),
  panel('one-found', f.threadState()),
  panel(
    'several-jobs',
    f.threadState(
      f.threadView({
        candidates: [
          {
            ...f.dana,
            addresses: ['dana.reyes@mail.example', 'dreyes@university.example'],
            jobs: [
              ...f.dana.jobs,
              ...f.dana.jobs.map((job) => ({
                ...job,
                jobId: f.kofi.jobs[0]?.jobId ?? job.jobId,
                title: 'Platform lead',
                stage: 'Applied',
              })),
            ].map((job, at) => ({ ...job, jobId: at === 0 ? job.jobId : f.otherJobId })),
          },
        ],
      }),
    ),
  ),
  panel('reply', f.threadState(), { presses: ['Reply'], answers: readAnswer }),
  panel(
    'replies',
    f.threadState(
      f.threadView({
        outgoing: (
          [
            { state: 'sending' },
            { state: 'waits-for-provider' },
            { state: 'waits-for-mailbox' },
            { state: 'sent' },
            { state: 'sent', failedFor: 'recipient-refused' },
            { state: 'failed', failedFor: 'recipient-refused' },
            { state: 'failed', failedFor: 'outcome-unknown' },
          ] as const
        ).map((reply, nth) => ({ key: f.actionKey(nth), at: f.ago({ minutes: 3 }), ...reply })),
      }),
    ),
  ),
  panel('send-only', f.threadState(f.threadView({ mailbox: f.sendOnly() }))),
  panel('several-found', f.threadState(twoCandidates)),
  panel('several-found-log', f.threadState(twoCandidates), { presses: ['Log to ATS'] }),
  panel(
    'not-kept',
    f.threadState(
      f.threadView({
        thread: {
          state: 'not-kept',
          isLabelled: false,
          notKeptBecause: [
            'It is older than the import window of your mailbox. Log it, and Candor keeps it.',
          ],
        },
      }),
    ),
    { presses: ['Not kept'] },
  ),
  panel('kept-why', f.threadState(f.threadView({ thread: f.keptThread({ hiddenMessageCount: 2 }) })), {
    presses: ['4 messages kept'],
  }),
  panel('create-forbidden', f.threadState(f.nobodyFound({ mayCreateCandidates: false })), {
    presses: ['Log to ATS'],
  }),
  panel('candidate-goes', ofDana({ retires: { at: f.ago({ days: -6 }), isInGrace: true, canKeep: true } })),
  panel(
    'candidate-until',
    ofDana({ retires: { at: f.ago({ days: -300 }), isInGrace: false, canKeep: true } }),
  ),
  panel('candidate-on-hold', ofDana({ hold: f.hold })),
  panel('address-vouched', ofDana({ vouched: [vouchedAddress] }), {
    presses: ['More for Dana Reyes', 'Verify addresses…'],
  }),
  panel('readers', f.threadState(), { presses: ['You, Ana'] }),
  panel(
    'readers-many',
    f.threadState(
      f.threadView({
        thread: f.keptThread({
          stance: 'shared',
          readers: [f.you, f.ana, f.tom, f.ines, f.raj, f.lea, f.yuki].map((who) =>
            f.reader(
              who,
              who.isYou ? 'copy' : 'team',
              who.isYou ? 'your mailbox holds it' : 'hiring team of Backend engineer',
            ),
          ),
          hiddenFromCount: 9,
        }),
      }),
    ),
  ),
  panel('private', f.threadState(f.threadView({ thread: f.privateThread() })), { presses: ['Private'] }),
  panel(
    'private-to-a-colleague',
    f.threadState(f.threadView({ thread: f.privateThread({ stance: 'default', privateTo: [f.ana] }) })),
    { presses: ['Private'] },
  ),
  panel(
    'shared',
    f.threadState(f.threadView({ thread: f.keptThread({ stance: 'shared', hiddenFromCount: 0 }) })),
    {
      presses: ['You, Ana'],
    },
  ),
  panel(
    'all-hidden',
    f.threadState(
      f.threadView({
        thread: f.privateThread({
          messageCount: 0,
          hiddenMessageCount: 3,
          readers: [f.reader(f.ana, 'copy', 'her mailbox holds it', 3)],
          privateTo: [f.ana],
        }),
        history: { threads: [], hiddenCount: 2, contacts: [f.ana, f.tom] },
      }),
    ),
  ),
  panel(
    'mailbox-paused',
    f.threadState(
      f.threadView({
        mailbox: {
          state: 'paused',
          mailboxId: f.mailboxRow().mailboxId,
          address: f.ref.mailboxAddress,
          provider: 'gmail',
        },
      }),
    ),
  ),
  panel(
    'mailbox-behind',
    f.threadState(
      f.threadView({
        mailbox: f.standing({ state: 'behind', because: 'silent', since: f.ago({ minutes: 41 }) }),
      }),
    ),
  ),
  panel(
    'mailbox-needs-you',
    f.threadState(
      f.threadView({
        mailbox: f.standing({ state: 'needs-you', because: 'given-up', since: f.ago({ days: 2 }) }),
      }),
    ),
  ),
  panel(
    'override-used',
    f.threadState(f.threadView({ thread: f.privateThread({ receipts: [], overrides: [...f.overrides] }) })),
    { presses: ['Private. Only you'] },
  ),
  ...(
    [
      ['override-offered', []],
      ['override-dialog', ['Open by the override']],
      ['override-no-reason', ['Open by the override', 'Open and tell them']],
    ] as const
  ).map(([name, presses]) =>
    panel(
      name,
      f.threadState(
        f.threadView({
          history: { threads: [f.historyThread(0)], hiddenCount: 2, contacts: [], canOverride: true },
        }),
      ),
      { presses },
    ),
  ),
  panel('opened-by', f.threadState(f.threadView({ thread: f.keptThread({ receipts: [...f.receipts] }) })), {
    presses: ['You, Ana'],
  }),
  panel(
    'opened-by-differs',
    f.threadState(f.threadView({ thread: f.keptThread({ receipts: f.receipts.slice(0, 1) }) })),
    {
      presses: ['You, Ana', 'Check that nobody is missing'],
      answers: {
        'check-receipts': {
          value: {
            rowCount: 1204,
            broken: 'The audit and what is shown here tell of different openings of this thread.',
          },
        },
      },
    },
  ),
  panel('opened-by-nobody', f.threadState(f.threadView({ thread: f.keptThread({ receipts: [] }) })), {
    presses: ['You, Ana'],
  }),
  panel('privacy-dialog', f.threadState(), {
    presses: ['You, Ana', 'Make private'],
    answers: { 'preview-stance': { value: f.stancePreview() } },
  }),
  panel('granted', f.threadState(f.threadView({ thread: g.grantedThread() })), {
    presses: ['Private.'],
  }),
  panel('could-read', f.threadState(f.threadView({ thread: f.privateThread() })), {
    presses: ['Private.', 'Could somebody read this?', 'type:raj', 'Raj Patel'],
    answers: {
      colleagues: { value: g.colleagues },
      'could-read': {
        value: {
          threadId: f.threadId,
          personId: f.raj.personId,
          readCount: 2,
          totalCount: 4,
          said: 'Raj Patel can read 2 of 4 messages: was on Cc. Not the rest: it is private to Mira Okafor.',
        },
      },
    },
  }),
  panel('grant-dialog', f.threadState(f.threadView({ thread: f.privateThread() })), {
    presses: ['Private.', 'Let one colleague read it', 'type:h'],
    answers: { colleagues: { value: g.colleagues } },
  }),
  panel('grant-dialog-picked', f.threadState(f.threadView({ thread: f.privateThread() })), {
    presses: ['Private.', 'Let one colleague read it', 'type:raj', 'Raj Patel', 'Until a day'],
    answers: { colleagues: { value: g.colleagues }, 'preview-grant': { value: g.grantPreview } },
  }),
  panel('privacy-dialog-leave-out', f.threadState(f.threadView({ thread: f.privateThread() })), {
    presses: ['Private.', 'Open to the team', 'Leave out messages'],
    answers: {
      'preview-stance': { value: f.stancePreview({ stance: 'shared' }) },
      leavable: { value: w.leavable },
    },
  }),
  panel(
    'share-paused',
    f.threadState(
      f.threadView({ thread: f.keptThread({ stance: 'shared', leftOutCount: 2, pause: w.pause }) }),
    ),
  ),
  panel('stance-all-dialog', f.threadState(), {
    presses: ['More for Dana Reyes', 'Who can read all my mail with them…'],
    answers: {
      'preview-stance-all': {
        value: {
          threadCount: 12,
          sameCount: 2,
          gains: [],
          loses: [{ person: f.tom, threadCount: 12 }],
          said: '12 conversations become private. Tom Baker will see less of 12 conversations.',
        },
      },
    },
  }),
  panel('access-ask-dialog', f.threadState(a.hiddenView()), { presses: ['Ask for access'] }),
  panel('access-asked', f.threadState(a.hiddenView({ accessRequests: { mine: [...a.asked], toMe: [] } }))),
  panel('access-asks', f.threadState(f.threadView({ accessRequests: { mine: [], toMe: [a.ask] } }))),
  panel('access-answer', f.threadState(f.threadView({ accessRequests: { mine: [], toMe: [a.ask] } })), {
    presses: ['Answer'],
    answers: { 'askable-threads': { value: a.askable } },
  }),
  panel(
    'access-answer-failed',
    f.threadState(f.threadView({ accessRequests: { mine: [], toMe: [a.ask] } })),
    {
      presses: ['Answer'],
      answers: { 'askable-threads': { why: 'server-unreachable' } },
    },
  ),
  panel('privacy-dialog-asking', f.threadState(), { presses: ['You, Ana', 'Make private'] }),
  panel('privacy-dialog-failed', f.threadState(), {
    presses: ['You, Ana', 'Make private'],
    answers: { 'preview-stance': { why: 'server-unreachable' } },
  }),
  panel('split-in-parts', f.threadState(f.splitView())),
  panel('split-part-privacy-dialog', f.threadState(f.splitView()), {
    presses: ['Private. Only you', 'Open to the team'],
    answers: { 'preview-stance': { value: f.stancePreview() } },
  }),
  panel('refile-dialog', f.threadState(), {
    presses: ['More for this thread', 'Wrong candidate?'],
    answers: { 'read-evidence': { value: f.threadEvidence() } },
  }),
  panel('refile-dialog-split', f.threadState(), {
    presses: ['More for this thread', 'Wrong candidate?', 'Kofi Mensah'],
    answers: {
      'read-evidence': { value: f.threadEvidence() },
      'preview-filing': { value: f.filingPreview() },
    },
  }),
  panel('refile-dialog-failed', f.threadState(), {
    presses: ['More for this thread', 'Wrong candidate?'],
    answers: { 'read-evidence': { why: 'server-unreachable' } },
  }),
  panel(
    'just-moved-undo',
    f.threadState(f.threadView({ undoable: [f.undoable('move', 'Moved to Kofi Mensah.')] })),
  ),
  panel('menu', f.threadState(), { presses: ['More for this thread'] }),
  panel(
    'logged',
    f.threadState(
      f.threadView({
        thread: f.keptThread({ logged: { by: f.ana, at: f.ago({ days: 3 }) }, isLabelled: true }),
      }),
    ),
  ),
  panel(
    'just-logged-undo',
    f.threadState(
      f.threadView({
        thread: f.keptThread({ logged: { by: f.you, at: f.ago({}) } }),
        undoable: [f.undoable('log', 'Logged on Dana Reyes.')],
      }),
    ),
  ),
  panel(
    'label-pending',
    f.threadState(f.threadView(), {
      pending: [f.pendingAct({ kind: 'label', on: true, fileOn: fileOnDana }, 'sending')],
    }),
  ),
  panel(
    'queued-offline',
    f.threadState(f.threadView(), {
      freshness: offline,
      pending: [f.pendingAct({ kind: 'log', fileOn: fileOnDana }, 'queued')],
    }),
  ),
  panel(
    'private-queued-offline',
    f.threadState(f.threadView(), {
      freshness: offline,
      pending: [f.pendingAct({ kind: 'stance', threadId: f.threadId, stance: 'private' }, 'queued')],
    }),
  ),
  panel(
    'refused',
    f.threadState(f.threadView(), {
      pending: [f.pendingAct({ kind: 'log', fileOn: fileOnDana }, 'refused', 'policy-forbids')],
    }),
  ),
  panel(
    'server-unreachable',
    f.threadState(f.threadView(), { freshness: { ...offline, state: 'server-unreachable' } }),
  ),
  panel(
    'history-long',
    f.threadState(
      f.threadView({
        history: {
          threads: Array.from({ length: 11 }, (_, n) => f.historyThread(n)),
          hiddenCount: 2,
          contacts: [],
        },
      }),
    ),
  ),
  panel('history-reader', f.threadState(), { presses: ['Tom Baker'], answers: readAnswer }),
  panel('history-reader-as-sent', f.threadState(), {
    presses: ['Tom Baker', 'Show as sent'],
    answers: readAnswer,
  }),
  panel('history-reader-failed', f.threadState(), {
    presses: ['Tom Baker'],
    answers: { 'read-thread': { why: 'offline' } },
  }),
  panel('search-their-mail', f.threadState(), {
    presses: ['Search what was written', 'fill:search=salary', 'wait', 'wait'],
    answers: { 'search-messages': { value: f.searchAnswer } },
  }),
  panel('sync-asked', f.threadState(), { presses: ['More for Dana Reyes'] }),
  panel('add-address', f.threadState(), { presses: ['More for Dana Reyes', 'Add address'] }),
  panel('syncing', f.threadState(f.threadView({ imports: [f.importRow(), f.searchRow({ percent: 60 })] }))),
  panel(
    'synced',
    f.threadState(
      f.threadView({
        imports: [
          f.searchRow({
            state: 'done',
            percent: 100,
            keptMessages: 12,
            keptThreads: 3,
            leftCounts: { 'own-domains-only': 2 },
          }),
        ],
      }),
    ),
  ),
  panel(
    'synced-several',
    f.threadState({
      ...twoCandidates,
      imports: [f.searchRow({ state: 'done', foundMessages: 0, keptMessages: 0 })],
    }),
  ),
  panel('help', f.threadState(), { presses: ['More for this thread', 'Keyboard'] }),

  app('signed-out', { kind: 'signed-out', serverAddress: 'https://candor.hooli.example' }),
  app('pairing', {
    kind: 'pairing',
    serverAddress: 'https://candor.hooli.example',
    userCode: 'WDJB-MJHT',
    verificationUrl: 'https://candor.hooli.example/device?user_code=WDJB-MJHT',
  }),
  app('server-unreachable', { kind: 'server-unreachable', serverAddress: 'https://candor.hooli.example' }),
  app('loading', { kind: 'loading', serverAddress: 'https://candor.hooli.example' }),
  app('no-mailbox', f.signedIn({ mailboxes: [] })),
  app('mailboxes', f.signedIn({ me: f.me({ role: 'admin' }), pendingCount: 2, mailboxes: everyMailbox })),
  app('mailbox-menu', f.signedIn(), { presses: ['More for mira@hooli.example'] }),
  app('turn-off', f.signedIn(), { presses: ['Turn off'], answers: countedErase }),
  app('turn-off-erase', f.signedIn(), {
    presses: ['Turn off', 'Erase what it brought'],
    answers: countedErase,
  }),
  app('turn-off-uncounted', f.signedIn(), {
    presses: ['Turn off'],
    answers: { 'preview-erase': { why: 'server-unreachable' } },
  }),
  app('add-mailbox', f.signedIn(), { presses: ['Add a mailbox'] }),
  app('add-google', f.signedIn({ mailboxes: [] }), {
    presses: ['Continue', 'Continue to Google'],
    answers: { 'find-way': { value: googleWay } },
  }),
  app('add-google-gone', f.signedIn({ mailboxes: [] }), {
    presses: ['Continue', 'Mail', 'Continue to Google'],
    answers: { 'find-way': { value: googleWay }, 'connect-mailbox': { value: null } },
  }),
  app('add-unknown', f.signedIn({ mailboxes: [] }), {
    presses: ['Continue'],
    answers: {
      'find-way': {
        value: { ...googleWay, kind: 'unknown', open: ['gmail', 'graph', 'imap'], isPersonal: true },
      },
    },
  }),
  app('add-refused', f.signedIn({ mailboxes: [] }), {
    presses: ['Continue'],
    answers: { 'find-way': { value: { ...googleWay, open: [], refusal: 'colleagues' } } },
  }),
  app('add-by-password', f.signedIn({ mailboxes: [] }), {
    presses: ['Continue'],
    answers: { 'find-way': { value: serverWay } },
  }),
  app('add-by-password-trouble', f.signedIn({ mailboxes: [] }), {
    presses: ['Continue', 'fill:password=correct horse', 'Mail', 'Try it and connect'],
    answers: {
      'find-way': { value: serverWay },
      'connect-server': { value: { outcome: 'trouble', server: 'imap', trouble: 'wrong-password' } },
    },
  }),
  app('added-by-password', f.signedIn({ mailboxes: [] }), {
    presses: ['Continue', 'fill:password=correct horse', 'Mail', 'Try it and connect'],
    answers: {
      'find-way': { value: serverWay },
      'connect-server': {
        value: { outcome: 'connected', mailboxId: f.otherMailboxId, address: 'mira@hooli.example' },
      },
    },
  }),
  company('company', v.visibility()),
  company('company-visibility-trial', v.visibility(), ['Open team', 'See what would change']),
  company('company-visibility-trial-long', v.visibility(), ['Send only', 'See what would change']),
  company(
    'company-visibility-waiting',
    v.visibility({ pending: v.pendingVisibility({ mayAgree: true, by: f.ana }) }),
  ),
  company(
    'company-visibility-scheduled',
    v.visibility({ pending: v.pendingVisibility({ dueAt: f.ago({ minutes: -10 }) }) }),
  ),
  company(
    'company-visibility-undoable',
    v.visibility({
      now: presets['open-team'],
      preset: 'open-team',
      undoable: v.undoableVisibility,
    }),
  ),
  app('override-dialog', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#company',
    presses: ['Turn the override on'],
    answers: { 'override-setting': { value: { isAllowed: false, canChange: true } } },
  }),
  app('audit', f.signedIn({ me: f.me({ role: 'admin' }) }), {
    hash: '#audit',
    answers: { 'read-audit': { value: f.auditPage() } },
  }),
  app('audit-whole', f.signedIn({ me: f.me({ role: 'admin' }) }), {
    hash: '#audit',
    presses: ['Check that it is whole'],
    answers: {
      'read-audit': { value: f.auditPage() },
      'check-audit': { value: { rowCount: 1204, head: '3f9c1b0d7a5e4c2f'.repeat(4) } },
    },
  }),
  app('audit-broken', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#audit',
    presses: ['Check that it is whole'],
    answers: {
      'read-audit': { why: 'offline' },
      'check-audit': {
        value: {
          rowCount: 811,
          broken: 'Row 812 was changed after it was written: its hash is not that of what it says.',
        },
      },
    },
  }),
  app('import-choice', f.signedIn(), { presses: ['Import old mail', 'The last 6 months'] }),
  app('import-preview', f.signedIn(), {
    presses: ['Import old mail', 'The last 6 months', 'See what would be kept'],
    answers: { 'preview-import': { value: { threads: previewThreads, lookedThreads: 3 } } },
  }),
  app('import-preview-looking', f.signedIn(), {
    presses: ['Import old mail', 'The last 6 months', 'See what would be kept'],
  }),
  app('import-preview-failed', f.signedIn(), {
    presses: ['Import old mail', 'The last 6 months', 'See what would be kept'],
    answers: { 'preview-import': { why: 'provider-busy' } },
  }),
  app('import-counting', importing({ state: 'estimating' }), { presses: ['Import old mail'] }),
  app('import-counted', importing({ state: 'estimated', percent: 0 }), { presses: ['Import old mail'] }),
  app('import-running', importing({})),
  app('import-paused', importing({ state: 'paused' })),
  app('import-failed', importing({ state: 'failed', failedFor: 'provider-refused' })),
  app(
    'import-done',
    importing({ state: 'done', percent: 100, leftCounts: { 'own-domains-only': 3, unreadable: 1 } }),
  ),
  app('import-take-back', importing({ state: 'done', percent: 100 }), { presses: ['Take back'] }),
  app('shared', f.signedIn(), {
    hash: '#shared',
    presses: ['Application for the backend role'],
    answers: {
      granted: { value: g.granted },
      'paused-shares': { value: w.pausedShares },
      'access-requests': { value: { mine: [], toMe: [a.ask] } },
      'read-thread': {
        value: {
          threadId: f.threadId,
          subject: 'Application for the backend role',
          messages: [f.threadMessage(1), f.threadMessage(2)],
          hiddenMessageCount: 0,
          leavesReceipt: true,
        },
      },
    },
  }),
  app('kept', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#kept',
    answers: { 'read-guards': { value: f.guards }, 'read-held': { value: f.held } },
  }),
  app('kept-empty', f.signedIn(), {
    hash: '#kept',
    answers: {
      'read-guards': { value: { mine: [], company: [], sharedAddresses: [] } },
      'read-held': { value: { threads: [], unread: [], unreadable: [] } },
    },
  }),
  app('kept-failed', f.signedIn(), {
    hash: '#kept',
    answers: { 'read-guards': { why: 'offline' }, 'read-held': { why: 'offline' } },
  }),
  app('people', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#people',
    answers: { 'list-colleagues': { value: f.listedColleagues } },
  }),
  ...(['Leave', 'Pass it on', 'Hide', 'Erase'] as const).map((way) =>
    app(`leaving-${way.split(' ')[0]?.toLowerCase()}`, f.signedIn({ me: f.me({ role: 'owner' }) }), {
      hash: '#people',
      presses: ['End access… Tom', way, ...(way === 'Pass it on' ? ['End access, and pass mail on'] : [])],
      answers: { 'list-colleagues': { value: f.listedColleagues }, 'preview-leaving': { value: f.leaving } },
    }),
  ),
  app('search', f.signedIn(), {
    hash: '#search',
    presses: ['fill:search=salary', 'wait', 'wait'],
    answers: { 'search-messages': { value: f.searchAnswer } },
  }),
  app('search-opened', f.signedIn(), {
    hash: '#search',
    presses: ['fill:search=salary', 'wait', 'wait', 'Dana Reyes'],
    answers: {
      'search-messages': { value: f.searchAnswer },
      'read-thread': {
        value: {
          threadId: f.threadId,
          subject: 'Your interview on Thursday',
          messages: [f.threadMessage(0), f.threadMessage(1)],
          hiddenMessageCount: 1,
          leavesReceipt: false,
        },
      },
    },
  }),
  app('search-empty', f.signedIn(), {
    hash: '#search',
    presses: ['fill:search=zebra', 'wait', 'wait'],
    answers: { 'search-messages': { value: { hits: [], total: { count: 0, isMore: false } } } },
  }),
  app('search-asking', f.signedIn(), { hash: '#search', presses: ['fill:search=salary', 'wait', 'wait'] }),
  app('search-failed', f.signedIn(), {
    hash: '#search',
    presses: ['fill:search=salary', 'wait', 'wait'],
    answers: { 'search-messages': { why: 'server-unreachable' } },
  }),
  app('search-too-long', f.signedIn(), {
    hash: '#search',
    presses: [`fill:search=${'salary '.repeat(40)}`, 'wait', 'wait'],
  }),
  app('candidates', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#candidates',
    presses: ['fill:candidate=re', 'wait', 'More for Dana Reyes'],
    answers: candidateAnswers,
  }),
  app('candidates-nobody', f.signedIn(), {
    hash: '#candidates',
    presses: ['fill:candidate=zz', 'wait'],
    answers: { ...candidateAnswers, 'search-candidates': { value: [] } },
  }),
  app('erase', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#candidates',
    presses: ['fill:candidate=re', 'wait', 'More for Dana Reyes', 'Erase…'],
    answers: candidateAnswers,
  }),
  app('erase-refused', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#candidates',
    presses: [
      'fill:candidate=re',
      'wait',
      'More for Dana Reyes',
      'Erase…',
      'Erase Dana Reyes and 14 messages',
    ],
    answers: { ...candidateAnswers, 'erase-candidate': { why: 'legal-hold' } },
  }),
  app('erased', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#candidates',
    presses: [
      'fill:candidate=re',
      'wait',
      'More for Dana Reyes',
      'Erase…',
      'Erase Dana Reyes and 14 messages',
    ],
    answers: candidateAnswers,
  }),
  app('hold', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#candidates',
    presses: ['fill:candidate=re', 'wait', 'More for Dana Reyes', 'Set a legal hold…', 'Set the hold'],
    answers: candidateAnswers,
  }),
  app('hold-lift', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#candidates',
    presses: ['fill:candidate=re', 'wait', 'More for Kofi Mensah', 'Lift the legal hold…'],
    answers: candidateAnswers,
  }),
  ...(
    [
      ['lacking', f.lacking()],
      ['lacking-at-least', f.lacking({ missingCount: 1, isWhole: false })],
      ['fetching', { ...f.lacking(), underWay: 'mend' }],
    ] as const
  ).map(([name, completeness]) =>
    app(name, f.signedIn({ mailboxes: [f.mailboxRow({ completeness, isTold: name !== 'fetching' })] }), {
      presses: ['Details'],
    }),
  ),
  app('invited', f.signedIn({ me: f.me({ role: 'owner' }) }), {
    hash: '#people',
    presses: ['fill:name=Tom Baker', 'fill:address=tom@hooli.example', 'Invite'],
    answers: {
      invite: {
        value: {
          link: 'https://candor.hooli.example/join?t=3f9c1b0d7a5e4c2f8d6b',
          expiresAt: new Date(Date.now() + 7 * 86_400_000).toISOString(),
        },
      },
    },
  }),
];
