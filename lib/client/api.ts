/* The tRPC client. Every call resolves to an answer its schema accepts, or throws Unserved with the reason. */
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { z } from 'zod';
import type { AppRouter } from '../../server/trpc/router.ts';
import { CandidateSearch, CandidateSearchAnswer } from '../contract/candidate.ts';
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
import { LiveNews, type LiveWait } from '../contract/live.ts';
import { ConnectStarted, MailboxRequest, MailboxRow } from '../contract/mailbox.ts';
import { ThreadRef } from '../contract/page.ts';
import { Invite, Invited, Me } from '../contract/person.ts';
import {
  ActionOutcome,
  ReadThread,
  ReadThreadRequest,
  StancePreview,
  StancePreviewRequest,
  type ThreadAction,
  ThreadView,
} from '../contract/thread.ts';
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
    readThread: (input: unknown) =>
      withInput(ReadThreadRequest, input, (it) => answered(ReadThread, trpc.thread.read.query(it))),
    searchCandidates: (input: unknown) =>
      withInput(CandidateSearch, input, (it) =>
        answered(CandidateSearchAnswer, trpc.candidate.search.query(it)),
      ),
    mailboxes: () => answered(z.array(MailboxRow), trpc.mailbox.list.query()),
    startConnect: () => answered(ConnectStarted, trpc.mailbox.startConnect.mutate({ provider: 'gmail' })),
    disconnect: (input: unknown) =>
      withInput(MailboxRequest, input, (it) =>
        answered(z.array(MailboxRow), trpc.mailbox.disconnect.mutate(it)),
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
