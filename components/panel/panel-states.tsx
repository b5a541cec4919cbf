import {
  type Eye,
  EyeOff,
  LogIn,
  MailOpen,
  PanelRight,
  PlugZap,
  RotateCw,
  SearchX,
  WifiOff,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive, type WhyUnanswered } from '../../lib/client/live.ts';
import type { ReaderTrouble } from '../../lib/contract/page.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { whyWords } from '../words/why-words.ts';

export const SignedOut = () => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  return (
    <StateMessage icon={<LogIn size={16} aria-hidden="true" />} title="You are signed out">
      <p>Sign in to see who this candidate is and what your team has said to them.</p>
      <Button look="primary" isDisabled={isBusy} onClick={() => run(live.openApp)}>
        Sign in to Candor
      </Button>
      {failedWhy === undefined ? null : <p role="alert">{whyWords(failedWhy).happened}</p>}
    </StateMessage>
  );
};

export const NoThread = () => (
  <StateMessage icon={<MailOpen size={16} aria-hidden="true" />} title="No thread is open">
    <p>Open one in Gmail, and whoever it is with shows up here.</p>
  </StateMessage>
);

export const Loading = () => (
  <PanelMain look="parts" isBusy>
    <section className="part">
      <Skeleton name="Looking this thread up" widths={['55%', '80%']} />
    </section>
    <section className="part">
      <Skeleton name="Looking up who can read it" widths={['70%']} />
    </section>
    <section className="part">
      <Skeleton name="Looking up the history" widths={['95%', '88%', '92%']} />
    </section>
  </PanelMain>
);

export const LayoutNotUnderstood = ({
  trouble,
  openSidePanel,
}: {
  trouble: ReaderTrouble;
  openSidePanel: (() => void) | undefined;
}) => (
  <StateMessage
    icon={<PanelRight size={16} aria-hidden="true" />}
    title="Gmail looks different from what Candor knows"
  >
    <p>{troubleWords[trouble.missing]}</p>
    <p>Your mail is untouched, and syncing goes on.</p>
    {openSidePanel === undefined ? (
      <p>Load the tab anew. If it stays, tell your admin.</p>
    ) : (
      <Button look="primary" onClick={openSidePanel}>
        Use the browser’s side panel
      </Button>
    )}
    <details className="small muted">
      <summary>Details for support</summary>
      <code>
        {trouble.page}: {trouble.missing}
      </code>
    </details>
  </StateMessage>
);

export const Failed = ({ why }: { why: WhyUnanswered }) => {
  const live = useLive();
  const words = failedWords(why);
  const Icon = failedIcons[why] ?? RotateCw;
  return (
    <StateMessage icon={<Icon size={16} aria-hidden="true" />} title={words.happened}>
      <p>{words.safe}</p>
      <p>{words.next}</p>
      {why === 'not-signed-in' ? (
        <Button look="primary" onClick={() => void live.openApp().catch(live.refresh)}>
          Sign in to Candor
        </Button>
      ) : (
        <Button onClick={live.refresh}>Try again</Button>
      )}
    </StateMessage>
  );
};

/** The extension was updated beneath this page. */
export const Lost = () => (
  <StateMessage icon={<RotateCw size={16} aria-hidden="true" />} title="Candor was updated">
    <p>Load this tab anew to go on. Nothing is lost.</p>
  </StateMessage>
);

/** The panel's one main landmark, with its heading for those who go by headings. */
export const PanelMain = ({
  look,
  isBusy = false,
  children,
}: {
  look: 'parts' | 'state';
  isBusy?: boolean;
  children: ReactNode;
}) => (
  <main className={look} aria-busy={isBusy || undefined}>
    <h1 className="unseen">Candor</h1>
    {children}
  </main>
);

/** Every message kept of the thread is hidden from this person. */
export const AllHidden = ({ count }: { count: number }) => (
  <p className="all-hidden">
    <EyeOff size={16} aria-hidden="true" />
    <span>
      {count === 0
        ? 'What Candor keeps of this thread is hidden from you.'
        : count === 1
          ? 'The one message Candor keeps of this thread is hidden from you.'
          : `All ${count} messages Candor keeps of this thread are hidden from you.`}
    </span>
  </p>
);

const StateMessage = ({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) => (
  <PanelMain look="state">
    <span className="state-icon">{icon}</span>
    <h2 className="candidate-name">{title}</h2>
    {children}
  </PanelMain>
);

const failedWords = (why: WhyUnanswered) =>
  why === 'offline'
    ? {
        happened: 'You are offline',
        safe: 'This thread was not looked up in this browser before, so there is nothing to show yet.',
        next: 'It shows as soon as you are back online.',
      }
    : whyWords(why);

const failedIcons: Partial<Record<WhyUnanswered, typeof Eye>> = {
  offline: WifiOff,
  'server-unreachable': PlugZap,
  'not-signed-in': LogIn,
  'thread-hidden': SearchX,
  'not-found': SearchX,
};

const troubleWords: Readonly<Record<ReaderTrouble['missing'], string>> = {
  sdk: 'Candor could not start beside your mail.',
  account:
    'Candor cannot tell whose mailbox this page shows, so it shows nothing rather than somebody else’s.',
  'thread-id': 'Candor cannot tell which thread is open.',
  sidebar: 'Candor found no place beside your mail.',
};
