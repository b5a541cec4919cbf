/* Deleting one message on servers that know no MOVE: nothing else may go with it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMessageName } from '../../server/providers/imap/ids.ts';
import { imapProvider } from '../../server/providers/imap/index.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { type ImapAtDovecot, openImapAtDovecot } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

const withDovecot = (persona: 'old' | 'older') => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona });
  });
  afterAll(() => dovecot.close());
  return async (run: (box: ImapAtDovecot) => Promise<void>): Promise<void> => {
    const box = await openImapAtDovecot(dovecot);
    try {
      await run(box);
    } finally {
      await box.close();
    }
  };
};

/** As the other program sees it. */
const subjectsIn = async ({ other }: ImapAtDovecot, path: string): Promise<readonly string[]> => {
  const { exists } = await other.mailboxOpen(path);
  if (exists === 0) return [];
  const rows = await other.fetchAll('1:*', { envelope: true });
  return rows.map(({ envelope }) => envelope?.subject ?? '');
};

describe('a server with UIDPLUS and no MOVE', () => {
  const atDovecot = withDovecot('old');

  test('loses nothing that another program marked as deleted', () =>
    atDovecot(async (box) => {
      const ref = await box.deliver(letter({ id: '1@x.test', subject: 'One' }));
      const marked = await box.deliver(letter({ id: '2@x.test', subject: 'Marked' }));
      await box.other.mailboxOpen('INBOX');
      const { uid } = readMessageName(marked.providerMessageId);
      await box.other.messageFlagsAdd(String(uid), ['\\Deleted'], { uid: true });
      await box.provider.remove(ref.providerMessageId, never);
      expect(await subjectsIn(box, 'INBOX')).toEqual(['Marked']);
      expect(await subjectsIn(box, 'INBOX.Trash')).toEqual(['One']);
    }));

  test('refuses where the mailbox has no trash, and says so', () =>
    atDovecot(async (box) => {
      const ref = await box.deliver(letter({ id: '3@x.test', subject: 'Three' }));
      // The one folder that could be it is something else, so the person says.
      const provider = imapProvider({ ...box.options, folders: { sent: 'INBOX.Trash' } });
      await expect(provider.remove(ref.providerMessageId, never)).rejects.toMatchObject({
        reason: 'no-trash',
      });
      provider.close();
      expect(await subjectsIn(box, 'INBOX')).toEqual(['Three']);
    }));
});

describe('a server that can take away no message alone', () => {
  const atDovecot = withDovecot('older');

  test('refuses, and everything stays where it was', () =>
    atDovecot(async (box) => {
      const ref = await box.deliver(letter({ id: '1@x.test', subject: 'One' }));
      await expect(box.provider.remove(ref.providerMessageId, never)).rejects.toMatchObject({
        reason: 'provider-refused',
      });
      expect(await subjectsIn(box, 'INBOX')).toEqual(['One']);
      expect(await subjectsIn(box, 'INBOX.Trash')).toEqual([]);
    }));
});
