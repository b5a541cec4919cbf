/* Connecting by server, name and password, at a real Dovecot. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectServer, ServerConnected } from '../../lib/contract/connecting.ts';
import { connectRefusalWords } from '../../lib/contract/connecting.ts';
import { mailboxTroubleWords } from '../../lib/contract/mailbox-trouble.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld({ connected: [ana] });
const password = 'correct horse';
let dovecot: Dovecot;

beforeAll(async () => {
  dovecot = await startDovecot({ persona: 'modern' });
  for (const person of [mia, tom, raj]) await dovecot.addUser(person.address, password);
  await dovecot.addUser('jobs@acme.test', password);
  Object.assign(world.server.services.providers, {
    imap: imapAccounts({
      clock: world.clock,
      trust: trusting([dovecot.certificate]),
      inside: ['localhost', '127.0.0.1'],
    }),
  });
});
afterAll(async () => {
  await dovecot.close();
});

const policyOf = (person: WorldPerson) => world.as(person).api.company.connectPolicy.query();
const decide = async (what: object) =>
  world.as(ana).api.company.setConnectPolicy.mutate({ ...(await policyOf(ana)), ...what });
const serverAt = (port: number, security: 'tls' | 'starttls' = 'tls', host = 'localhost') => ({
  host,
  port,
  security,
});
const connect = (person: WorldPerson, given: Partial<ConnectServer> = {}): Promise<ServerConnected> =>
  world.as(person).api.mailbox.connectServer.mutate({
    address: person.address,
    user: given.address ?? person.address,
    password,
    imap: serverAt(dovecot.imapsPort),
    ...given,
  });
const mailboxesOf = (person: WorldPerson) => world.as(person).api.mailbox.list.query();
const wayOf = (person: WorldPerson, address: string) =>
  world.as(person).api.mailbox.findWay.query({ address });

test('a password is not taken until an admin allows it, and no server is asked [P-12] [KL-24]', async () => {
  const unreachable = serverAt(9);
  expect(await connect(mia, { imap: unreachable })).toEqual({
    outcome: 'refused',
    refusal: 'passwords-not-allowed',
  });
  expect(await wayOf(mia, mia.address)).toMatchObject({ kind: 'unknown', open: ['gmail', 'graph'] });
  expect(await refusal(world.as(mia).api.company.setConnectPolicy.mutate(await policyOf(mia)))).toBe(
    'policy-forbids',
  );
  await decide({ isPasswordLoginAllowed: true });
  expect(await connect(mia, { imap: unreachable })).toMatchObject({ outcome: 'trouble' });
});

describe('each thing that stands in the way is told by name, and connects nothing [KL-12] [JS-17]', () => {
  test.each([
    ['the port', () => ({ imap: serverAt(9) }), 'port-closed'],
    ['the certificate', () => ({ imap: serverAt(dovecot.imapsPort, 'tls', '127.0.0.1') }), 'certificate'],
    ['the password', () => ({ password: 'wrong horse' }), 'wrong-password'],
  ] as const)('%s', async (_, given, trouble) => {
    const answer = await connect(mia, given());
    expect(answer).toEqual({ outcome: 'trouble', server: 'imap', trouble });
    expect(await mailboxesOf(mia)).toEqual([]);
    for (const sentence of Object.values(mailboxTroubleWords[trouble]))
      expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  test('every refusal has whole sentences', () => {
    for (const words of Object.values(connectRefusalWords))
      for (const sentence of Object.values(words)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a mailbox by name and password', () => {
  test('is connected, read, and its mail kept; the password lies sealed [KL-11] [KL-12] [KL-19]', async () => {
    const answer = await connect(mia, { imap: serverAt(dovecot.imapPort, 'starttls') });
    expect(answer).toMatchObject({ outcome: 'connected', address: mia.address });
    await expect.poll(async () => (await mailboxesOf(mia))[0]?.lastPulledAt).toBeDefined();
    expect(await mailboxesOf(mia)).toMatchObject([{ provider: 'imap', state: 'connected', isPrimary: true }]);
    expect(await world.dump()).not.toContain(password);
  });

  test('gives the next colleague of the domain its host and port, filled in [JS-18]', async () => {
    expect(await wayOf(tom, tom.address)).toEqual({
      address: tom.address,
      kind: 'imap',
      open: ['gmail', 'graph', 'imap'],
      isPersonal: false,
      servers: { from: 'colleague', imap: serverAt(dovecot.imapPort, 'starttls') },
    });
    expect((await wayOf(tom, 'tom@home.test')).servers).toBeUndefined();
  });

  test('turned off forgets the password, and is turned on again with what it had [JS-36]', async () => {
    const [row] = await mailboxesOf(mia);
    if (row === undefined) throw new Error('No mailbox.');
    await world
      .as(mia)
      .api.mailbox.change.mutate({ kind: 'turn-off', mailboxId: row.mailboxId, brought: 'keep' });
    expect(
      await world.sql('select from candor.mailbox_secret where mailbox_id = $1', [row.mailboxId]),
    ).toEqual([]);
    expect((await wayOf(mia, mia.address)).servers).toMatchObject({ from: 'own' });
    expect(await connect(mia)).toMatchObject({ outcome: 'connected', mailboxId: row.mailboxId });
  });
});

describe('a login proves no address', () => {
  const provenOf = async (person: WorldPerson) =>
    (
      await world.sql<{ address: string }>(
        'select address from candor.person_address where person_id = $1 order by 1',
        [world.as(person).personId],
      )
    ).map(({ address }) => address);

  test('nobody gains a colleague’s right by claiming their address over IMAP [JS-09] [LF-08]', async () => {
    const threadId = world.threadId(ana, 'jane');
    await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
    const kept = keptThread(await look(world.as(ana), threadId));
    // Tom was on it; Raj was not, and says at his own server that he is Tom.
    expect(await connect(raj, { address: tom.address })).toEqual({
      outcome: 'refused',
      refusal: 'colleagues',
    });
    expect(await refusal(world.as(raj).api.thread.read.query({ threadId: kept.threadId }))).toBe('not-found');
  });

  test('nor of anybody else who is on a message: the mailbox is connected, the address not theirs', async () => {
    await dovecot.addUser(jane.address, password);
    const kept = keptThread(await look(world.as(ana), world.threadId(ana, 'jane')));
    expect(await connect(raj, { address: jane.address })).toMatchObject({ outcome: 'connected' });
    expect(await provenOf(raj)).toEqual([raj.address]);
    expect(await refusal(world.as(raj).api.thread.read.query({ threadId: kept.threadId }))).toBe('not-found');
  });

  test('and keeps nobody from the address they sign in with', async () => {
    await world.sql('update candor.mailbox set address = $1 where address = $2', [tom.address, jane.address]);
    expect(await connect(tom)).toMatchObject({ outcome: 'connected', address: tom.address });
    expect(await provenOf(tom)).toEqual([tom.address]);
  });
});

describe('the company’s switches', () => {
  test('a forbidden domain is refused with its sub-domains, and a personal one is told [P-14] [LI-12]', async () => {
    expect(await wayOf(mia, 'mia@home.test')).toMatchObject({
      isPersonal: true,
      open: ['gmail', 'graph', 'imap'],
    });
    await decide({ forbiddenDomains: ['Home.test'] });
    expect(await wayOf(mia, 'mia@mail.home.test')).toMatchObject({ open: [], refusal: 'domain-forbidden' });
    expect(await connect(mia, { address: 'mia@home.test' })).toEqual({
      outcome: 'refused',
      refusal: 'domain-forbidden',
    });
  });

  test('a provider that is not allowed is refused by name, and the others stay open [P-11] [LI-01]', async () => {
    await decide({ allowedProviders: ['graph', 'imap'] });
    const asked = world.as(raj).api.mailbox.startConnect.mutate({ provider: 'gmail' });
    expect(await refusal(asked)).toBe('policy-forbids');
    expect((await wayOf(raj, raj.address)).open).toEqual(['graph', 'imap']);
    await decide({ allowedProviders: ['gmail', 'graph', 'imap'] });
  });

  test('turned on is not enough: without the person’s own consent nothing is connected [LI-10] [P-19]', async () => {
    await decide({ isConnectingOn: false });
    expect(await connect(raj)).toEqual({ outcome: 'refused', refusal: 'connecting-off' });
    await decide({ isConnectingOn: true });
    expect((await mailboxesOf(ana)).map(({ address }) => address)).toEqual([ana.address]);
    expect((await mailboxesOf(raj)).some(({ address }) => address === raj.address)).toBe(false);
    expect(await connect(raj)).toMatchObject({ outcome: 'connected' });
  });

  test('what was decided, and by whom, stands in the audit', async () => {
    const rows = await world.sql<{ actor_id: string; facts: { was?: object } }>(
      `select actor_id, facts from candor.audit where kind = 'policy-changed' order by seq desc limit 1`,
    );
    expect(rows).toMatchObject([
      {
        actor_id: world.as(ana).personId,
        facts: { is_connecting_on: true, was: { is_connecting_on: false } },
      },
    ]);
  });
});

describe('who serves an address', () => {
  test.each(['gmail', 'graph'] as const)(
    '%s, once it is found out, is the way told [JS-15]',
    async (kind) => {
      const { services } = world.server;
      const before = services.detect;
      Object.assign(services, { detect: async () => ({ kind }) });
      const way = await wayOf(tom, 'tom@elsewhere.test');
      Object.assign(services, { detect: before });
      expect(way.kind).toBe(kind);
      expect(way.refusal).toBeUndefined();
    },
  );

  test('the servers that were found out are filled in', async () => {
    const { services } = world.server;
    const before = services.detect;
    const imap = serverAt(993, 'tls', 'imap.elsewhere.test');
    Object.assign(services, { detect: async () => ({ kind: 'imap', imap }) });
    const way = await wayOf(tom, 'tom@elsewhere.test');
    Object.assign(services, { detect: before });
    expect(way).toMatchObject({ kind: 'imap', servers: { from: 'provider', imap } });
  });
});
