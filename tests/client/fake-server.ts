/* A companion server at the wire: tRPC's own HTTP adapter on 127.0.0.1 with scripted answers, and the device flow beside it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { initTRPC, TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { CandidateSearch } from '../../lib/contract/candidate.ts';
import { ConnectStart } from '../../lib/contract/connecting.ts';
import type { FailureReason } from '../../lib/contract/failure.ts';
import { type LiveNews, LiveWait } from '../../lib/contract/live.ts';
import { MailboxChange, type MailboxRow } from '../../lib/contract/mailbox.ts';
import { ThreadRef } from '../../lib/contract/page.ts';
import { Invite, type Me } from '../../lib/contract/person.ts';
import { type ReadThread, ReadThreadRequest, type ThreadView } from '../../lib/contract/thread.ts';
import {
  LabelAction,
  LogAction,
  StanceAction,
  StancePreviewRequest,
  type ThreadAction,
  UndoAction,
} from '../../lib/contract/thread-action.ts';
import { ana, aThreadView } from './a-thread-view.ts';

/** What a scripted answer throws to refuse for a reason of the contract. */
export class Refusal extends Error {
  readonly reason: FailureReason;
  constructor(reason: FailureReason) {
    super(reason);
    this.reason = reason;
  }
}

export type FakeServer = Awaited<ReturnType<typeof startFakeServer>>;
type Raw = (response: ServerResponse) => void;
type DeviceAnswer = { access_token: string } | { error: string };

export const startFakeServer = async () => {
  const fake = {
    /** Who each session token stands for; a token not here is refused. */
    people: new Map<string, Me>([['token-ana', ana]]),
    view: async (ref: ThreadRef): Promise<ThreadView> => aThreadView({ ref }),
    act: async (_action: ThreadAction): Promise<void> => {},
    read: async (_threadId: string): Promise<ReadThread> => {
      throw new Refusal('not-found');
    },
    /** Held until news are given; a request whose client left is dropped. */
    news: [] as ((news: LiveNews) => void)[],
    mailboxes: [] as MailboxRow[],
    deviceAnswers: [] as DeviceAnswer[],
    /** Answers the next requests whose path holds the key, instead of tRPC. */
    raw: undefined as { path: string; times: number; answer: Raw } | undefined,
    /** Every request, in order: path of the procedure or endpoint. */
    asked: [] as string[],
    urls: [] as string[],
    /** Every act that arrived, with who sent it; and those done, once a key. */
    acts: [] as { action: ThreadAction; by: string }[],
    done: new Map<string, ThreadAction>(),
    address: '',
    tell: (news: LiveNews): void => {
      for (const give of fake.news.splice(0)) give(news);
    },
    stop: async (): Promise<void> => {
      fake.tell({ cursor: 'end', changed: false });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const handler = createHTTPHandler({
    basePath: '/trpc/',
    router: scriptedRouter(fake),
    allowMethodOverride: true,
    createContext: ({ req }) => ({ me: fake.people.get(tokenOf(req)) }),
  });
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    fake.asked.push(path);
    fake.urls.push(request.url ?? '');
    const { raw } = fake;
    if (raw !== undefined && raw.times > 0 && path.includes(raw.path)) {
      raw.times -= 1;
      raw.answer(response);
    } else if (path === '/api/auth/device/code') {
      sendJson(response, 200, {
        device_code: 'device-1',
        user_code: 'ABCD-EFGH',
        verification_uri: `${fake.address}/device`,
        verification_uri_complete: `${fake.address}/device?user_code=ABCD-EFGH`,
        expires_in: 1800,
        interval: 5,
      });
    } else if (path === '/api/auth/device/token') {
      const answer = fake.deviceAnswers.shift() ?? { error: 'authorization_pending' };
      sendJson(response, 'error' in answer ? 400 : 200, answer);
    } else handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
};

export const sendText = (
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/html',
): void => {
  response.writeHead(status, { 'content-type': type });
  response.end(text);
};
const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  sendText(response, status, JSON.stringify(body), 'application/json');

const tokenOf = (request: IncomingMessage): string =>
  (request.headers.authorization ?? '').replace('Bearer ', '');

type Scripted = {
  view(ref: ThreadRef): Promise<ThreadView>;
  act(action: ThreadAction): Promise<void>;
  read(threadId: string): Promise<ReadThread>;
  news: ((news: LiveNews) => void)[];
  mailboxes: MailboxRow[];
  people: Map<string, Me>;
  acts: { action: ThreadAction; by: string }[];
  done: Map<string, ThreadAction>;
};

const scriptedRouter = (fake: Scripted) => {
  const t = initTRPC.context<{ me: Me | undefined }>().create({
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      data: { ...shape.data, reason: error.cause instanceof Refusal ? error.cause.reason : undefined },
    }),
  });
  const person = t.procedure.use(({ ctx, next }) => {
    if (ctx.me === undefined)
      throw new TRPCError({ code: 'UNAUTHORIZED', cause: new Refusal('not-signed-in') });
    return next({ ctx: { me: ctx.me } });
  });
  const act = async (action: ThreadAction, me: Me) => {
    fake.acts.push({ action, by: me.name });
    await fake.act(action);
    fake.done.set(action.key, action);
    return { key: action.key, said: 'Done.' };
  };
  return t.router({
    session: t.router({
      me: person.query(({ ctx }) => ctx.me),
      signOut: person.mutation(() => undefined),
    }),
    thread: t.router({
      view: person.input(ThreadRef).query(({ input }) => fake.view(input)),
      log: person.input(LogAction).mutation(({ input, ctx }) => act(input, ctx.me)),
      label: person.input(LabelAction).mutation(({ input, ctx }) => act(input, ctx.me)),
      setStance: person.input(StanceAction).mutation(({ input, ctx }) => act(input, ctx.me)),
      undo: person.input(UndoAction).mutation(({ input, ctx }) => act(input, ctx.me)),
      previewStance: person.input(StancePreviewRequest).query(({ input }) => ({
        ...input,
        gains: [],
        loses: [],
        said: 'Nobody loses sight of anything.',
      })),
      read: person.input(ReadThreadRequest).query(({ input }) => fake.read(input.threadId)),
    }),
    candidate: t.router({ search: person.input(CandidateSearch).query(() => []) }),
    mailbox: t.router({
      list: person.query(() => fake.mailboxes),
      startConnect: person
        .input(ConnectStart)
        .mutation(() => ({ url: 'https://accounts.google.com/o/oauth2/v2/auth?state=x' })),
      change: person.input(MailboxChange).mutation(() => fake.mailboxes),
    }),
    people: t.router({
      invite: person
        .input(Invite)
        .mutation(() => ({ link: 'https://candor.example/join/x', expiresAt: '2026-12-01T00:00:00.000Z' })),
    }),
    live: t.router({
      wait: person.input(LiveWait).query(({ input }): LiveNews | Promise<LiveNews> => {
        if (input.cursor === undefined) return { cursor: 'first', changed: false };
        return new Promise((resolve) => fake.news.push(resolve));
      }),
    }),
  });
};
