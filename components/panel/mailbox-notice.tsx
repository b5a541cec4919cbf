import { useErrand } from '../../lib/client/asking.ts';
import { type Live, useLive } from '../../lib/client/live.ts';
import type { MailboxStanding } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { listed } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

/** What stands between the person's mailbox and this page, with the way to mend it. Nothing when it is connected. */
export const MailboxNotice = ({ mailbox }: { mailbox: MailboxStanding }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const words = mailboxWords(mailbox, live);
  if (words === undefined) return null;
  return (
    <Notice
      tone={mailbox.state === 'needs-reconnect' ? 'warn' : 'calm'}
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

const mailboxWords = (
  mailbox: MailboxStanding,
  live: Live,
): { title: string; more: string; action: string; act: () => Promise<void> } | undefined => {
  if (mailbox.state === 'connected') return undefined;
  if (mailbox.state === 'needs-reconnect') {
    return {
      title: 'Candor may not read this mailbox any more.',
      more: `Google withdrew the permission for ${mailbox.address}. Nothing is lost: what was kept stays, and your mail is untouched.`,
      action: 'Reconnect Gmail',
      act: () => live.connectMailbox({ provider: 'gmail', address: mailbox.address }),
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
  if (mailbox.state === 'other-account') {
    return {
      title: 'This is another account.',
      more: `The page shows ${mailbox.pageAddress}. Candor reads ${listed(mailbox.connected)} for you.`,
      action: 'Connect this one too',
      act: () => live.connectMailbox({ provider: 'gmail', address: mailbox.pageAddress }),
    };
  }
  return {
    title: 'Your Gmail is not connected.',
    more: 'Candor keeps only mail with candidates, and only you can connect your mailbox. You can turn it off at any time.',
    action: 'Connect my Gmail',
    act: () => live.connectMailbox({ provider: 'gmail' }),
  };
};
