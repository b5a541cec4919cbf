/* The Gmail lab as a process of its own, so that the time it takes is not the server's. Speaks with whoever forked it. */
import { gmailScopes } from '../../server/providers/gmail/authority.ts';
import { startGmailLab } from '../lab/gmail/lab.ts';
import type { GeneratedMail } from './generated-mail.ts';

export type LabRequest =
  | { readonly ask: 'start'; readonly addresses: readonly string[] }
  | { readonly ask: 'deliver'; readonly mail: readonly GeneratedMail[] }
  | { readonly ask: 'mailboxes-seen' };
export type LabStart = {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** In the order of the addresses. */
  readonly refreshTokens: readonly string[];
};

const unlimited = 1_000_000_000;
let lab: Awaited<ReturnType<typeof startGmailLab>> | undefined;

const answer = async (request: LabRequest): Promise<unknown> => {
  if (request.ask === 'start') {
    lab = await startGmailLab({ accounts: request.addresses, unitsPerMinute: unlimited });
    const { url, client, grant } = lab;
    return {
      url,
      ...client,
      refreshTokens: request.addresses.map((address) => grant(address, gmailScopes).refreshToken),
    } satisfies LabStart;
  }
  if (lab === undefined) throw new Error('The lab was not started.');
  if (request.ask === 'mailboxes-seen')
    return new Set(lab.requests.flatMap(({ apiMethod, account }) => (apiMethod === undefined ? [] : account)))
      .size;
  for (const { address, raw, at } of request.mail) lab.deliver(address, raw, { at });
  return undefined;
};

process.on('message', (request: LabRequest) => {
  answer(request).then(
    (value) => process.send?.({ value }),
    (thrown: unknown) => process.send?.({ failed: String(thrown) }),
  );
});
process.once('disconnect', () => process.exit());
