/* A company with one mailbox at a Gmail lab of its own, and the services a worker has; no server, no queue. */
import type { CandidateId } from '../../lib/contract/ids.ts';
import type { Clock } from '../../server/base/clock.ts';
import { gmailScopes } from '../../server/providers/gmail/authority.ts';
import type { OpenMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import type { Services } from '../../server/services/services.ts';
import { addCandidates, connectedCompany } from '../bench/connected-company.ts';
import { type GmailLab, startGmailLab } from '../lab/gmail/lab.ts';
import type { TestDatabase } from './a-database.ts';
import { servicesOn } from './some-services.ts';
import { type ProviderAt, providersAt } from './worker-process.ts';

export const ana = 'ana@acme.test';
export const candidateAddresses = ['jane@mailbox.test', 'luca@mailbox.test'] as const;

export type SyncingCompany = {
  readonly lab: GmailLab;
  /** For a worker in a process of its own. */
  readonly at: ProviderAt;
  readonly refreshToken: string;
  readonly services: Services;
  readonly mailbox: OpenMailbox;
  readonly candidateIds: readonly CandidateId[];
  /** Looks at the mailbox as the worker does. */
  readonly pull: (services?: Services) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** `pageSize`: changes in one page of the mailbox's delta. */
export const aSyncingCompany = async (test: TestDatabase, pageSize = 500): Promise<SyncingCompany> => {
  const clock = movingClock(test);
  const lab = await startGmailLab({
    accounts: [ana],
    now: clock.now,
    largestPage: pageSize,
    unitsPerMinute: 1_000_000_000,
  });
  const { refreshToken } = lab.grant(ana, gmailScopes);
  const at = { kind: 'gmail', ...lab.client, issuer: lab.issuer, rootUrl: `${lab.url}/` } as const;
  const services = servicesOn({ ...test, clock }, { providers: providersAt(at, clock) });
  const company = await connectedCompany(services, [{ address: ana, refreshToken }]);
  const [mailbox] = company.mailboxes;
  if (mailbox === undefined) throw new Error('The company has no mailbox.');
  const candidateIds = await addCandidates(services, company, candidateAddresses);
  const pull: SyncingCompany['pull'] = (by = services) =>
    pullMailbox(by, mailbox, AbortSignal.timeout(60_000));
  await pull();
  return {
    lab,
    at,
    refreshToken,
    services,
    mailbox,
    candidateIds,
    pull,
    close: async () => {
      services.providers.gmail?.close();
      await lab.close();
    },
  };
};

/** The test's clock, moved on by whatever waits. */
export const movingClock = (test: TestDatabase): Clock => ({
  now: () => test.clock.at,
  sleep: async (ms, signal) => {
    signal.throwIfAborted();
    test.clock.at += ms;
  },
});
