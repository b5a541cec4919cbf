/* The Gmail lab in its own process, from the side of whoever measures. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../server/base/clock.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { gmailAccounts } from '../../server/providers/gmail/accounts.ts';
import type { ConsentAccounts } from '../../server/providers/provider.ts';
import type { GeneratedMail } from './generated-mail.ts';
import type { LabRequest, LabStart } from './lab-process.ts';

export type BenchLab = LabStart & {
  /** Puts mail into the mailboxes as if it had just come. */
  readonly deliver: (mail: readonly GeneratedMail[]) => Promise<void>;
  /** How many mailboxes the API was asked for so far. */
  readonly mailboxesSeen: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** With an account for each address, and the permission to read it already given. */
export const startBenchLab = async (addresses: readonly string[]): Promise<BenchLab> => {
  const lab = fork(fileURLToPath(new URL('lab-process.ts', import.meta.url)), { serialization: 'advanced' });
  const ask = (request: LabRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error('The lab ended.'));
      lab.once('exit', ended);
      lab.once('message', (answer: { value?: unknown; failed?: string }) => {
        lab.off('exit', ended);
        if (answer.failed === undefined) resolve(answer.value);
        else reject(new Error(answer.failed));
      });
      lab.send(request);
    });
  const started = (await ask({ ask: 'start', addresses })) as LabStart;
  return {
    ...started,
    deliver: async (mail) => {
      await ask({ ask: 'deliver', mail });
    },
    mailboxesSeen: async () => (await ask({ ask: 'mailboxes-seen' })) as number,
    stop: async () => {
      const ended = new Promise<void>((resolve) => lab.once('exit', () => resolve()));
      lab.disconnect();
      await ended;
    },
  };
};

/** Gmail as the server opens it, at the lab. */
export const gmailAt = (lab: BenchLab): ConsentAccounts =>
  gmailAccounts({
    issuer: lab.url,
    clientId: lab.clientId,
    clientSecret: lab.clientSecret,
    redirectUri: 'http://127.0.0.1/unused',
    rootUrl: `${lab.url}/`,
    clock: systemClock,
    fetch: systemFetch,
  });
