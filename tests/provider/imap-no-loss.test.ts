/*
 * Whatever happens to a mailbox, and wherever the line breaks meanwhile: who follows the deltas ends up knowing exactly the
 * messages that mbsync, another program altogether, copies from the server. The follower does what the port asks, and no more.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { messageIdsByMbsync } from '../lab/imap/mbsync.ts';
import { follow } from './follower.ts';
import { type ImapAtDovecot, openImapAtDovecot, password } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

type Step =
  | { readonly step: 'deliver'; readonly nth: number }
  | { readonly step: 'remove' | 'move' | 'read' | 'label'; readonly nth: number }
  | { readonly step: 'pull' }
  | { readonly step: 'rename' }
  | { readonly step: 'remake' }
  | { readonly step: 'forget' }
  | { readonly step: 'cut'; readonly pieces: number };

const nth = fc.nat({ max: 50 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    { weight: 8, arbitrary: fc.record({ step: fc.constant('deliver'), nth }) },
    { weight: 6, arbitrary: fc.record({ step: fc.constant('pull') }) },
    { weight: 6, arbitrary: fc.record({ step: fc.constantFrom('remove', 'move', 'read', 'label'), nth }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Step>({ step: 'rename' }, { step: 'remake' }, { step: 'forget' }),
    },
    { weight: 6, arbitrary: fc.record({ step: fc.constant('cut'), pieces: fc.nat({ max: 40 }) }) },
  ),
  { minLength: 5, maxLength: 40 },
);

describe.each(['modern', 'old'] as const)('nothing is lost at a %s server', (persona) => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona });
  });
  afterAll(() => dovecot.close());

  test('a follower of the deltas knows what mbsync copies, message for message', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const box = await openImapAtDovecot(dovecot, { pageSize: 3 });
        try {
          const mailbox = await changing(box, dovecot, persona === 'old' ? 'INBOX.' : '');
          const follower = follow(box.provider, await box.provider.start(never));
          for (const step of schedule) {
            if (step.step === 'pull') await follower.pull();
            else if (step.step === 'cut') box.line.cutAfter(step.pieces);
            else await mailbox.take(step);
          }
          box.line.cutAfter(Number.POSITIVE_INFINITY);
          await follower.catchUp();
          expect(await messageIdsOf(box, follower.known)).toEqual(
            await messageIdsByMbsync(dovecot, box.address, password),
          );
        } finally {
          await box.close();
        }
      }),
      { numRuns: 25 },
    );
  });
});

type Change = Exclude<Step, { readonly step: 'pull' } | { readonly step: 'cut' }>;

const changing = async (box: ImapAtDovecot, dovecot: Dovecot, prefix: string) => {
  const { other } = box;
  let folders = ['INBOX', `${prefix}Hiring`, `${prefix}Größe`];
  let count = 0;
  for (const path of folders.slice(1)) await other.mailboxCreate(path);
  const pick = <T>(items: readonly T[], index: number): T => {
    const item = items[index % items.length];
    if (item === undefined) throw new Error('Nothing to pick from.');
    return item;
  };

  return {
    take: async (change: Change): Promise<void> => {
      count += 1;
      if (change.step === 'deliver') {
        await box.deliver(letter({ id: `${count}@x.test` }), undefined, pick(folders, change.nth));
        return;
      }
      if (change.step === 'rename') {
        const [inbox = '', first = '', ...rest] = folders;
        const renamed = `${prefix}Renamed ${count}`;
        await other.mailboxRename(first, renamed);
        folders = [inbox, ...rest, renamed];
        return;
      }
      if (change.step === 'remake') {
        const [, , last = ''] = folders;
        await other.mailboxOpen('INBOX');
        await other.mailboxDelete(last);
        await other.mailboxCreate(last);
        return;
      }
      if (change.step === 'forget') {
        await other.mailboxOpen('INBOX');
        const { uidValidity } = await other.mailboxOpen(folders[1] ?? '');
        await other.mailboxOpen('INBOX');
        const next = (uidValidity + 1_000n).toString();
        await dovecot.doveadm(
          'mailbox',
          'update',
          '-u',
          box.address,
          '--uid-validity',
          next,
          folders[1] ?? '',
        );
        return;
      }
      const path = pick(folders, change.nth);
      const { exists } = await other.mailboxOpen(path);
      if (exists === 0) return;
      const message = String(1 + (change.nth % exists));
      if (change.step === 'remove') await other.messageDelete(message);
      if (change.step === 'move') await other.messageMove(message, pick(folders, change.nth + 1 + count));
      if (change.step === 'read') await other.messageFlagsAdd(message, ['\\Seen']);
      if (change.step === 'label') await other.messageFlagsAdd(message, ['Candor']);
    },
  };
};

const messageIdsOf = async (
  { provider }: ImapAtDovecot,
  names: Iterable<string>,
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (const name of names) {
    const { headers } = await provider.readHeaders(name, never);
    ids.push(headers.find((line) => line.name === 'Message-ID')?.value ?? `none in ${name}`);
  }
  return ids.sort();
};
