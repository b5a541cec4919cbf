import type { ImportRow } from '../../lib/contract/import.ts';
import type { Freshness } from '../../lib/contract/runtime.ts';
import type { MailboxStanding } from '../../lib/contract/thread.ts';
import { mailboxNames } from '../words/mailbox-words.ts';
import { agoWords, clockWords, fullWords, sinceWords } from '../words/when.ts';

/** Where the data stands, in one line. */
export const PanelFoot = ({
  freshness,
  mailbox,
  imports,
  now,
}: {
  freshness: Freshness;
  mailbox: MailboxStanding;
  imports: readonly ImportRow[];
  now: number;
}) => (
  <footer className="foot small muted" title={`The server last answered on ${fullWords(freshness.asOf)}`}>
    <span className="foot-mark" data-state={markOf(freshness, mailbox)} aria-hidden="true" />
    {footWords(freshness, mailbox, now)}
    {importWords(imports)}
    {freshness.state === 'refreshing' ? <span className="late"> · looking for news</span> : null}
  </footer>
);

const footWords = (freshness: Freshness, mailbox: MailboxStanding, now: number): string => {
  if (freshness.state === 'offline')
    return `Offline · showing what was here at ${clockWords(freshness.asOf, now)}`;
  if (freshness.state === 'server-unreachable') {
    return `Server does not answer · showing what was here at ${clockWords(freshness.asOf, now)}`;
  }
  if (mailbox.state === 'needs-reconnect')
    return `Needs you: reconnect ${mailbox.provider === 'imap' ? 'your mailbox' : mailboxNames[mailbox.provider]}`;
  if (mailbox.state === 'paused') return 'Paused by you';
  if (mailbox.state === 'connected' && mailbox.health.because !== undefined) {
    const since = sinceWords(mailbox.health.since, now);
    return mailbox.health.state === 'needs-you'
      ? `Needs you: no new mail since ${since}`
      : `Behind: no new mail since ${since}`;
  }
  const ago = agoWords(freshness.asOf, now);
  return mailbox.state === 'connected' ? `In sync · ${ago}` : `As of ${ago}`;
};

const importWords = (imports: readonly ImportRow[]): string => {
  const running = imports.find(({ reason, state }) => reason === 'window' && state === 'running');
  return running === undefined ? '' : ` · importing ${running.percent} %`;
};

const markOf = (freshness: Freshness, mailbox: MailboxStanding): 'good' | 'needs-you' | 'cut-off' => {
  if (freshness.state === 'offline' || freshness.state === 'server-unreachable') return 'cut-off';
  return mailbox.state === 'connected' && mailbox.health.because === undefined ? 'good' : 'needs-you';
};
