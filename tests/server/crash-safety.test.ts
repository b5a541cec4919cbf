/*
 * A worker that ends at any moment between asking for a page and its commit loses nothing and doubles nothing: the next one
 * goes on, and the record is the one an undisturbed worker would have left.
 */
import { expect, test } from 'vitest';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { aDatabase } from '../build/a-database.ts';
import { ana, aSyncingCompany, type SyncingCompany } from '../build/a-syncing-company.ts';
import { recordOf } from '../build/record-of.ts';
import { type Step, watchServices } from '../build/watched-services.ts';
import { letter } from '../provider/letter.ts';

const database = aDatabase();

class Ended extends Error {}

/** From its nth step on the worker is no more: nothing it asks for comes about. */
const endingAt = (company: SyncingCompany, nth: number, isCounted: (step: Step) => boolean) => {
  let count = 0;
  const services = watchServices(company.services, (step) => {
    if (isCounted(step)) count += 1;
    if (count >= nth) throw new Ended(`at step ${count}`);
  });
  return { services, hasEnded: () => count >= nth };
};

/** Mail of every kind, over two pages: kept, answered from elsewhere, with Bcc, twice under one id, dropped, put in the trash. */
const fill = ({ lab }: SyncingCompany): void => {
  const at = database.clock.at;
  const deliver = (raw: string, labels: readonly string[] = ['INBOX']) =>
    lab.deliver(ana, raw, { at, labels });
  const jane = 'Jane <jane@mailbox.test>';
  deliver(letter({ from: jane, to: ana, id: 'one@mailbox.test', subject: 'One' }));
  deliver(
    letter({
      from: 'other@else.test',
      to: ana,
      id: 'two@else.test',
      references: ['one@mailbox.test'],
      subject: 'Two',
    }),
  );
  deliver(
    letter({ from: ana, to: jane, bcc: 'luca@mailbox.test', id: 'three@acme.test', subject: 'Three' }),
    ['SENT'],
  );
  deliver(letter({ from: jane, to: ana, id: 'one@mailbox.test', subject: 'One, other words' }));
  deliver(letter({ from: 'shop@else.test', to: ana, id: 'no@else.test', subject: 'Not kept' }));
  const trashed = deliver(letter({ from: jane, to: ana, id: 'trash@mailbox.test', subject: 'Trash' }));
  lab.mailbox(ana).relabel(trashed, ['TRASH'], ['INBOX']);
};

/** What was kept before and is deleted since, so that a page tells of both. */
const fillBefore = async (company: SyncingCompany) => {
  const raw = letter({ from: 'jane@mailbox.test', to: ana, id: 'old@mailbox.test', subject: 'Old' });
  const old = company.lab.deliver(ana, raw, { at: database.clock.at });
  await company.pull();
  fill(company);
  company.lab.mailbox(ana).remove(old.id);
};

const undisturbed = async () => {
  const company = await aSyncingCompany(database, 4);
  try {
    await fillBefore(company);
    await company.pull();
    return await recordOf(company.services, company.mailbox.companyId);
  } finally {
    await company.close();
  }
};

test.each([
  ['call to the provider', (step: Step) => step === 'call'],
  ['statement', (step: Step) => step === 'statement'],
  ['commit', (step: Step) => step === 'commit' || step === 'committed'],
] as const)(
  'a worker that ends at any %s leaves what the next one completes, nothing missing and nothing twice',
  async (_, isCounted) => {
    const whole = await undisturbed();
    expect(whole.threads.flat().toSorted()).toEqual(
      ['Old', 'One', 'Three', 'Two', 'One, other words'].toSorted(),
    );
    for (let nth = 1, isThrough = false; !isThrough; nth += 1) {
      const company = await aSyncingCompany(database, 4);
      try {
        await fillBefore(company);
        const ending = endingAt(company, nth, isCounted);
        const pulled = pullMailbox(ending.services, company.mailbox, AbortSignal.timeout(60_000));
        await pulled.catch((thrown: unknown) => {
          if (!ending.hasEnded()) throw thrown;
        });
        isThrough = !ending.hasEnded();
        await company.pull();
        expect(await recordOf(company.services, company.mailbox.companyId), `ended at step ${nth}`).toEqual(
          whole,
        );
      } finally {
        await company.close();
      }
    }
  },
  300_000,
);
