/* Every state of the panel and of the app page, each with the facts that make it. The pictures and the axe run go by this list. */
import type { AppState, PanelState } from '../../../lib/contract/runtime.ts';
import * as f from '../fixtures.ts';
import type { Answers } from '../scripted-background.ts';

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
const readAnswer = {
  'read-thread': {
    value: {
      threadId: f.historyThread(1).threadId,
      subject: 'CV and portfolio',
      hiddenMessageCount: 1,
      messages: [
        f.threadMessage(0, { text: 'Dear Dana,\n\nWould Thursday at ten suit you?\n\nMira' }),
        f.threadMessage(1, {
          html: '<p>Hello Mira,</p><p><b>Thursday at ten</b> suits me well. <a href="https://dana.example/work">My portfolio</a>.</p><img src="https://tracker.example/o.gif" alt="signature">',
          attachments: [{ name: 'Dana Reyes CV 2026.pdf', sizeBytes: 184_000, mediaType: 'application/pdf' }],
        }),
      ],
    },
  },
};

const searchAnswer = { 'search-candidates': { value: [f.dana, f.kofi, f.wei] } };

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
        history: { threads: [], hiddenCount: 2 },
      }),
    ),
  ),
  panel('privacy-dialog', f.threadState(), {
    presses: ['You, Ana', 'Make private'],
    answers: { 'preview-stance': { value: f.stancePreview() } },
  }),
  panel('privacy-dialog-asking', f.threadState(), { presses: ['You, Ana', 'Make private'] }),
  panel('privacy-dialog-failed', f.threadState(), {
    presses: ['You, Ana', 'Make private'],
    answers: { 'preview-stance': { why: 'server-unreachable' } },
  }),
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
        history: { threads: Array.from({ length: 11 }, (_, n) => f.historyThread(n)), hiddenCount: 2 },
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
  app(
    'mailboxes',
    f.signedIn({
      me: f.me({ role: 'admin' }),
      pendingCount: 2,
      mailboxes: [
        f.mailboxRow(),
        f.mailboxRow({
          mailboxId: f.otherMailboxId,
          address: 'jobs@hooli.example',
          isPrimary: false,
          state: 'needs-reconnect',
          lastPulledAt: f.ago({ days: 2 }),
          lastFailure: { reason: 'mailbox-disconnected', at: f.ago({ days: 2 }) },
          keptCount: 12,
        }),
      ],
    }),
  ),
  app('turn-off', f.signedIn(), { presses: ['Turn off'] }),
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
  app('people', f.signedIn({ me: f.me({ role: 'owner' }) }), { hash: '#people' }),
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
