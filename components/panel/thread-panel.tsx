import { useMemo, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { PanelState } from '../../lib/contract/runtime.ts';
import type { Stance } from '../../lib/contract/thread.ts';
import type { FileOn } from '../../lib/contract/thread-action.ts';
import { AccessAskNotice } from '../thread/access-ask.tsx';
import { PauseNotice } from '../thread/pause-notice.tsx';
import { whyWords } from '../words/why-words.ts';
import { Announcer } from './announcer.tsx';
import { AskForAccess } from './ask-access.tsx';
import { Candidates } from './candidate-card.tsx';
import { GoesNotice } from './goes-notice.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import { HelpSheet } from './help-sheet.tsx';
import { History } from './history.tsx';
import { KeptLine } from './kept-line.tsx';
import { LogForm } from './log-form.tsx';
import { MailboxNotice } from './mailbox-notice.tsx';
import { Outcomes } from './outcomes.tsx';
import { UseOverride } from './override-use.tsx';
import { PanelFoot } from './panel-foot.tsx';
import { AllHidden, PanelMain } from './panel-states.tsx';
import { type Part, partsOf } from './parts.ts';
import { PrivacyDialog } from './privacy-dialog.tsx';
import { RefileDialog } from './refile-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { Replies } from './replies.tsx';
import { answerable, ReplyPart } from './reply-part.tsx';
import { SearchTheirMail } from './search-their-mail.tsx';
import { useShortcuts } from './shortcuts.ts';
import { stanceOf, standingOf } from './standing.ts';
import { SyncButton } from './sync-emails.tsx';
import { ThreadActions } from './thread-actions.tsx';
import { WhoCanRead } from './who-can-read.tsx';

/** Everything about one open thread, top to bottom. */
export const ThreadPanel = ({
  state,
  now,
}: {
  state: Extract<PanelState, { kind: 'thread' }>;
  now: number;
}) => {
  const live = useLive();
  const { view, freshness, pending } = state;
  const standing = useMemo(() => standingOf(view, pending, now), [view, pending, now]);
  const [formFor, setFormFor] = useState<'log' | 'label'>();
  const [privacy, setPrivacy] = useState<{ part: Part; begin: Stance }>();
  const [granting, setGranting] = useState<Part>();
  const [isRemoving, setRemoving] = useState(false);
  const [refiling, setRefiling] = useState<Part>();
  const [isReplying, setReplying] = useState(false);
  const [showsHelp, setShowsHelp] = useState(false);
  const { failedWhy, run } = useErrand();
  const logButton = useRef<HTMLButtonElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const isOffline = freshness.state === 'offline';
  const canAct = view.thread.state !== 'unknown';
  const isOneCandidate = view.candidates.length === 1;
  const only = isOneCandidate ? view.candidates[0] : undefined;
  const parts = partsOf(view);
  const [first] = parts;
  const askPrivacy = (part: Part, begin: Stance): void => setPrivacy({ part, begin });
  const isAllHidden = view.thread.state === 'kept' && view.thread.messageCount === 0;

  const file = (kind: 'log' | 'label', fileOn: FileOn[]): void => {
    setFormFor(undefined);
    if (kind === 'log') live.act({ kind, ref: view.ref, fileOn });
    else live.act({ kind, ref: view.ref, on: true, fileOn });
  };
  const onIt = (): FileOn[] => view.candidates.map(({ candidateId }) => ({ candidateId }));

  const log = (): void => {
    if (isOneCandidate) file('log', onIt());
    else setFormFor('log');
  };
  const label = (): void => {
    if (standing.label.on) live.act({ kind: 'label', ref: view.ref, on: false, fileOn: [] });
    else if (view.candidates.length > 0) file('label', onIt());
    else setFormFor('label');
  };
  const closeForm = (): void => {
    setFormFor(undefined);
    logButton.current?.focus();
  };

  useShortcuts({
    l: canAct && standing.log.state === 'open' ? log : undefined,
    b: canAct ? label : undefined,
    p:
      canAct && first !== undefined && standing.stance.is !== undefined
        ? () => askPrivacy(first, 'private')
        : undefined,
    r: answerable(view) === undefined ? undefined : () => setReplying(true),
    '/': () => search.current?.focus(),
    '?': () => setShowsHelp(true),
  });

  return (
    <>
      <PanelMain look="parts">
        <Candidates view={view} now={now} isOffline={isOffline} />
        <WhoCanRead
          view={view}
          now={now}
          standing={standing}
          onChange={askPrivacy}
          onGrant={setGranting}
          onStop={({ thread: { threadId } }, granteeId) =>
            live.act({ kind: 'grant', ref: view.ref, threadId, granteeId, on: false })
          }
        />
        <section className="part" aria-label="Actions">
          <MailboxNotice mailbox={view.mailbox} page={state.ref.page} now={now} />
          {parts.map(({ thread }) => (
            <GoesNotice
              key={thread.threadId}
              thread={thread}
              threadRef={view.ref}
              standing={standing}
              now={now}
            />
          ))}
          {view.accessRequests.toMe.map((ask) => (
            <AccessAskNotice
              key={ask.id}
              ask={ask}
              openThreadId={view.thread.state === 'kept' ? view.thread.threadId : undefined}
              now={now}
              onAnswered={live.refresh}
            />
          ))}
          {parts.map(({ thread, called }) =>
            thread.pause === undefined ? null : (
              <PauseNotice
                key={thread.threadId}
                title={`New mail of ${called} is not shared.`}
                threadId={thread.threadId}
                threadRef={view.ref}
                pause={thread.pause}
                isAsked={standing.underWay.some(
                  ({ action }) => action.kind === 'stance' && action.threadId === thread.threadId,
                )}
              />
            ),
          )}
          {isAllHidden && view.thread.state === 'kept' ? (
            <AllHidden count={view.thread.hiddenMessageCount} />
          ) : null}
          {canAct ? (
            <ThreadActions
              view={view}
              standing={standing}
              now={now}
              isFormOpen={formFor !== undefined}
              logRef={logButton}
              onLog={log}
              onLogOther={() => setFormFor('log')}
              onLabel={label}
              onPrivacy={askPrivacy}
              onRefile={setRefiling}
              onRemove={() => setRemoving(true)}
              onOpenApp={() => run(live.openApp)}
              onHelp={() => setShowsHelp(true)}
            />
          ) : null}
          {failedWhy === undefined ? null : <p role="alert">{whyWords(failedWhy).happened}</p>}
          {formFor === undefined ? null : (
            <LogForm
              view={view}
              aim={formFor}
              onFile={(fileOn) => file(formFor, fileOn)}
              onClose={closeForm}
            />
          )}
          <ReplyPart
            view={view}
            isOpen={isReplying}
            onOpen={setReplying}
            onSend={(reply) => {
              if (view.thread.state === 'kept')
                live.act({ kind: 'reply', ref: view.ref, threadId: view.thread.threadId, ...reply });
            }}
          />
          <Replies outgoing={view.outgoing} now={now} />
          <Outcomes standing={standing} parts={parts} threadRef={view.ref} isOffline={isOffline} />
          {isAllHidden ? null : <KeptLine thread={view.thread} parts={parts} />}
        </section>
        {view.candidates.length > 0 || view.history.threads.length + view.history.hiddenCount > 0 ? (
          <History
            history={view.history}
            now={now}
            searchRef={search}
            beside={only === undefined ? null : <SyncButton view={view} card={only} isOffline={isOffline} />}
            search={
              only === undefined ? null : <SearchTheirMail key={only.candidateId} card={only} now={now} />
            }
            ofHidden={
              <>
                <AskForAccess
                  candidates={view.candidates}
                  contacts={view.history.contacts}
                  asked={view.accessRequests.mine}
                  isOffline={isOffline}
                  now={now}
                />
                <UseOverride
                  candidateIds={view.candidates.map(({ candidateId }) => candidateId)}
                  hiddenCount={view.history.canOverride === true && !isOffline ? view.history.hiddenCount : 0}
                  now={now}
                />
              </>
            }
          />
        ) : null}
      </PanelMain>
      <PanelFoot freshness={freshness} mailbox={view.mailbox} imports={view.imports} now={now} />
      <Announcer standing={standing} isOffline={isOffline} />
      {privacy === undefined ? null : (
        <PrivacyDialog
          part={privacy.part}
          current={stanceOf(privacy.part.thread, standing.underWay).is ?? 'default'}
          begin={privacy.begin}
          onDecide={(decided) => {
            setPrivacy(undefined);
            live.act({ kind: 'stance', ref: view.ref, threadId: privacy.part.thread.threadId, ...decided });
          }}
          onClose={() => setPrivacy(undefined)}
        />
      )}
      {granting === undefined ? null : (
        <GrantDialog
          part={granting}
          onGrant={(grant) => {
            setGranting(undefined);
            const { threadId } = granting.thread;
            live.act({ kind: 'grant', ref: view.ref, threadId, on: true, ...grant });
          }}
          onClose={() => setGranting(undefined)}
        />
      )}
      {refiling === undefined ? null : (
        <RefileDialog
          part={refiling}
          now={now}
          onDecide={(act) => {
            setRefiling(undefined);
            live.act({ ...act, ref: view.ref });
          }}
          onClose={() => setRefiling(undefined)}
        />
      )}
      {isRemoving ? (
        <RemoveDialog
          view={view}
          onRemove={() => {
            setRemoving(false);
            live.act({ kind: 'remove', ref: view.ref });
          }}
          onClose={() => setRemoving(false)}
        />
      ) : null}
      {showsHelp ? <HelpSheet onClose={() => setShowsHelp(false)} /> : null}
    </>
  );
};
