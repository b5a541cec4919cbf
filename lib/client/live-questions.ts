/* What a view asks the background, once each, and what an answer must look like. */
import { z } from 'zod';
import {
  type AccessRequestId,
  AccessRequests,
  type AnswerAccess,
  type AskAccess,
  AskableThread,
} from '../contract/access-request.ts';
import {
  AuditCheck,
  AuditExport,
  type AuditExportRequest,
  AuditPage,
  type AuditRequest,
} from '../contract/audit.ts';
import { CandidateCard, CandidateSearchAnswer, type VouchAddress } from '../contract/candidate.ts';
import {
  ConnectPolicy,
  type ConnectServer,
  type ConnectStart,
  MailboxWay,
  ServerConnected,
} from '../contract/connecting.ts';
import { DeletionPolicy } from '../contract/deletion.ts';
import {
  type EraseCandidate,
  ErasureCounts,
  type ErasureId,
  ErasureRow,
  SavedFile,
  SavedFiles,
  type SetHold,
} from '../contract/erasure.ts';
import type { ExportRequest } from '../contract/export.ts';
import {
  type DismissHeld,
  type GuardChange,
  Guards,
  Held,
  RawMail,
  UnreadableMessage,
  type UnreadableRequest,
} from '../contract/guard.ts';
import type { CandidateId, MailboxId, MessageId, PersonId, ThreadId } from '../contract/ids.ts';
import { type ImportChoice, ImportRow, type ImportSteer, type SyncCandidate } from '../contract/import.ts';
import { ImportPreviewPage, type ImportPreviewRequest } from '../contract/import-preview.ts';
import { KeepPolicy } from '../contract/keeping.ts';
import { type EndAccess, LeavingPreview, ListedColleague } from '../contract/leaving.ts';
import {
  type CheckRequest,
  ErasePreview,
  type MailboxChange,
  NoticeMail,
  TroubledMailbox,
} from '../contract/mailbox.ts';
import {
  OverrideSetting,
  OverrideUsed,
  type SetOverrideAllowed,
  type UseOverride,
} from '../contract/override.ts';
import { Colleague, type Invite, Invited } from '../contract/person.ts';
import { type RetentionPolicy, RetentionSettings } from '../contract/retention.ts';
import type { ViewQuestion } from '../contract/runtime.ts';
import { SearchAnswer, type SearchRequest } from '../contract/search.ts';
import type { SettleReply } from '../contract/send.ts';
import {
  type StanceAll,
  StanceAllPreview,
  type StanceAllPreviewRequest,
  type StanceAllUndo,
} from '../contract/stance-all.ts';
import {
  CouldRead,
  type CouldReadRequest,
  DeletedInMailbox,
  GrantedThread,
  ReadThread,
  ThreadEvidence,
} from '../contract/thread.ts';
import {
  ActionOutcome,
  FilingPreview,
  type FilingPreviewRequest,
  GrantPreview,
  type GrantPreviewRequest,
  StancePreview,
  type StancePreviewRequest,
} from '../contract/thread-action.ts';
import {
  type ChangeRequest,
  type Visibility,
  VisibilityState,
  VisibilityTrial,
} from '../contract/visibility.ts';
import { LeavableMessage, PausedShare } from '../contract/withheld.ts';

/** Sends a question; rejects with Unanswered. */
export type Ask = <T>(question: ViewQuestion, answer: z.ZodType<T>) => Promise<T>;

export type LiveQuestions = ReturnType<typeof liveQuestions>;

/** All of them reject with Unanswered. */
export const liveQuestions = (ask: Ask) => ({
  previewStance: (input: StancePreviewRequest) => ask({ ask: 'preview-stance', input }, StancePreview),
  previewGrant: (input: GrantPreviewRequest) => ask({ ask: 'preview-grant', input }, GrantPreview),
  couldRead: (input: CouldReadRequest) => ask({ ask: 'could-read', input }, CouldRead),
  granted: () => ask({ ask: 'granted' }, z.array(GrantedThread)),
  previewStanceAll: (input: StanceAllPreviewRequest) =>
    ask({ ask: 'preview-stance-all', input }, StanceAllPreview),
  setStanceAll: (input: StanceAll) => ask({ ask: 'set-stance-all', input }, ActionOutcome),
  undoStanceAll: (input: StanceAllUndo) => ask({ ask: 'undo-stance-all', input }, ActionOutcome),
  accessRequests: () => ask({ ask: 'access-requests' }, AccessRequests),
  askAccess: (request: AskAccess) => ask({ ask: 'ask-access', input: request }, AccessRequests),
  withdrawAccessAsk: (id: AccessRequestId) =>
    ask({ ask: 'withdraw-access-ask', input: { id } }, AccessRequests),
  askableThreads: (id: AccessRequestId) =>
    ask({ ask: 'askable-threads', input: { id } }, z.array(AskableThread)),
  answerAccess: (answer: AnswerAccess) => ask({ ask: 'answer-access', input: answer }, AccessRequests),
  leavable: (threadId: ThreadId) => ask({ ask: 'leavable', input: { threadId } }, z.array(LeavableMessage)),
  pausedShares: () => ask({ ask: 'paused-shares' }, z.array(PausedShare)),
  colleagues: () => ask({ ask: 'colleagues' }, z.array(Colleague)),
  searchCandidates: (text: string) =>
    ask({ ask: 'search-candidates', input: { text } }, CandidateSearchAnswer),
  searchMessages: (wanted: SearchRequest) => ask({ ask: 'search-messages', input: wanted }, SearchAnswer),
  readThread: (threadId: ThreadId) => ask({ ask: 'read-thread', input: { threadId } }, ReadThread),
  readEvidence: (threadId: ThreadId) => ask({ ask: 'read-evidence', input: { threadId } }, ThreadEvidence),
  previewFiling: (input: FilingPreviewRequest) => ask({ ask: 'preview-filing', input }, FilingPreview),
  /** Puts it into the trash of the person's own mailbox. */
  deleteInMailbox: (messageId: MessageId) =>
    ask({ ask: 'delete-in-mailbox', input: { messageId } }, DeletedInMailbox),
  settleReply: (settle: SettleReply) => done(ask, { ask: 'settle-reply', input: settle }),
  noticeMail: () => ask({ ask: 'notice-mail' }, NoticeMail),
  pair: (serverAddress: string) => done(ask, { ask: 'pair', input: { serverAddress } }),
  signOut: () => done(ask, { ask: 'sign-out' }),
  findWay: (address: string) => ask({ ask: 'find-way', input: { address } }, MailboxWay),
  /** Opens the provider's consent page in a tab of its own. */
  connectMailbox: (start: ConnectStart) => done(ask, { ask: 'connect-mailbox', input: start }),
  connectServer: (server: ConnectServer) => ask({ ask: 'connect-server', input: server }, ServerConnected),
  changeMailbox: (change: MailboxChange) => done(ask, { ask: 'change-mailbox', input: change }),
  checkMailbox: (check: CheckRequest) => done(ask, { ask: 'check-mailbox', input: check }),
  troubledMailboxes: () => ask({ ask: 'troubled-mailboxes' }, z.array(TroubledMailbox)),
  previewErase: (mailboxId: MailboxId) => ask({ ask: 'preview-erase', input: { mailboxId } }, ErasePreview),
  connectPolicy: () => ask({ ask: 'connect-policy' }, ConnectPolicy),
  setConnectPolicy: (policy: ConnectPolicy) =>
    ask({ ask: 'set-connect-policy', input: policy }, ConnectPolicy),
  deletionPolicy: () => ask({ ask: 'deletion-policy' }, DeletionPolicy),
  setDeletionPolicy: (policy: DeletionPolicy) =>
    ask({ ask: 'set-deletion-policy', input: policy }, DeletionPolicy),
  keepPolicy: () => ask({ ask: 'keep-policy' }, KeepPolicy),
  setKeepPolicy: (policy: KeepPolicy) => ask({ ask: 'set-keep-policy', input: policy }, KeepPolicy),
  retention: () => ask({ ask: 'retention' }, RetentionSettings),
  setRetention: (policy: RetentionPolicy) => ask({ ask: 'set-retention', input: policy }, RetentionSettings),
  visibility: () => ask({ ask: 'visibility' }, VisibilityState),
  tryVisibility: (wanted: Visibility) => ask({ ask: 'try-visibility', input: wanted }, VisibilityTrial),
  proposeVisibility: (wanted: Visibility) =>
    ask({ ask: 'propose-visibility', input: wanted }, VisibilityState),
  steerVisibility: (change: ChangeRequest) =>
    ask({ ask: 'steer-visibility', input: change }, VisibilityState),
  keepCandidate: (candidateId: CandidateId) => done(ask, { ask: 'keep-candidate', input: { candidateId } }),
  previewErasure: (candidateId: CandidateId) =>
    ask({ ask: 'preview-erasure', input: { candidateId } }, ErasureCounts),
  eraseCandidate: (erase: EraseCandidate) => ask({ ask: 'erase-candidate', input: erase }, ErasureRow),
  erasures: (address?: string) => ask({ ask: 'erasures', input: { address } }, z.array(ErasureRow)),
  erasureCertificate: (erasureId: ErasureId) =>
    ask({ ask: 'erasure-certificate', input: { erasureId } }, SavedFiles),
  exportCandidate: (wanted: ExportRequest) => ask({ ask: 'export-candidate', input: wanted }, SavedFile),
  setHold: (hold: SetHold) => ask({ ask: 'set-hold', input: hold }, CandidateCard),
  liftHold: (candidateId: CandidateId) => ask({ ask: 'lift-hold', input: { candidateId } }, CandidateCard),
  vouchAddress: (vouch: VouchAddress) => done(ask, { ask: 'vouch-address', input: vouch }),
  invite: (invite: Invite) => ask({ ask: 'invite', input: invite }, Invited),
  listColleagues: () => ask({ ask: 'list-colleagues' }, z.array(ListedColleague)),
  previewLeaving: (personId: PersonId) =>
    ask({ ask: 'preview-leaving', input: { personId } }, LeavingPreview),
  endAccess: (order: EndAccess) => ask({ ask: 'end-access', input: order }, z.array(ListedColleague)),
  letBackIn: (personId: PersonId) =>
    ask({ ask: 'let-back-in', input: { personId } }, z.array(ListedColleague)),
  addAddress: (candidateId: CandidateId, address: string) =>
    ask({ ask: 'add-address', input: { candidateId, address } }, CandidateCard),
  syncCandidate: (which: SyncCandidate) => ask({ ask: 'sync-candidate', input: which }, ImportRow),
  previewImport: (input: ImportPreviewRequest) => ask({ ask: 'preview-import', input }, ImportPreviewPage),
  chooseImport: (choice: ImportChoice) => done(ask, { ask: 'choose-import', input: choice }),
  steerImport: (steer: ImportSteer) => done(ask, { ask: 'steer-import', input: steer }),
  readGuards: () => ask({ ask: 'read-guards' }, Guards),
  changeGuards: (change: GuardChange) => ask({ ask: 'change-guards', input: change }, Guards),
  readHeld: () => ask({ ask: 'read-held' }, Held),
  dismissHeld: (thread: DismissHeld) => ask({ ask: 'dismiss-held', input: thread }, Held),
  readRaw: (message: UnreadableRequest) => ask({ ask: 'read-raw', input: message }, RawMail),
  retryUnreadable: (message: UnreadableRequest) =>
    ask({ ask: 'retry-unreadable', input: message }, z.array(UnreadableMessage)),
  readAudit: (which: AuditRequest) => ask({ ask: 'read-audit', input: which }, AuditPage),
  overrideSetting: () => ask({ ask: 'override-setting' }, OverrideSetting),
  setOverrideAllowed: (input: SetOverrideAllowed) =>
    ask({ ask: 'set-override-allowed', input }, OverrideSetting),
  openByOverride: (use: UseOverride) => ask({ ask: 'use-override', input: use }, OverrideUsed),
  checkAudit: () => ask({ ask: 'check-audit' }, AuditCheck),
  checkReceipts: (threadId: ThreadId) => ask({ ask: 'check-receipts', input: { threadId } }, AuditCheck),
  exportAudit: (portion: AuditExportRequest) => ask({ ask: 'export-audit', input: portion }, AuditExport),
  openApp: () => done(ask, { ask: 'open-app' }),
  openCandidates: () => done(ask, { ask: 'open-app', section: 'candidates' }),
});

/** For a question whose answer is only that it went well. */
const done = (ask: Ask, question: ViewQuestion): Promise<void> =>
  ask(question, z.unknown()).then(() => undefined);
