/* Mailboxes at a provider that a test plays itself, at the port the services know: for what no lab stands in for yet. */
import type { CompanyId, MailboxId, PersonId } from '../../lib/contract/ids.ts';
import type { ConsentAccounts, Provider, Push } from '../../server/providers/provider.ts';
import { secretPlace } from '../../server/services/mailboxes/mailbox-access.ts';
import type { Services } from '../../server/services/services.ts';
import { mailboxOf } from './a-company.ts';

export type Script = {
  readonly push?: (mailboxKey: string) => Push | undefined;
  readonly pull?: (mailboxKey: string, signal: AbortSignal) => Promise<void>;
};

/** What a script leaves out is never asked: it throws. */
export const scriptedAccounts = (script: Script): ConsentAccounts => ({
  open: ({ mailboxKey }) => scripted(mailboxKey, script),
  spending: () => undefined,
  forget: () => undefined,
  close: () => undefined,
  consent: {
    start: () => notScripted('consent'),
    finish: () => notScripted('consent'),
    revoke: async () => undefined,
  },
});

const scripted = (mailboxKey: string, { push, pull }: Script): Provider => ({
  kind: 'graph',
  can: async () => ({ label: true }),
  push: push?.(mailboxKey),
  profile: () => notScripted('profile'),
  start: async () => 'from now on',
  pull: async (cursor, _window, signal) => {
    await pull?.(mailboxKey, signal);
    return { upserts: [], deletions: [], next: cursor, more: false, reset: false, lost: false };
  },
  readThread: () => notScripted('readThread'),
  readHeaders: () => notScripted('readHeaders'),
  fetch: () => notScripted('fetch'),
  search: () => notScripted('search'),
  label: () => notScripted('label'),
  remove: () => notScripted('remove'),
  send: () => notScripted('send'),
});

const notScripted = async (verb: string): Promise<never> => {
  throw new Error(`The test scripted no ${verb}.`);
};

/** Makes the mailbox of a person of tests/build/a-company.ts one of the scripted provider's. */
export const connectScripted = (
  services: Services,
  companyId: CompanyId,
  personId: PersonId,
): Promise<{ readonly companyId: CompanyId; readonly mailboxId: MailboxId }> =>
  services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const mailboxId = mailboxOf(personId);
    await tx
      .updateTable('candor.mailbox')
      .set({ provider: 'graph', state_since: services.clock.now() })
      .where('id', '=', mailboxId)
      .execute();
    await tx
      .insertInto('candor.mailbox_secret')
      .values({
        mailbox_id: mailboxId,
        company_id: companyId,
        person_id: personId,
        secret_sealed: await services.sealing.sealText(
          tx,
          companyId,
          undefined,
          secretPlace(mailboxId),
          JSON.stringify({ refreshToken: 'scripted', grantedScopes: [] }),
        ),
        updated_at: services.clock.now(),
      })
      .execute();
    return { companyId, mailboxId };
  });
