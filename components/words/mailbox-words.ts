/* How a mailbox stands, in words: whether it is synced, what is wrong with it since when, and what is missing of it. */
import type {
  MailboxCompleteness,
  MailboxHealth,
  MailboxKind,
  MailboxRow,
} from '../../lib/contract/mailbox.ts';
import type { HealthReason } from '../../lib/domain/mailbox-health.ts';
import { counted } from './people-words.ts';
import { agoWords, sinceWords } from './when.ts';
import { whyWords } from './why-words.ts';

/** What the provider is called. */
export const providerNames: Readonly<Record<MailboxKind, string>> = {
  gmail: 'Google',
  graph: 'Microsoft',
  imap: 'IMAP',
};

/** What people call a mailbox of theirs there. */
export const mailboxNames: Readonly<Record<MailboxKind, string>> = {
  gmail: 'Gmail',
  graph: 'Outlook',
  imap: 'mailbox',
};

/** Whether a mailbox is synced, in one line. */
export const syncedWords = (mailbox: MailboxRow): string => {
  switch (mailbox.health.state) {
    case 'connected':
      if (mailbox.access === 'send-only') return 'No: send only';
      return mailbox.lastPulledAt === undefined ? 'Yes: first look under way' : 'Yes';
    case 'behind':
      return 'Yes, but behind';
    case 'needs-you':
      return 'No: needs you';
    case 'paused':
      return 'No: paused by you';
    case 'off':
      return mailbox.isErasing ? 'No: off, erasing what it brought' : 'No: turned off';
  }
};

/** Of a mailbox that Candor may send by and not read. */
export const sendOnlyWords =
  'Candor only sends by this mailbox: replies will not come back by themselves. Connect it again with full access to change that.';

/** What is wrong, since when, and what becomes of it; undefined when nothing is. */
export const troubleWords = (
  { health, provider, lastFailure }: Pick<MailboxRow, 'health' | 'provider' | 'lastFailure'>,
  now: number,
): string | undefined => {
  const { because, state } = health;
  const since = sinceWords(health.since, now);
  switch (because) {
    case undefined:
      return undefined;
    case 'reconnect':
      return `${whoServes[provider]} has not let Candor in since ${since}. What was kept stays, and your mail is untouched.`;
    case 'refused':
      return `${lastFailure === undefined ? '' : `${whyWords(lastFailure.reason).happened} `}No look has gone through since ${since}. Candor keeps trying, and nothing is lost.`;
    case 'silent':
      return `No look has gone through since ${since}. ${state === 'behind' ? 'Candor keeps trying, and nothing is lost.' : 'Reconnect it; if that does not help, tell whoever runs Candor.'}`;
    case 'given-up':
      return `Candor failed at it again and again by a fault of its own: no look has gone through since ${since}. Tell whoever runs Candor.`;
  }
};

/** For an admin, of a colleague's mailbox: "does not let Candor in since Tuesday 09:10". */
export const adminTroubleWords = ({ because, since }: MailboxHealth, now: number): string =>
  because === undefined ? '' : `${adminReasons[because]} since ${sinceWords(since, now)}`;

const adminReasons: Readonly<Record<HealthReason, string>> = {
  reconnect: 'Its provider has not let Candor in',
  refused: 'Its provider has refused to answer',
  silent: 'No look has gone through',
  'given-up': 'Candor has failed at it by a fault of its own',
};

export const whoServes: Readonly<Record<MailboxKind, string>> = {
  gmail: 'Google',
  graph: 'Microsoft',
  imap: 'The mail server',
};

/** "41 of 43 messages are on record; 2 are missing since Tuesday 09:10." Undefined where there is nothing to say. */
export const completenessWords = (completeness: MailboxCompleteness, now: number): string | undefined => {
  if (completeness.underWay === 'mend') return 'Fetching what is missing…';
  if (completeness.underWay === 'count') return 'Counting what is on record…';
  if (completeness.state === 'untold') return untoldWords[completeness.because];
  const { storedCount, missingCount, missingSince, isWhole } = completeness;
  if (missingSince === undefined)
    return isWhole
      ? allThereWords(storedCount)
      : 'Nothing was found missing, but there was more to look through than fits one go.';
  const since = sinceWords(missingSince, now);
  const isOne = missingCount === 1;
  if (!isWhole)
    return `At least ${counted(missingCount, 'message')} ${isOne ? 'is' : 'are'} missing since ${since}.`;
  const total = storedCount + missingCount;
  return `${storedCount} of ${counted(total, 'message')} ${total === 1 ? 'is' : 'are'} on record; ${missingCount} ${isOne ? 'is' : 'are'} missing since ${since}.`;
};

const allThereWords = (storedCount: number): string => {
  if (storedCount === 0) return 'No message of it belongs on record so far.';
  return storedCount === 1 ? 'The one message is on record.' : `All ${storedCount} messages are on record.`;
};

const untoldWords: Readonly<
  Record<Extract<MailboxCompleteness, { state: 'untold' }>['because'], string | undefined>
> = {
  reconnect: 'What is missing can only be told once it is reconnected.',
  'not-on': undefined,
  importing: undefined,
  'not-yet': undefined,
  failed: 'What is missing could not be counted.',
};

/** When what is missing was counted last; undefined where it cannot be counted now. */
export const countedWords = (completeness: MailboxCompleteness, now: number): string | undefined => {
  if (completeness.state === 'told')
    return `What is missing was counted ${agoWords(completeness.countedAt, now)}; Candor counts once a day.`;
  return completeness.because === 'not-yet' || completeness.because === 'failed'
    ? 'Candor counts what is missing once a day.'
    : undefined;
};

/** How new mail is noticed. */
export const noticedWords = ({
  isTold,
  provider,
  lookEveryMinutes,
}: Pick<MailboxRow, 'isTold' | 'provider' | 'lookEveryMinutes'>): string => {
  if (lookEveryMinutes !== undefined)
    return `Your company has Candor look for new mail every ${lookEveryMinutes} minutes.`;
  return isTold
    ? `${whoServes[provider]} tells Candor of new mail at once, and Candor also looks by the clock.`
    : 'Candor looks for new mail by the clock.';
};

/** "The server shuts 1 folder to Candor, so nothing is kept from it." Absent where it shuts none. */
export const shutWords = ({ shutFolderCount }: Pick<MailboxRow, 'shutFolderCount'>): string | undefined => {
  if (shutFolderCount === 0) return undefined;
  return shutFolderCount === 1
    ? 'The server does not let Candor look into 1 folder, so nothing is kept from it. Other mail programs can most likely not read it either.'
    : `The server does not let Candor look into ${shutFolderCount} folders, so nothing is kept from them. Other mail programs can most likely not read them either.`;
};

/** "In the last minute Candor spent 120 of the 6,000 units Google allows. 1,200 are left alone for your own clicks." */
export const quotaWords = ({
  quota,
  provider,
}: Pick<MailboxRow, 'quota' | 'provider'>): string | undefined => {
  if (quota === undefined) return undefined;
  const minutes = Math.round(quota.windowMs / 60_000);
  return `In the last ${minutes === 1 ? 'minute' : `${minutes} minutes`} Candor spent ${grouped(quota.spentUnits)} of the ${grouped(quota.limitUnits)} units ${whoServes[provider]} allows here. Background work leaves ${grouped(quota.reservedUnits)} for your own clicks.`;
};

const grouped = (count: number): string => count.toLocaleString('en-GB');
