import { Failure } from '../../server/base/failure.ts';
import type { TokenSource } from '../../server/providers/access-tokens.ts';
import { gmailProvider } from '../../server/providers/gmail/index.ts';
import type { CopyRef, Provider } from '../../server/providers/provider.ts';
import { type GmailLab, startGmailLab } from '../lab/gmail/lab.ts';
import type { StoredMessage } from '../lab/gmail/mailbox.ts';
import { scope } from '../lab/gmail/scopes.ts';
import { fakeClock } from './fake-clock.ts';
import type { MailboxUnderTest } from './mailbox-under-test.ts';

export const ana = 'ana@acme.test';

/** A token as it is, never renewed. */
export const fixedToken = (token: string): TokenSource => ({ accessToken: async () => token });

export const noToken: TokenSource = {
  accessToken: async () => {
    throw new Failure('mailbox-disconnected', 'There is no grant');
  },
};

export type GmailAtLab = Omit<MailboxUnderTest, 'provider' | 'deliver'> & {
  readonly lab: GmailLab;
  readonly provider: Provider;
  readonly deliver: (raw: string | Uint8Array, at?: number) => CopyRef;
};

export const openGmailAtLab = async (
  options: { readonly scopes?: readonly string[]; readonly pageSize?: number } = {},
): Promise<GmailAtLab> => {
  const clock = fakeClock(Date.UTC(2026, 0, 10));
  const pageSize = options.pageSize ?? 500;
  const outbound: { to: string; raw: Buffer }[] = [];
  const lab = await startGmailLab({
    accounts: [ana],
    now: clock.now,
    largestPage: pageSize,
    outside: (to, raw) => outbound.push({ to, raw }),
  });
  const { accessToken } = lab.grant(ana, options.scopes ?? [scope.modify]);
  const candidateLabelName = 'Candor';
  const mailbox = lab.mailbox(ana);
  return {
    lab,
    clock,
    address: ana,
    candidateLabelName,
    provider: gmailProvider({
      auth: fixedToken(accessToken),
      rootUrl: lab.url,
      clock,
      candidateLabelName,
    }),
    deliver: (raw, at) => toRef(lab.deliver(ana, raw, at === undefined ? {} : { at })),
    remove: (ref) => mailbox.remove(ref.providerMessageId),
    trash: (ref) => {
      mailbox.relabel(mailbox.message(ref.providerMessageId), ['TRASH'], ['INBOX']);
      return ref;
    },
    labelByHand: (ref) => {
      const { id } = mailbox.labels.create({ name: candidateLabelName });
      mailbox.relabel(mailbox.message(ref.providerMessageId), [id], []);
    },
    markRead: (ref) => mailbox.relabel(mailbox.message(ref.providerMessageId), [], ['UNREAD']),
    loseHistory: () => lab.expireHistory(ana),
    renamed: (ref) => ref,
    revoke: () => lab.revoke(ana),
    throttle: (retryAfterSeconds) => {
      lab.fail({ match: '/users/me/', times: 1, how: 429, retryAfterSeconds });
      return retryAfterSeconds * 1_000;
    },
    waited: clock.pass,
    poison: (ref) => lab.fail({ match: ref.providerMessageId, times: 100, how: 'not-json' }),
    outbound,
    sentLabel: 'SENT',
    sendingGoes: (how) => lab.fail({ match: '/messages/send', times: 1, how: sendingFaults[how] }),
    pageSize,
    keepsLog: true,
    close: lab.close,
  };
};

export const sendingFaults = {
  'answer-lost': 'reset-after',
  'broken-before': 'reset',
  'put-off': 429,
} as const;

const toRef = ({ id, threadId }: StoredMessage): CopyRef => ({
  providerMessageId: id,
  providerThreadId: threadId,
});
