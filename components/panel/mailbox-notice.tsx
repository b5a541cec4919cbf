import { useErrand } from '../../lib/client/asking.ts';
import { type Live, useLive } from '../../lib/client/live.ts';
import type { OpenThread } from '../../lib/contract/page.ts';
import type { MailboxStanding } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { mailboxNames, sendOnlyWords, troubleWords, whoServes } from '../words/mailbox-words.ts';
import { listed } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

/** What stands between the person's mailbox and this page, with the way to mend it. Nothing when all is well. */
export const MailboxNotice = ({
  mailbox,
  page,
  now,
}: {
  mailbox: MailboxStanding;
  page: OpenThread['page'];
  now: number;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const words = noticeWords(mailbox, page, now, live);
  if (words === undefined) return null;
  return (
    <Notice
      tone={mailbox.state === 'needs-reconnect' || isInTrouble(mailbox) ? 'warn' : 'calm'}
      title={words.title}
      actions={
        <Button look="primary" isDisabled={isBusy} onClick={() => run(words.act)}>
          {words.action}
        </Button>
      }
    >
      <p className="any-break">{words.more}</p>
      {failedWhy === undefined ? null : (
        <p className="field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </Notice>
  );
};

const isInTrouble = (mailbox: MailboxStanding): boolean =>
  mailbox.state === 'connected' && mailbox.access === 'full';

const noticeWords = (
  mailbox: MailboxStanding,
  page: OpenThread['page'],
  now: number,
  live: Live,
): { title: string; more: string; action: string; act: () => Promise<void> } | undefined => {
  if (mailbox.state === 'connected') {
    if (mailbox.access === 'send-only')
      return {
        title: 'Replies will not come back by themselves.',
        more: sendOnlyWords,
        action: 'Open My mailboxes',
        act: live.openApp,
      };
    // One that is only behind stands in the foot: nobody has to do anything.
    const more = mailbox.health.state === 'needs-you' ? troubleWords(mailbox, now) : undefined;
    return more === undefined
      ? undefined
      : {
          title: 'Candor brings nothing new from this mailbox.',
          more,
          action: 'Open My mailboxes',
          act: live.openApp,
        };
  }
  if (mailbox.state === 'needs-reconnect') {
    const { provider, address } = mailbox;
    return {
      title: 'Candor may not read this mailbox any more.',
      more: `${withdrew(mailbox)} Nothing is lost: what was kept stays, and your mail is untouched.`,
      action: provider === 'imap' ? 'Open My mailboxes' : `Reconnect ${mailboxNames[provider]}`,
      // A consent is asked for at the provider; a password is asked for on the app page.
      act: () => (provider === 'imap' ? live.openApp() : live.connectMailbox({ provider, address })),
    };
  }
  if (mailbox.state === 'paused') {
    return {
      title: 'You paused this mailbox.',
      more: `Candor reads nothing new from ${mailbox.address}. What was kept stays.`,
      action: 'Resume',
      act: () => live.changeMailbox({ kind: 'resume', mailboxId: mailbox.mailboxId }),
    };
  }
  const provider = pageProviders[page];
  if (mailbox.state === 'other-account') {
    return {
      title: 'This is another account.',
      more: `The page shows ${mailbox.pageAddress}. Candor reads ${listed(mailbox.connected)} for you.`,
      action: 'Connect this one too',
      act: () => live.connectMailbox({ provider, address: mailbox.pageAddress }),
    };
  }
  return {
    title: `Your ${mailboxNames[provider]} is not connected.`,
    more: 'Candor keeps only mail with candidates, and only you can connect your mailbox. You can turn it off at any time.',
    action: `Connect my ${mailboxNames[provider]}`,
    act: () => live.connectMailbox({ provider }),
  };
};

const withdrew = ({ provider, address }: Extract<MailboxStanding, { state: 'needs-reconnect' }>): string =>
  provider === 'imap'
    ? `${whoServes[provider]} does not take the password for ${address} any more.`
    : `${whoServes[provider]} withdrew the permission for ${address}.`;

/** Whose mail the page shows. */
const pageProviders = { gmail: 'gmail' } as const satisfies Record<OpenThread['page'], 'gmail' | 'graph'>;
