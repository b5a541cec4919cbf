/*
 * A folder that its person may list and not read, as access rights make them (RFC 4314). Two real servers, which refuse it
 * differently: Dovecot by NOPERM, Cyrus without a code.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imapMailbox } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { Provider } from '../../server/providers/provider.ts';
import { startCyrus } from '../lab/imap/cyrus.ts';
import { startDovecot } from '../lab/imap/dovecot.ts';
import { fakeClock } from './fake-clock.ts';
import { password } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { addressOf, never } from './mailbox-under-test.ts';

const user = 'ana@acme.test';
/** What a person may do in a folder is changed there by `setRights`; Dovecot reads it at the next login. */
const servers = {
  Dovecot: async () => {
    const dovecot = await startDovecot({ persona: 'no-keywords' });
    return {
      ...dovecot,
      setRights: (_: ImapFlow, folder: string, rights: string) =>
        writeFile(join(dovecot.folder, 'rights'), `${folder} owner ${rights}\n`),
    };
  },
  Cyrus: async () => ({ ...(await startCyrus()), setRights: setAcl }),
};

/** imapflow has no word for SETACL; its own commands go by `exec`, which it does not tell of. */
const setAcl = async (imap: ImapFlow, folder: string, rights: string): Promise<void> => {
  const { exec } = imap as unknown as {
    exec: (command: string, attributes: unknown[]) => Promise<{ next: () => void }>;
  };
  const answer = await exec.call(imap, 'SETACL', [
    { type: 'ATOM', value: folder },
    { type: 'STRING', value: user },
    { type: 'ATOM', value: rights },
  ]);
  answer.next();
};

describe.each(Object.entries(servers))('at %s', (_, start) => {
  let server: Awaited<ReturnType<(typeof servers)[keyof typeof servers]>>;
  let other: ImapFlow;
  let provider: Provider;
  let close: () => void;
  beforeAll(async () => {
    server = await start();
    await server.addUser(user, password);
    other = new ImapFlow({
      host: 'localhost',
      port: server.imapsPort,
      secure: true,
      tls: { ca: server.certificate },
      auth: { user, pass: password },
      disableAutoIdle: true,
      logger: false,
    });
    await other.connect();
    const mailbox = imapMailbox({
      server: { host: 'localhost', port: server.imapsPort, security: 'tls' },
      credentials: { user, password },
      clock: fakeClock(Date.UTC(2026, 0, 10)),
      candidateLabelName: 'Candor',
      trust: trusting([server.certificate]),
      inside: ['localhost'],
    });
    provider = mailbox.provider('background');
    close = mailbox.close;
  });
  afterAll(async () => {
    close();
    await other.logout();
    await server.close();
  });

  const setRights = async (folder: string, rights: string): Promise<void> => {
    await server.setRights(other, folder, rights);
    close();
  };
  const put = (folder: string, id: string) =>
    other.append(folder, letter({ id, from: 'jane@mailbox.test', references: ['root@x.test'] }), []);

  test('the rest of the mailbox is read, and that it is shut is told', async () => {
    await other.mailboxCreate('Shut');
    await put('Shut', 'before@x.test');
    await put('INBOX', 'root@x.test');
    const begun = await provider.start(never);
    await put('Shut', 'in-shut@x.test');
    await setRights('Shut', 'la');
    await put('INBOX', 'in-inbox@x.test');
    const first = await provider.pull(begun, {}, never);
    expect(first).toMatchObject({ shutFolderCount: 1, deletions: [], more: false });
    expect(first.upserts).toHaveLength(1);
    const again = await provider.pull(first.next, {}, never);
    expect(again).toMatchObject({ shutFolderCount: 1, deletions: [], upserts: [] });

    const found = await provider.search(
      { by: 'addresses', addresses: [addressOf('jane@mailbox.test')] },
      {},
      undefined,
      never,
    );
    expect(found.found).toHaveLength(2);
    const [copy] = first.upserts;
    expect((await provider.readHeaders(copy?.providerMessageId ?? '', never)).labels).toEqual(['INBOX']);
    expect(await provider.readThread(copy?.providerThreadId ?? '', never)).not.toHaveLength(0);

    // What came into it meanwhile is told of once it is open.
    await setRights('Shut', 'lrsa');
    const opened = await provider.pull(again.next, {}, never);
    expect(opened).toMatchObject({ shutFolderCount: 0, deletions: [] });
    expect(opened.upserts).toHaveLength(1);
  });

  test('a mailbox whose inbox is shut is none, and is not read as an empty one', async () => {
    const begun = await provider.start(never);
    await setRights('INBOX', 'la');
    await expect(provider.pull(begun, {}, never)).rejects.toMatchObject({ reason: 'provider-refused' });
    await setRights('INBOX', 'lrsa');
  });
});
