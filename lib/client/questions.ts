/* What a view asks once. The answers go to that view alone and are stored nowhere. */
import { extensionPages } from '../contract/extension.ts';
import type { ViewQuestion } from '../contract/runtime.ts';
import { type Api, makeApi } from './api.ts';
import type { Fill } from './fill.ts';
import type { Pairing } from './pairing.ts';
import { Unserved, type Why, whyUnserved } from './server-fetch.ts';
import { type SessionStore, type SignedIn, scopeOf } from './session.ts';
import type { Store } from './store.ts';
import type { World } from './world.ts';

type Parts = { world: World; session: SessionStore; store: Store; fill: Fill; pairing: Pairing };

export type Answer = { readonly value: unknown } | { readonly why: Why };

export const answerQuestion = async (parts: Parts, question: ViewQuestion): Promise<Answer> => {
  try {
    return { value: await answerTo(parts, question) };
  } catch (thrown) {
    return { why: whyUnserved(thrown) };
  }
};

/** The app page's tab, brought to the front or made; at that section of it, or where it stands. */
export const openApp = async ({ extension }: World, section?: string): Promise<void> => {
  const url = extension.runtime.getURL(`/${extensionPages.app}`);
  const [open] = await extension.tabs.query({ url });
  const at = section === undefined ? url : `${url}#${section}`;
  if (open?.id === undefined) await extension.tabs.create({ url: at });
  else await extension.tabs.update(open.id, { active: true, ...(section === undefined ? {} : { url: at }) });
};

const answerTo = async (parts: Parts, question: ViewQuestion): Promise<unknown> => {
  switch (question.ask) {
    case 'preview-stance':
      return asSignedIn(parts, (api) => api.previewStance(question.input));
    case 'preview-grant':
      return asSignedIn(parts, (api) => api.previewGrant(question.input));
    case 'could-read':
      return asSignedIn(parts, (api) => api.couldRead(question.input));
    case 'granted':
      return asSignedIn(parts, (api) => api.granted());
    case 'preview-stance-all':
      return asSignedIn(parts, (api) => api.previewStanceAll(question.input));
    case 'set-stance-all':
      return asSignedIn(parts, (api) => api.setStanceAll(question.input));
    case 'undo-stance-all':
      return asSignedIn(parts, (api) => api.undoStanceAll(question.input));
    case 'access-requests':
      return asSignedIn(parts, (api) => api.accessRequests());
    case 'ask-access':
      return asSignedIn(parts, (api) => api.askAccess(question.input));
    case 'withdraw-access-ask':
      return asSignedIn(parts, (api) => api.withdrawAccessAsk(question.input));
    case 'askable-threads':
      return asSignedIn(parts, (api) => api.askableThreads(question.input));
    case 'answer-access':
      return asSignedIn(parts, (api) => api.answerAccess(question.input));
    case 'leavable':
      return asSignedIn(parts, (api) => api.leavable(question.input));
    case 'paused-shares':
      return asSignedIn(parts, (api) => api.pausedShares());
    case 'colleagues':
      return asSignedIn(parts, (api) => api.colleagues());
    case 'search-candidates':
      return asSignedIn(parts, (api) => api.searchCandidates(question.input));
    case 'search-messages':
      return asSignedIn(parts, (api) => api.searchMessages(question.input));
    case 'read-thread':
      return asSignedIn(parts, (api) => api.readThread(question.input));
    case 'read-evidence':
      return asSignedIn(parts, (api) => api.readEvidence(question.input));
    case 'preview-filing':
      return asSignedIn(parts, (api) => api.previewFiling(question.input));
    case 'delete-in-mailbox':
      return asSignedIn(parts, (api) => api.deleteInMailbox(question.input));
    case 'deletion-policy':
      return asSignedIn(parts, (api) => api.deletionPolicy());
    case 'set-deletion-policy':
      return asSignedIn(parts, (api) => api.setDeletionPolicy(question.input));
    case 'keep-policy':
      return asSignedIn(parts, (api) => api.keepPolicy());
    case 'set-keep-policy':
      return asSignedIn(parts, (api) => api.setKeepPolicy(question.input));
    case 'retention':
      return asSignedIn(parts, (api) => api.retention());
    case 'set-retention':
      return asSignedIn(parts, (api) => api.setRetention(question.input));
    case 'visibility':
      return asSignedIn(parts, (api) => api.visibility());
    case 'try-visibility':
      return asSignedIn(parts, (api) => api.tryVisibility(question.input));
    case 'propose-visibility':
      return asSignedIn(parts, (api) => api.proposeVisibility(question.input));
    case 'steer-visibility':
      return asSignedIn(parts, (api) => api.steerVisibility(question.input));
    case 'keep-candidate':
      return asSignedIn(parts, (api) => api.keepCandidate(question.input));
    case 'preview-erasure':
      return asSignedIn(parts, (api) => api.previewErasure(question.input));
    case 'erase-candidate':
      return asSignedIn(parts, (api) => api.eraseCandidate(question.input));
    case 'erasures':
      return asSignedIn(parts, (api) => api.erasures(question.input));
    case 'erasure-certificate':
      return asSignedIn(parts, (api) => api.erasureCertificate(question.input));
    case 'export-candidate':
      return asSignedIn(parts, (api) => api.exportCandidate(question.input));
    case 'set-hold':
      return asSignedIn(parts, (api) => api.setHold(question.input));
    case 'lift-hold':
      return asSignedIn(parts, (api) => api.liftHold(question.input));
    case 'vouch-address':
      return asSignedIn(parts, (api) => api.vouchAddress(question.input));
    case 'invite':
      return asSignedIn(parts, (api) => api.invite(question.input));
    case 'list-colleagues':
      return asSignedIn(parts, (api) => api.listColleagues());
    case 'preview-leaving':
      return asSignedIn(parts, (api) => api.previewLeaving(question.input));
    case 'end-access':
      return asSignedIn(parts, (api) => api.endAccess(question.input));
    case 'let-back-in':
      return asSignedIn(parts, (api) => api.letBackIn(question.input));
    case 'find-way':
      return asSignedIn(parts, (api) => api.findWay(question.input));
    case 'preview-erase':
      return asSignedIn(parts, (api) => api.previewErase(question.input));
    case 'connect-policy':
      return asSignedIn(parts, (api) => api.connectPolicy());
    case 'set-connect-policy':
      return asSignedIn(parts, (api) => api.setConnectPolicy(question.input));
    case 'add-address':
      return asSignedIn(parts, (api) => api.addAddress(question.input));
    case 'sync-candidate':
      return asSignedIn(parts, (api) => api.syncCandidate(question.input));
    case 'preview-import':
      return asSignedIn(parts, (api) => api.previewImport(question.input));
    case 'choose-import':
      return andLookAgain(parts, (api) => api.chooseImport(question.input));
    case 'steer-import':
      return andLookAgain(parts, (api) => api.steerImport(question.input));
    case 'check-mailbox':
      return andLookAgain(parts, (api) => api.checkMailbox(question.input));
    case 'troubled-mailboxes':
      return asSignedIn(parts, (api) => api.troubledMailboxes());
    case 'connect-server':
      return asSignedIn(parts, async (api) => {
        const answer = await api.connectServer(question.input);
        void parts.fill.app('anew');
        return answer;
      });
    case 'connect-mailbox':
      return asSignedIn(parts, async (api) => {
        const started = await api.startConnect(question.input);
        if (!/^https?:/.test(started.url)) throw new Unserved('bug');
        await parts.world.extension.tabs.create({ url: started.url });
        return started;
      });
    case 'change-mailbox':
      return asSignedIn(parts, async (api, signedIn) => {
        const mailboxes = await api.changeMailbox(question.input);
        await parts.session.whileSignedIn(signedIn, () =>
          parts.store.putMailboxes(scopeOf(signedIn), mailboxes),
        );
        void parts.fill.app('anew');
        return mailboxes;
      });
    case 'settle-reply':
      return asSignedIn(parts, (api) => api.settleReply(question.input));
    case 'notice-mail':
      return asSignedIn(parts, (api) => api.noticeMail());
    case 'read-guards':
      return asSignedIn(parts, (api) => api.guards());
    case 'change-guards':
      return asSignedIn(parts, (api) => api.changeGuards(question.input));
    case 'read-held':
      return asSignedIn(parts, (api) => api.held());
    case 'dismiss-held':
      return asSignedIn(parts, (api) => api.dismissHeld(question.input));
    case 'read-raw':
      return asSignedIn(parts, (api) => api.readRaw(question.input));
    case 'retry-unreadable':
      return asSignedIn(parts, (api) => api.retryUnreadable(question.input));
    case 'read-audit':
      return asSignedIn(parts, (api) => api.readAudit(question.input));
    case 'override-setting':
      return asSignedIn(parts, (api) => api.overrideSetting());
    case 'set-override-allowed':
      return asSignedIn(parts, (api) => api.setOverrideAllowed(question.input));
    case 'use-override':
      return asSignedIn(parts, (api) => api.openByOverride(question.input));
    case 'check-audit':
      return asSignedIn(parts, (api) => api.checkAudit());
    case 'check-receipts':
      return asSignedIn(parts, (api) => api.checkReceipts(question.input));
    case 'export-audit':
      return asSignedIn(parts, (api) => api.exportAudit(question.input));
    case 'pair':
      return parts.pairing.start(question.input.serverAddress);
    case 'sign-out':
      return signOut(parts);
    case 'open-app':
      return openApp(parts.world, question.section);
  }
};

const asSignedIn = async <T>(
  { world, session }: Parts,
  ask: (api: Api, signedIn: SignedIn) => Promise<T>,
): Promise<T> => {
  const signedIn = await session.readSignedIn();
  if (signedIn === undefined) throw new Unserved('not-signed-in');
  try {
    return await ask(makeApi(world, signedIn), signedIn);
  } catch (thrown) {
    if (whyUnserved(thrown) === 'not-signed-in') await session.leave('keep-acts', signedIn.token);
    throw thrown;
  }
};

/** For what changes how a mailbox stands. */
const andLookAgain = async <T>(parts: Parts, ask: (api: Api) => Promise<T>): Promise<T> => {
  const answer = await asSignedIn(parts, ask);
  await parts.fill.app('anew');
  return answer;
};

/** This browser forgets at once; the server is told if it can be reached. */
const signOut = async ({ world, session }: Parts): Promise<void> => {
  const signedIn = await session.readSignedIn();
  await session.leave('and-acts');
  if (signedIn === undefined) return;
  try {
    await makeApi(world, signedIn).signOut();
  } catch (thrown) {
    // Whatever the reason, the token is gone from here and ends by itself at the server.
    whyUnserved(thrown);
  }
};
