import type { TokenSource } from '../../server/providers/access-tokens.ts';
import { graphScopes } from '../../server/providers/graph/authority.ts';
import { graphProvider } from '../../server/providers/graph/index.ts';
import type { CopyRef, Provider } from '../../server/providers/provider.ts';
import { type GraphLab, startGraphLab } from '../lab/graph/lab.ts';
import type { StoredMessage } from '../lab/graph/mailbox.ts';
import { fakeClock } from './fake-clock.ts';
import { sendingFaults } from './gmail-at-lab.ts';
import type { MailboxUnderTest } from './mailbox-under-test.ts';

export const ana = 'ana@acme.test';

/** A token as it is, never renewed. */
export const fixedToken = (token: string): TokenSource => ({ accessToken: async () => token });

export type GraphAtLab = Omit<MailboxUnderTest, 'provider' | 'deliver'> & {
  readonly lab: GraphLab;
  readonly provider: Provider;
  readonly deliver: (raw: string | Uint8Array, at?: number) => CopyRef;
  readonly stored: (ref: CopyRef) => StoredMessage;
};

export const openGraphAtLab = async (
  options: { readonly scopes?: readonly string[]; readonly pageSize?: number } = {},
): Promise<GraphAtLab> => {
  const clock = fakeClock(Date.UTC(2026, 0, 10));
  const pageSize = options.pageSize ?? 500;
  const outbound: { to: string; raw: Buffer }[] = [];
  const lab = await startGraphLab({
    accounts: [ana],
    outside: (to, raw) => outbound.push({ to, raw }),
    now: clock.now,
    largestPage: pageSize,
  });
  const { accessToken } = lab.grant(ana, options.scopes ?? graphScopes);
  const candidateLabelName = 'Candor';
  const mailbox = lab.mailbox(ana);
  const stored = (ref: CopyRef) => mailbox.message(padded(ref.providerMessageId));
  return {
    lab,
    clock,
    stored,
    address: ana,
    candidateLabelName,
    provider: graphProvider({ auth: fixedToken(accessToken), rootUrl: lab.url, clock, candidateLabelName }),
    deliver: (raw, at) => toRef(lab.deliver(ana, raw, at === undefined ? {} : { at })),
    remove: (ref) => mailbox.remove(stored(ref)),
    trash: (ref) => {
      mailbox.move(stored(ref), 'deleteditems');
      return ref;
    },
    labelByHand: (ref) => mailbox.categorise(stored(ref), [candidateLabelName]),
    markRead: (ref) => mailbox.markRead(stored(ref)),
    loseHistory: () => lab.loseLinks('gone'),
    renamed: (ref) => ref,
    revoke: () => lab.revoke(ana),
    throttle: (retryAfterSeconds) => {
      lab.fail({ match: '/', times: 1, how: 429, retryAfterSeconds });
      return retryAfterSeconds * 1_000;
    },
    waited: clock.pass,
    poison: (ref) => lab.fail({ match: ref.providerMessageId, times: 100, how: 'not-json' }),
    outbound,
    sentLabel: 'Gesendete Elemente',
    sendingGoes: (how) => lab.fail({ match: /POST .*\/send$/, times: 1, how: sendingFaults[how] }),
    pageSize,
    keepsLog: true,
    close: lab.close,
  };
};

export const toRef = ({ id, conversationId }: StoredMessage): CopyRef => ({
  providerMessageId: id.replace(/=+$/, ''),
  providerThreadId: conversationId.replace(/=+$/, ''),
});

const padded = (id: string): string => id.padEnd(Math.ceil(id.length / 4) * 4, '=');
