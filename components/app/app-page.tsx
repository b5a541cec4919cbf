import { Building2, Contact, Hand, LogOut, Mail, ScrollText, Search, Share2, Users } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useAppState, useIsLost, useLive } from '../../lib/client/live.ts';
import type { AppState } from '../../lib/contract/runtime.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { roleWords } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';
import { Audit } from './audit.tsx';
import { Candidates } from './candidates.tsx';
import { Company } from './company.tsx';
import { MyMailboxes } from './my-mailboxes.tsx';
import { NeverKept } from './never-kept.tsx';
import { People } from './people.tsx';
import { SearchPage } from './search-page.tsx';
import { SharedWithMe } from './shared-with-me.tsx';
import { type MayReach, Pairing, SignIn, Unreachable } from './sign-in.tsx';

/** The full tab: sign-in, and then the sections this person has. `mayReach` asks the browser to let the extension reach a server. */
export const AppPage = ({ mayReach = alreadyAllowed }: { mayReach?: MayReach }) => {
  const state = useAppState();
  const isLost = useIsLost();
  if (isLost) {
    return (
      <Alone>
        <h1 className="unseen">Candor</h1>
        <Notice title="Candor was updated.">
          <p>Load this tab anew to go on. Nothing is lost.</p>
        </Notice>
      </Alone>
    );
  }
  if (state === undefined || state.kind === 'loading') {
    return (
      <Alone>
        <h1 className="unseen">Candor</h1>
        <Skeleton name="Opening Candor" widths={['40%', '90%', '70%']} />
      </Alone>
    );
  }
  if (state.kind === 'signed-in') return <SignedIn state={state} />;
  return (
    <Alone>
      {state.kind === 'signed-out' ? (
        <SignIn serverAddress={state.serverAddress} mayReach={mayReach} />
      ) : null}
      {state.kind === 'pairing' ? <Pairing {...state} /> : null}
      {state.kind === 'server-unreachable' ? (
        <Unreachable serverAddress={state.serverAddress} mayReach={mayReach} />
      ) : null}
    </Alone>
  );
};

const alreadyAllowed = async (): Promise<boolean> => true;

const Alone = ({ children }: { children: ReactNode }) => (
  <main className="alone">
    <p className="mark">Candor</p>
    {children}
  </main>
);

type Section = 'mailboxes' | 'kept' | 'shared' | 'search' | 'candidates' | 'people' | 'company' | 'audit';
const everybodysSections: readonly string[] = ['kept', 'shared', 'search', 'candidates'] satisfies Section[];
const adminSections: readonly string[] = ['people', 'company', 'audit'] satisfies Section[];

const SignedIn = ({ state }: { state: Extract<AppState, { kind: 'signed-in' }> }) => {
  const { me, mailboxes, pendingCount, serverAddress } = state;
  const isAdmin = me.role === 'owner' || me.role === 'admin';
  const asked = useSection();
  const section: Section =
    everybodysSections.includes(asked) || (isAdmin && adminSections.includes(asked))
      ? (asked as Section)
      : 'mailboxes';
  return (
    <div className="app">
      <header className="side">
        <p className="mark">Candor</p>
        <nav aria-label="Sections">
          <ul>
            <SectionLink to="mailboxes" section={section} icon={<Mail size={16} aria-hidden="true" />}>
              My mailboxes
            </SectionLink>
            <SectionLink to="kept" section={section} icon={<Hand size={16} aria-hidden="true" />}>
              What is kept
            </SectionLink>
            <SectionLink to="shared" section={section} icon={<Share2 size={16} aria-hidden="true" />}>
              Shared with you
            </SectionLink>
            <SectionLink to="search" section={section} icon={<Search size={16} aria-hidden="true" />}>
              Search
            </SectionLink>
            <SectionLink to="candidates" section={section} icon={<Contact size={16} aria-hidden="true" />}>
              Candidates
            </SectionLink>
            {isAdmin ? (
              <>
                <SectionLink to="people" section={section} icon={<Users size={16} aria-hidden="true" />}>
                  People
                </SectionLink>
                <SectionLink to="company" section={section} icon={<Building2 size={16} aria-hidden="true" />}>
                  Company
                </SectionLink>
                <SectionLink to="audit" section={section} icon={<ScrollText size={16} aria-hidden="true" />}>
                  Audit
                </SectionLink>
              </>
            ) : null}
          </ul>
        </nav>
        <WhoYouAre me={me} serverAddress={serverAddress} pendingCount={pendingCount} />
      </header>
      <main className="column">
        {pendingCount === 0 ? null : (
          <Notice tone="waiting" title={pendingWords(pendingCount)}>
            <p>They are kept in this browser and go out by themselves. Nothing is lost.</p>
          </Notice>
        )}
        {section === 'people' ? <People serverAddress={serverAddress} /> : null}
        {section === 'company' ? <Company /> : null}
        {section === 'audit' ? <Audit /> : null}
        {section === 'candidates' ? <Candidates isAdmin={isAdmin} /> : null}
        {section === 'search' ? <SearchPage /> : null}
        {section === 'kept' ? <NeverKept isAdmin={isAdmin} /> : null}
        {section === 'shared' ? <SharedWithMe /> : null}
        {section === 'mailboxes' ? <MyMailboxes me={me} mailboxes={mailboxes} /> : null}
      </main>
    </div>
  );
};

const SectionLink = ({
  to,
  section,
  icon,
  children,
}: {
  to: Section;
  section: Section;
  icon: ReactNode;
  children: ReactNode;
}) => (
  <li>
    <a className="section-link" href={`#${to}`} aria-current={to === section ? 'page' : undefined}>
      {icon}
      {children}
    </a>
  </li>
);

const useSection = (): string => {
  const [hash, setHash] = useState(() => window.location.hash);
  useEffect(() => {
    const onChange = (): void => setHash(window.location.hash);
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);
  return hash.replace(/^#/, '');
};

const WhoYouAre = ({
  me,
  serverAddress,
  pendingCount,
}: Pick<Extract<AppState, { kind: 'signed-in' }>, 'me' | 'serverAddress' | 'pendingCount'>) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [isAsking, setAsking] = useState(false);
  const signOut = (): void => {
    setAsking(false);
    run(live.signOut);
  };
  return (
    <section className="you" aria-label="Who you are">
      <div className="you-line">
        <Avatar id={me.personId} name={me.name} size="large" />
        <div className="grow">
          <p className="one-line strong">{me.name}</p>
          <p className="small muted any-break">{me.address}</p>
          <p className="small muted any-break">
            {roleWords[me.role]} at {me.company.name}
          </p>
        </div>
      </div>
      <p className="small muted any-break">Server: {serverAddress}</p>
      <Button
        isDisabled={isBusy}
        icon={<LogOut size={16} aria-hidden="true" />}
        onClick={() => (pendingCount === 0 ? signOut() : setAsking(true))}
      >
        Sign out
      </Button>
      {failedWhy === undefined ? null : <p role="alert">{whyWords(failedWhy).happened}</p>}
      {isAsking ? (
        <ConfirmDialog
          title="Sign out now?"
          confirm="Sign out and drop them"
          cancel="Stay signed in"
          isDanger
          onConfirm={signOut}
          onClose={() => setAsking(false)}
        >
          <p>
            {pendingWords(pendingCount)} Signing out takes everything of yours out of this browser, so that
            would be lost.
          </p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
};

const pendingWords = (count: number): string =>
  count === 1
    ? 'One thing you did is not on the server yet.'
    : `${count} things you did are not on the server yet.`;
