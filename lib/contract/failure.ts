import { z } from 'zod';

/** The closed list of reasons a request is refused for. Anything else that goes wrong is a bug. */
export const FailureReason = z.enum([
  'not-signed-in',
  'not-found',
  'thread-hidden',
  'policy-forbids',
  'mailbox-disconnected',
  'already-done',
  'bad-input',
  'provider-busy',
  'provider-refused',
  'no-trash',
  'too-large',
  'recipient-refused',
  'outcome-unknown',
  'cannot-send',
  'send-only',
  'legal-hold',
  'asked-before',
  'asks-waiting',
  'cannot-answer',
  'search-too-short',
  'search-too-long',
]);
export type FailureReason = z.infer<typeof FailureReason>;

/** What a person reads: what happened, what is safe, what to do. Whole sentences. */
export type FailureWords = { readonly happened: string; readonly safe: string; readonly next: string };

export const failureWords: Readonly<Record<FailureReason, FailureWords>> = {
  'not-signed-in': {
    happened: 'You are signed out of Candor.',
    safe: 'What you did is kept in this browser until you sign in again.',
    next: 'Sign in again.',
  },
  'not-found': {
    happened: 'Candor could not find that.',
    safe: 'Nothing was changed.',
    next: 'It may have been removed. Reload the thread and try again.',
  },
  'thread-hidden': {
    happened: 'Candor could not find that thread.',
    safe: 'Nothing was changed.',
    next: 'It may have been removed, or it is not shared with you.',
  },
  'policy-forbids': {
    happened: 'Your company does not allow this.',
    safe: 'Nothing was changed.',
    next: 'Ask an admin of your company if you need it.',
  },
  'mailbox-disconnected': {
    happened: 'Candor may not read this mailbox any more.',
    safe: 'Nothing is lost: what was kept stays, and your mail is untouched.',
    next: 'Reconnect the mailbox.',
  },
  'already-done': {
    happened: 'This was already done.',
    safe: 'Nothing was changed a second time.',
    next: 'Reload the thread to see how it stands now.',
  },
  'bad-input': {
    happened: 'Candor could not use what was entered.',
    safe: 'Nothing was changed.',
    next: 'Check what you entered and try again.',
  },
  'provider-busy': {
    happened: 'The mail provider asks Candor to wait.',
    safe: 'Nothing is lost. Candor goes on by itself.',
    next: 'Try again in a minute if you need it now.',
  },
  'provider-refused': {
    happened: 'The mail provider did not answer as it should.',
    safe: 'Nothing was changed, and your mail is untouched.',
    next: 'Try again in a few minutes.',
  },
  'no-trash': {
    happened: 'This mailbox has no trash folder, so nothing was deleted.',
    safe: 'Your mail is untouched.',
    next: 'Make a trash folder in your mailbox, or delete the message there yourself.',
  },
  'too-large': {
    happened: 'This is larger than Candor can take.',
    safe: 'Nothing was stored by halves, and your mail is untouched.',
    next: 'Open it in your mailbox instead.',
  },
  'recipient-refused': {
    happened: 'The mail server takes no mail for the address it was to go to.',
    safe: 'Nothing was sent.',
    next: 'Check the address with the person, and write to the right one.',
  },
  'outcome-unknown': {
    happened: 'Candor was cut off while this was being sent, and can not tell whether it went.',
    safe: 'It was not sent a second time.',
    next: 'Look for it in the Sent folder of your mailbox before you send it again.',
  },
  'cannot-send': {
    happened: 'This mailbox can not be sent from.',
    safe: 'Nothing was sent. What comes in is read as before.',
    next: 'Connect it again, and let Candor send: at Google or Microsoft by their page, else by the server it sends by and a password that server takes.',
  },
  'send-only': {
    happened: 'This mailbox is connected to send only: its owner did not let Candor read it.',
    safe: 'Nothing was looked at.',
    next: 'Connect it anew with full access for Candor to read mail with candidates.',
  },
  'legal-hold': {
    happened: 'A candidate on this is under a legal hold.',
    safe: 'Nothing was changed: all mail with them stays as it is.',
    next: 'The reason stands on the candidate’s card. The owner or an admin of your company can lift the hold.',
  },
  'asked-before': {
    happened: 'You asked this colleague about this candidate already.',
    safe: 'Nothing was changed, and nobody was asked a second time.',
    next: 'Wait for the answer. After a no you can ask again in seven days.',
  },
  'asks-waiting': {
    happened: 'So many of your requests wait for an answer that no more can be made.',
    safe: 'Nothing was changed, and nobody was asked.',
    next: 'Take one of them back, or wait for an answer.',
  },
  'cannot-answer': {
    happened: 'This colleague does not work with the candidate, so they can not answer.',
    safe: 'Nothing was changed, and nobody was asked.',
    next: 'Ask somebody else who is in contact.',
  },
  'search-too-short': {
    happened: 'That is too little to search for.',
    safe: 'Nothing was changed.',
    next: 'Write a word of two letters or more.',
  },
  'search-too-long': {
    happened: 'That is too much to search for at once.',
    safe: 'Nothing was changed.',
    next: 'Take the few words that matter, up to 200 letters.',
  },
};

/** For anything that is not an expected refusal: one fixed sentence, never the cause. */
export const bugWords: FailureWords = {
  happened: 'Something went wrong inside Candor.',
  safe: 'Nothing was stored by halves. The fault was recorded.',
  next: 'Try again. If it stays, tell your admin when it happened.',
};
