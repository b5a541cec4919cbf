/* The tRPC client. Every call resolves to an answer its schema accepts, or throws Unserved with the reason. */

import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { z } from 'zod';
import type { AppRouter } from '../../server/trpc/router.ts';
import {
  AccessRequestAt,
  AccessRequests,
  AnswerAccess,
  AskAccess,
  AskableThread,
} from '../contract/access-request.ts';
import { AuditCheck, AuditExport, AuditExportRequest, AuditPage, AuditRequest } from '../contract/audit.ts';
import {
  AddAddress,
  CandidateCard,
  CandidateSearch,
  CandidateSearchAnswer,
  VouchAddress,
} from '../contract/candidate.ts';
import {
  ConnectPolicy,
  ConnectServer,
  ConnectStart,
  ConnectStarted,
  MailboxWay,
  ServerConnected,
  WayRequest,
} from '../contract/connecting.ts';
import { DeletionPolicy } from '../contract/deletion.ts';
import {
  CandidateRequest,
  EraseCandidate,
  ErasureCounts,
  ErasureRequest,
  ErasureRow,
  ErasureSearch,
  SavedFile,
  SavedFiles,
  SetHold,
} from '../contract/erasure.ts';
import { ExportRequest } from '../contract/export.ts';
import { FailureReason } from '../contract/failure.ts';
import {
  DismissHeld,
  GuardChange,
  Guards,
  Held,
  RawMail,
  UnreadableMessage,
  UnreadableRequest,
} from '../contract/guard.ts';
import { ImportChoice, ImportRow, ImportSteer, MailboxImports, SyncCandidate } from '../contract/import.ts';
import { ImportPreviewPage, ImportPreviewRequest } from '../contract/import-preview.ts';
import { KeepPolicy } from '../contract/keeping.ts';
import { ColleagueRequest, EndAccess, LeavingPreview, ListedColleague } from '../contract/leaving.ts';
import { LiveNews, type LiveWait } from '../contract/live.ts';
import {
  CheckRequest,
  ErasePreview,
  MailboxChange,
  MailboxRequest,
  MailboxRow,
  NoticeMail,
  TroubledMailbox,
} from '../contract/mailbox.ts';
import { OverrideSetting, OverrideUsed, SetOverrideAllowed, UseOverride } from '../contract/override.ts';
import { ThreadRef } from '../contract/page.ts';
import { Colleague, Invite, Invited, Me } from '../contract/person.ts';
import { KeepCandidate, RetentionPolicy, RetentionSettings } from '../contract/retention.ts';
import { SearchAnswer, SearchRequest } from '../contract/search.ts';
import { SettledReply, SettleReply } from '../contract/send.ts';
import {
  StanceAll,
  StanceAllPreview,
  StanceAllPreviewRequest,
  StanceAllUndo,
} from '../contract/stance-all.ts';
import {
  CouldRead,
  CouldReadRequest,
  DeletedInMailbox,
  DeleteInMailboxRequest,
  EvidenceRequest,
  GrantedThread,
  ReadThread,
  ReadThreadRequest,
  ThreadEvidence,
  ThreadView,
} from '../contract/thread.ts';
import {
  ActionOutcome,
  FilingPreview,
  FilingPreviewRequest,
  GrantPreview,
  GrantPreviewRequest,
  StancePreview,
  StancePreviewRequest,
  type ThreadAction,
} from '../contract/thread-action.ts';
import { ChangeRequest, Visibility, VisibilityState, VisibilityTrial } from '../contract/visibility.ts';
import { LeavableMessage, LeavableRequest, PausedShare } from '../contract/withheld.ts';
import { isAbsence, serverFetch, Unserved } from './server-fetch.ts';
import type { World } from './world.ts';

export type Api = ReturnType<typeof makeApi>;

/** Below the 30 s after which Chrome stops a worker whose fetch has no answer. */
const answerWithinMs = 25_000;
/** `live.wait` is held up to 25 s by the server. */
const newsWithinMs = 29_000;

export const makeApi = (world: World, at: { readonly serverAddress: string; readonly token: string }) => {
  const client = (withinMs: number) =>
    createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${at.serverAddress}/trpc`,
          // As a POST a query's input stays out of URLs, which proxies write to their logs.
          methodOverride: 'POST',
          headers: { authorization: `Bearer ${at.token}` },
          fetch: async (url, init) => {
            const { status, json } = await serverFetch(world, String(url), init as RequestInit, withinMs);
            if (isAbsence(status) && !trpcError.safeParse(json).success)
              throw new Unserved('server-unreachable');
            return Response.json(json, { status });
          },
        }),
      ],
    });
  const trpc = client(answerWithinMs);
  const patient = client(newsWithinMs);

  return {
    me: () => answered(Me, trpc.session.me.query()),
    signOut: () => answered(z.unknown(), trpc.session.signOut.mutate()),
    threadView: (ref: ThreadRef) => answered(ThreadView, trpc.thread.view.query(ThreadRef.parse(ref))),
    act: (action: ThreadAction) => answered(ActionOutcome, sendAct(trpc, action)),
    previewStance: (input: unknown) =>
      withInput(StancePreviewRequest, input, (it) =>
        answered(StancePreview, trpc.thread.previewStance.query(it)),
      ),
    previewGrant: (input: unknown) =>
      withInput(GrantPreviewRequest, input, (it) =>
        answered(GrantPreview, trpc.thread.previewGrant.query(it)),
      ),
    couldRead: (input: unknown) =>
      withInput(CouldReadRequest, input, (it) => answered(CouldRead, trpc.thread.couldRead.query(it))),
    previewStanceAll: (input: unknown) =>
      withInput(StanceAllPreviewRequest, input, (it) =>
        answered(StanceAllPreview, trpc.thread.previewStanceAll.query(it)),
      ),
    setStanceAll: (input: unknown) =>
      withInput(StanceAll, input, (it) => answered(ActionOutcome, trpc.thread.setStanceAll.mutate(it))),
    undoStanceAll: (input: unknown) =>
      withInput(StanceAllUndo, input, (it) => answered(ActionOutcome, trpc.thread.undoStanceAll.mutate(it))),
    accessRequests: () => answered(AccessRequests, trpc.accessRequest.list.query()),
    askAccess: (input: unknown) =>
      withInput(AskAccess, input, (it) => answered(AccessRequests, trpc.accessRequest.ask.mutate(it))),
    withdrawAccessAsk: (input: unknown) =>
      withInput(AccessRequestAt, input, (it) =>
        answered(AccessRequests, trpc.accessRequest.withdraw.mutate(it)),
      ),
    askableThreads: (input: unknown) =>
      withInput(AccessRequestAt, input, (it) =>
        answered(z.array(AskableThread), trpc.accessRequest.threads.query(it)),
      ),
    answerAccess: (input: unknown) =>
      withInput(AnswerAccess, input, (it) => answered(AccessRequests, trpc.accessRequest.answer.mutate(it))),
    leavable: (input: unknown) =>
      withInput(LeavableRequest, input, (it) =>
        answered(z.array(LeavableMessage), trpc.thread.leavable.query(it)),
      ),
    pausedShares: () => answered(z.array(PausedShare), trpc.thread.paused.query()),
    granted: () => answered(z.array(GrantedThread), trpc.thread.granted.query()),
    colleagues: () => answered(z.array(Colleague), trpc.people.colleagues.query()),
    readThread: (input: unknown) =>
      withInput(ReadThreadRequest, input, (it) => answered(ReadThread, trpc.thread.read.query(it))),
    readEvidence: (input: unknown) =>
      withInput(EvidenceRequest, input, (it) => answered(ThreadEvidence, trpc.thread.evidence.query(it))),
    previewFiling: (input: unknown) =>
      withInput(FilingPreviewRequest, input, (it) =>
        answered(FilingPreview, trpc.thread.previewFiling.query(it)),
      ),
    deleteInMailbox: (input: unknown) =>
      withInput(DeleteInMailboxRequest, input, (it) =>
        answered(DeletedInMailbox, trpc.thread.deleteInMailbox.mutate(it)),
      ),
    settleReply: (input: unknown) =>
      withInput(SettleReply, input, (it) => answered(SettledReply, trpc.send.settle.mutate(it))),
    noticeMail: () => answered(NoticeMail, trpc.company.noticeMail.query()),
    searchCandidates: (input: unknown) =>
      withInput(CandidateSearch, input, (it) =>
        answered(CandidateSearchAnswer, trpc.candidate.search.query(it)),
      ),
    searchMessages: (input: unknown) =>
      withInput(SearchRequest, input, (it) => answered(SearchAnswer, trpc.search.messages.query(it))),
    previewErasure: (input: unknown) =>
      withInput(CandidateRequest, input, (it) => answered(ErasureCounts, trpc.erasure.preview.query(it))),
    eraseCandidate: (input: unknown) =>
      withInput(EraseCandidate, input, (it) => answered(ErasureRow, trpc.erasure.erase.mutate(it))),
    erasures: (input: unknown) =>
      withInput(ErasureSearch, input, (it) => answered(z.array(ErasureRow), trpc.erasure.list.query(it))),
    erasureCertificate: (input: unknown) =>
      withInput(ErasureRequest, input, (it) => answered(SavedFiles, trpc.erasure.certificate.query(it))),
    exportCandidate: (input: unknown) =>
      withInput(ExportRequest, input, (it) => answered(SavedFile, trpc.candidate.export.mutate(it))),
    setHold: (input: unknown) =>
      withInput(SetHold, input, (it) => answered(CandidateCard, trpc.erasure.setHold.mutate(it))),
    liftHold: (input: unknown) =>
      withInput(CandidateRequest, input, (it) => answered(CandidateCard, trpc.erasure.liftHold.mutate(it))),
    listColleagues: () => answered(z.array(ListedColleague), trpc.people.list.query()),
    previewLeaving: (input: unknown) =>
      withInput(ColleagueRequest, input, (it) =>
        answered(LeavingPreview, trpc.people.previewLeaving.query(it)),
      ),
    endAccess: (input: unknown) =>
      withInput(EndAccess, input, (it) =>
        answered(z.array(ListedColleague), trpc.people.endAccess.mutate(it)),
      ),
    letBackIn: (input: unknown) =>
      withInput(ColleagueRequest, input, (it) =>
        answered(z.array(ListedColleague), trpc.people.letBackIn.mutate(it)),
      ),
    addAddress: (input: unknown) =>
      withInput(AddAddress, input, (it) => answered(CandidateCard, trpc.candidate.addAddress.mutate(it))),
    previewImport: (input: unknown) =>
      withInput(ImportPreviewRequest, input, (it) =>
        answered(ImportPreviewPage, trpc.import.preview.query(it)),
      ),
    chooseImport: (input: unknown) =>
      withInput(ImportChoice, input, (it) => answered(MailboxImports, trpc.import.choose.mutate(it))),
    steerImport: (input: unknown) =>
      withInput(ImportSteer, input, (it) => answered(MailboxImports, trpc.import.steer.mutate(it))),
    syncCandidate: (input: unknown) =>
      withInput(SyncCandidate, input, (it) => answered(ImportRow, trpc.import.syncCandidate.mutate(it))),
    mailboxes: () => answered(z.array(MailboxRow), trpc.mailbox.list.query()),
    findWay: (input: unknown) =>
      withInput(WayRequest, input, (it) => answered(MailboxWay, trpc.mailbox.findWay.query(it))),
    startConnect: (input: unknown) =>
      withInput(ConnectStart, input, (it) => answered(ConnectStarted, trpc.mailbox.startConnect.mutate(it))),
    connectServer: (input: unknown) =>
      withInput(ConnectServer, input, (it) =>
        answered(ServerConnected, trpc.mailbox.connectServer.mutate(it)),
      ),
    changeMailbox: (input: unknown) =>
      withInput(MailboxChange, input, (it) => answered(z.array(MailboxRow), trpc.mailbox.change.mutate(it))),
    checkMailbox: (input: unknown) =>
      withInput(CheckRequest, input, (it) => answered(z.array(MailboxRow), trpc.mailbox.check.mutate(it))),
    troubledMailboxes: () => answered(z.array(TroubledMailbox), trpc.mailbox.troubled.query()),
    previewErase: (input: unknown) =>
      withInput(MailboxRequest, input, (it) => answered(ErasePreview, trpc.mailbox.previewErase.query(it))),
    connectPolicy: () => answered(ConnectPolicy, trpc.company.connectPolicy.query()),
    setConnectPolicy: (input: unknown) =>
      withInput(ConnectPolicy, input, (it) =>
        answered(ConnectPolicy, trpc.company.setConnectPolicy.mutate(it)),
      ),
    keepPolicy: () => answered(KeepPolicy, trpc.company.keepPolicy.query()),
    setKeepPolicy: (input: unknown) =>
      withInput(KeepPolicy, input, (it) => answered(KeepPolicy, trpc.company.setKeepPolicy.mutate(it))),
    retention: () => answered(RetentionSettings, trpc.company.retention.query()),
    setRetention: (input: unknown) =>
      withInput(RetentionPolicy, input, (it) =>
        answered(RetentionSettings, trpc.company.setRetention.mutate(it)),
      ),
    keepCandidate: (input: unknown) =>
      withInput(KeepCandidate, input, (it) => answered(CandidateCard, trpc.candidate.keep.mutate(it))),
    vouchAddress: (input: unknown) =>
      withInput(VouchAddress, input, (it) => answered(CandidateCard, trpc.candidate.vouchAddress.mutate(it))),
    deletionPolicy: () => answered(DeletionPolicy, trpc.company.deletionPolicy.query()),
    setDeletionPolicy: (input: unknown) =>
      withInput(DeletionPolicy, input, (it) =>
        answered(DeletionPolicy, trpc.company.setDeletionPolicy.mutate(it)),
      ),
    visibility: () => answered(VisibilityState, trpc.company.visibility.query()),
    tryVisibility: (input: unknown) =>
      withInput(Visibility, input, (it) => answered(VisibilityTrial, trpc.company.tryVisibility.query(it))),
    proposeVisibility: (input: unknown) =>
      withInput(Visibility, input, (it) =>
        answered(VisibilityState, trpc.company.proposeVisibility.mutate(it)),
      ),
    steerVisibility: (input: unknown) =>
      withInput(ChangeRequest, input, (it) =>
        answered(VisibilityState, trpc.company.steerVisibility.mutate(it)),
      ),
    invite: (input: unknown) =>
      withInput(Invite, input, (it) => answered(Invited, trpc.people.invite.mutate(it))),
    guards: () => answered(Guards, trpc.guard.lists.query()),
    changeGuards: (input: unknown) =>
      withInput(GuardChange, input, (it) => answered(Guards, sendGuardChange(trpc, it))),
    held: () => answered(Held, trpc.guard.held.query()),
    dismissHeld: (input: unknown) =>
      withInput(DismissHeld, input, (it) => answered(Held, trpc.guard.dismissHeld.mutate(it))),
    readRaw: (input: unknown) =>
      withInput(UnreadableRequest, input, (it) => answered(RawMail, trpc.guard.readRaw.query(it))),
    retryUnreadable: (input: unknown) =>
      withInput(UnreadableRequest, input, (it) =>
        answered(z.array(UnreadableMessage), trpc.guard.retryUnreadable.mutate(it)),
      ),
    readAudit: (input: unknown) =>
      withInput(AuditRequest, input, (it) => answered(AuditPage, trpc.audit.list.query(it))),
    overrideSetting: () => answered(OverrideSetting, trpc.override.setting.query()),
    setOverrideAllowed: (input: unknown) =>
      withInput(SetOverrideAllowed, input, (it) =>
        answered(OverrideSetting, trpc.override.setAllowed.mutate(it)),
      ),
    openByOverride: (input: unknown) =>
      withInput(UseOverride, input, (it) => answered(OverrideUsed, trpc.override.use.mutate(it))),
    checkAudit: () => answered(AuditCheck, trpc.audit.check.query()),
    checkReceipts: (input: unknown) =>
      withInput(ReadThreadRequest, input, (it) => answered(AuditCheck, trpc.audit.checkReceipts.query(it))),
    exportAudit: (input: unknown) =>
      withInput(AuditExportRequest, input, (it) => answered(AuditExport, trpc.audit.export.mutate(it))),
    liveWait: (wait: z.infer<typeof LiveWait>, signal: AbortSignal) =>
      answered(LiveNews, patient.live.wait.query(wait, { signal })),
  };
};

const sendAct = (
  trpc: ReturnType<typeof createTRPCClient<AppRouter>>,
  action: ThreadAction,
): Promise<unknown> => {
  switch (action.kind) {
    case 'log':
      return trpc.thread.log.mutate(action);
    case 'label':
      return trpc.thread.label.mutate(action);
    case 'stance':
      return trpc.thread.setStance.mutate(action);
    case 'grant':
      return trpc.thread.setGrant.mutate(action);
    case 'remove':
      return trpc.thread.remove.mutate(action);
    case 'move':
      return trpc.thread.move.mutate(action);
    case 'split':
      return trpc.thread.split.mutate(action);
    case 'keep':
      return trpc.thread.keep.mutate(action);
    case 'reply':
      return trpc.send.reply.mutate(action);
    case 'undo':
      return trpc.thread.undo.mutate(action);
  }
};

const sendGuardChange = (
  trpc: ReturnType<typeof createTRPCClient<AppRouter>>,
  change: GuardChange,
): Promise<unknown> => {
  switch (change.change) {
    case 'block':
      return trpc.guard.block.mutate(change);
    case 'unblock':
      return trpc.guard.unblock.mutate(change);
    case 'share':
      return trpc.guard.setShared.mutate(change);
  }
};

const withInput = <Input, Answer>(
  schema: z.ZodType<Input>,
  input: unknown,
  ask: (input: Input) => Promise<Answer>,
): Promise<Answer> => {
  const parsed = schema.safeParse(input);
  return parsed.success ? ask(parsed.data) : Promise.reject(new Unserved('bad-input', parsed.error));
};

const answered = async <Answer>(schema: z.ZodType<Answer>, call: Promise<unknown>): Promise<Answer> => {
  let answer: unknown;
  try {
    answer = await call;
  } catch (thrown) {
    throw toUnserved(thrown);
  }
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new Unserved('bug', parsed.error);
  return parsed.data;
};

const trpcError = z.object({ error: z.object({ data: z.unknown() }) });
const errorData = z.object({ reason: FailureReason });

const toUnserved = (thrown: unknown): unknown => {
  if (!(thrown instanceof TRPCClientError)) return thrown;
  if (thrown.cause instanceof Unserved) return thrown.cause;
  const data = errorData.safeParse(thrown.data);
  return new Unserved(data.success ? data.data.reason : 'bug', thrown);
};
