import { z } from 'zod';
import { FailureReason } from './failure.ts';
import { ActionKey } from './ids.ts';
import { MailboxRow } from './mailbox.ts';
import { OpenThread, ReaderTrouble } from './page.ts';
import { Me } from './person.ts';
import { ThreadView } from './thread.ts';
import { ThreadAction } from './thread-action.ts';

/** Content script to background, one-way. The background believes nothing of it but which tab it came from. */
export const PageMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('candor:thread-open'), thread: OpenThread }),
  z.object({ kind: z.literal('candor:thread-closed') }),
  z.object({ kind: z.literal('candor:reader-trouble'), trouble: ReaderTrouble }),
  /** The person clicked for it, on a page the panel finds no place on. */
  z.object({ kind: z.literal('candor:open-side-panel') }),
]);
export type PageMessage = z.infer<typeof PageMessage>;

/** An act of the person that the server does not have yet, or refused. */
export const PendingAction = z.object({
  key: ActionKey,
  action: ThreadAction,
  /** queued: waits for the network or its turn. refused: the server said no; the person decides. */
  state: z.enum(['queued', 'sending', 'refused']),
  refusedFor: FailureReason.or(z.literal('bug')).optional(),
});
export type PendingAction = z.infer<typeof PendingAction>;

/** How fresh what is shown is. `asOf` is when the server last answered for it. */
export const Freshness = z.discriminatedUnion('state', [
  z.object({ state: z.literal('fresh'), asOf: z.iso.datetime() }),
  z.object({ state: z.literal('refreshing'), asOf: z.iso.datetime() }),
  z.object({ state: z.literal('offline'), asOf: z.iso.datetime() }),
  z.object({ state: z.literal('server-unreachable'), asOf: z.iso.datetime() }),
]);
export type Freshness = z.infer<typeof Freshness>;

/** Everything the panel needs to paint, one snapshot at a time. */
export const PanelState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signed-out') }),
  z.object({ kind: z.literal('no-thread') }),
  z.object({ kind: z.literal('loading'), ref: OpenThread }),
  z.object({ kind: z.literal('layout-not-understood'), trouble: ReaderTrouble }),
  /** Nothing is stored of this thread and the server did not give it. */
  z.object({
    kind: z.literal('failed'),
    ref: OpenThread,
    why: z.union([FailureReason, z.enum(['offline', 'server-unreachable', 'bug'])]),
  }),
  z.object({
    kind: z.literal('thread'),
    ref: OpenThread,
    view: ThreadView,
    freshness: Freshness,
    pending: z.array(PendingAction),
  }),
]);
export type PanelState = z.infer<typeof PanelState>;

/** What the full-tab app page paints. */
export const AppState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signed-out'), serverAddress: z.string() }),
  /** Device flow (RFC 8628) under way: the person confirms this code on the server's page. */
  z.object({
    kind: z.literal('pairing'),
    serverAddress: z.string(),
    userCode: z.string(),
    verificationUrl: z.string(),
  }),
  z.object({ kind: z.literal('server-unreachable'), serverAddress: z.string() }),
  z.object({ kind: z.literal('loading'), serverAddress: z.string() }),
  z.object({
    kind: z.literal('signed-in'),
    serverAddress: z.string(),
    me: Me,
    mailboxes: z.array(MailboxRow),
    pendingCount: z.int().nonnegative(),
  }),
]);
export type AppState = z.infer<typeof AppState>;

/** Questions a view asks the background, answered once. Inputs and answers are the tRPC procedures' own. */
export const ViewQuestion = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('preview-stance'), input: z.unknown() }),
  z.object({ ask: z.literal('preview-grant'), input: z.unknown() }),
  z.object({ ask: z.literal('preview-import'), input: z.unknown() }),
  z.object({ ask: z.literal('preview-stance-all'), input: z.unknown() }),
  z.object({ ask: z.literal('set-stance-all'), input: z.unknown() }),
  z.object({ ask: z.literal('undo-stance-all'), input: z.unknown() }),
  z.object({ ask: z.literal('access-requests') }),
  z.object({ ask: z.literal('ask-access'), input: z.unknown() }),
  z.object({ ask: z.literal('withdraw-access-ask'), input: z.unknown() }),
  z.object({ ask: z.literal('askable-threads'), input: z.unknown() }),
  z.object({ ask: z.literal('answer-access'), input: z.unknown() }),
  z.object({ ask: z.literal('leavable'), input: z.unknown() }),
  z.object({ ask: z.literal('paused-shares') }),
  z.object({ ask: z.literal('could-read'), input: z.unknown() }),
  z.object({ ask: z.literal('granted') }),
  z.object({ ask: z.literal('colleagues') }),
  z.object({ ask: z.literal('search-candidates'), input: z.unknown() }),
  z.object({ ask: z.literal('search-messages'), input: z.unknown() }),
  z.object({ ask: z.literal('read-thread'), input: z.unknown() }),
  z.object({ ask: z.literal('read-evidence'), input: z.unknown() }),
  z.object({ ask: z.literal('preview-filing'), input: z.unknown() }),
  z.object({ ask: z.literal('delete-in-mailbox'), input: z.unknown() }),
  z.object({ ask: z.literal('settle-reply'), input: z.unknown() }),
  z.object({ ask: z.literal('notice-mail') }),
  z.object({ ask: z.literal('pair'), input: z.object({ serverAddress: z.string().max(300) }) }),
  z.object({ ask: z.literal('sign-out') }),
  z.object({ ask: z.literal('find-way'), input: z.unknown() }),
  z.object({ ask: z.literal('connect-mailbox'), input: z.unknown() }),
  z.object({ ask: z.literal('connect-server'), input: z.unknown() }),
  z.object({ ask: z.literal('change-mailbox'), input: z.unknown() }),
  z.object({ ask: z.literal('check-mailbox'), input: z.unknown() }),
  z.object({ ask: z.literal('troubled-mailboxes') }),
  z.object({ ask: z.literal('preview-erase'), input: z.unknown() }),
  z.object({ ask: z.literal('connect-policy') }),
  z.object({ ask: z.literal('set-connect-policy'), input: z.unknown() }),
  z.object({ ask: z.literal('deletion-policy') }),
  z.object({ ask: z.literal('set-deletion-policy'), input: z.unknown() }),
  z.object({ ask: z.literal('keep-policy') }),
  z.object({ ask: z.literal('set-keep-policy'), input: z.unknown() }),
  z.object({ ask: z.literal('visibility') }),
  z.object({ ask: z.literal('try-visibility'), input: z.unknown() }),
  z.object({ ask: z.literal('propose-visibility'), input: z.unknown() }),
  z.object({ ask: z.literal('steer-visibility'), input: z.unknown() }),
  z.object({ ask: z.literal('retention') }),
  z.object({ ask: z.literal('set-retention'), input: z.unknown() }),
  z.object({ ask: z.literal('keep-candidate'), input: z.unknown() }),
  z.object({ ask: z.literal('preview-erasure'), input: z.unknown() }),
  z.object({ ask: z.literal('erase-candidate'), input: z.unknown() }),
  z.object({ ask: z.literal('erasures'), input: z.unknown() }),
  z.object({ ask: z.literal('erasure-certificate'), input: z.unknown() }),
  z.object({ ask: z.literal('export-candidate'), input: z.unknown() }),
  z.object({ ask: z.literal('set-hold'), input: z.unknown() }),
  z.object({ ask: z.literal('lift-hold'), input: z.unknown() }),
  z.object({ ask: z.literal('vouch-address'), input: z.unknown() }),
  z.object({ ask: z.literal('invite'), input: z.unknown() }),
  z.object({ ask: z.literal('list-colleagues') }),
  z.object({ ask: z.literal('preview-leaving'), input: z.unknown() }),
  z.object({ ask: z.literal('end-access'), input: z.unknown() }),
  z.object({ ask: z.literal('let-back-in'), input: z.unknown() }),
  z.object({ ask: z.literal('add-address'), input: z.unknown() }),
  z.object({ ask: z.literal('sync-candidate'), input: z.unknown() }),
  z.object({ ask: z.literal('choose-import'), input: z.unknown() }),
  z.object({ ask: z.literal('steer-import'), input: z.unknown() }),
  z.object({ ask: z.literal('read-guards') }),
  z.object({ ask: z.literal('change-guards'), input: z.unknown() }),
  z.object({ ask: z.literal('read-held') }),
  z.object({ ask: z.literal('dismiss-held'), input: z.unknown() }),
  z.object({ ask: z.literal('read-raw'), input: z.unknown() }),
  z.object({ ask: z.literal('retry-unreadable'), input: z.unknown() }),
  z.object({ ask: z.literal('read-audit'), input: z.unknown() }),
  z.object({ ask: z.literal('check-audit') }),
  z.object({ ask: z.literal('check-receipts'), input: z.unknown() }),
  z.object({ ask: z.literal('override-setting') }),
  z.object({ ask: z.literal('set-override-allowed'), input: z.unknown() }),
  z.object({ ask: z.literal('use-override'), input: z.unknown() }),
  z.object({ ask: z.literal('export-audit'), input: z.unknown() }),
  z.object({ ask: z.literal('open-app'), section: z.enum(['candidates']).optional() }),
]);
export type ViewQuestion = z.infer<typeof ViewQuestion>;

/** View to background, over a port named by `viewPortName`. */
export const ViewMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('watch'), view: z.enum(['panel', 'app', 'side-panel']) }),
  z.object({ kind: z.literal('act'), action: ThreadAction }),
  /** Drop a refused act, or try it again. */
  z.object({ kind: z.literal('settle'), key: ActionKey, how: z.enum(['drop', 'retry']) }),
  z.object({ kind: z.literal('refresh') }),
  z.object({ kind: z.literal('question'), id: z.int(), question: ViewQuestion }),
]);
export type ViewMessage = z.infer<typeof ViewMessage>;

/** Background to view, over the same port. */
export const BackgroundMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('panel'), state: PanelState }),
  z.object({ kind: z.literal('app'), state: AppState }),
  z.object({ kind: z.literal('answer'), id: z.int(), value: z.unknown() }),
  z.object({
    kind: z.literal('answer-failed'),
    id: z.int(),
    why: z.union([FailureReason, z.enum(['offline', 'server-unreachable', 'bug'])]),
  }),
]);
export type BackgroundMessage = z.infer<typeof BackgroundMessage>;
export const viewPortName = 'candor:view';
