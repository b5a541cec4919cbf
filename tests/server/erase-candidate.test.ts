/* A candidate who is erased because somebody asked for it: what goes, what stays, what can be proven, and what would bring them back. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErasureRow } from '../../lib/contract/erasure.ts';
import { CandidateId } from '../../lib/contract/ids.ts';
import { SealBroken } from '../../server/base/vault.ts';
import { bringFile, readWanted } from '../../server/import-file/import-file.ts';
import { decideCopies, fetchKept } from '../../server/services/ingest/decide-copies.ts';
import { ingestPage } from '../../server/services/ingest/ingest.ts';
import { withMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, label, log, look, refusal } from '../world/acts.ts';
import { importMail } from '../world/imports.ts';
import { ana, candidates, jane, mia, noor, tom, type WorldPerson } from '../world/people.ts';
import { disguises, readDataFolder } from '../world/raw-scan.ts';

const world = aWorld({ isSetUpHere: true });
const signal = AbortSignal.timeout(600_000);
const admin = () => world.as(ana).api.erasure;
const letter = (
  to: readonly WorldPerson[],
  from: { name: string; address: string },
  subject: string,
  more: { id?: string; at?: number; references?: readonly string[] } = {},
) => {
  const threads = world.send({ from, to, subject, text: `Written under ${subject}`, ...more });
  return (person: WorldPerson): string => threads.get(person.address) ?? '';
};
const stateOf = async (who: WorldPerson, threadId: string) => (await look(world.as(who), threadId)).thread;
const search = (who: WorldPerson, text: string) => world.as(who).api.candidate.search.query({ text });
const erase = (candidateId: CandidateId) => admin().erase.mutate({ candidateId, askedBy: 'candidate' });

/** Long enough that no file holds them by chance. */
const secrets = {
  subject: 'tangerine-aqueduct-subject',
  body: 'porcelain-lighthouse-body',
  attachmentName: 'curriculum-of-basalt.pdf',
  attachment: 'cobalt-attachment-content',
  address: 'ottilie.fern@hidden.test',
  messageId: 'walnut-staircase-id@hidden.test',
} as const;
const ottilie = { name: 'Ottilie Fern', address: secrets.address };
const [, luca] = candidates;
if (luca === undefined) throw new Error('No such candidate.');

describe('a candidate who is erased', () => {
  let candidateId: CandidateId;
  let own = '';
  let shared = '';
  let erased: ErasureRow;
  let before: readonly Envelope[] = [];
  let beforeKey: readonly Record<string, unknown>[] = [];
  let goneIds: readonly string[] = [];

  type Envelope = {
    readonly table: string;
    readonly id: string;
    readonly column: string;
    readonly sealed: Buffer;
  };
  const envelopesOf = async (of: CandidateId): Promise<readonly Envelope[]> => {
    const read = (table: string, column: string, where: string) =>
      world.sql<{ id: string; sealed: Buffer }>(
        `select t.id, t.${column} as sealed from candor.${table} t where t.${column} is not null and ${where}`,
        [of],
      );
    const alone = `thread_id in (select thread_id from candor.thread_candidate group by 1
      having count(*) = 1 and min(candidate_id::text) = $1::text)`;
    const all: Envelope[] = [];
    for (const [table, column, where] of [
      ['message', 'head_sealed', alone],
      ['message', 'body_sealed', alone],
      ['attachment', 'meta_sealed', alone],
      ['attachment', 'content_sealed', alone],
      ['candidate_address', 'address_sealed', 'candidate_id = $1'],
    ] as const)
      for (const row of await read(table, column, where)) all.push({ table, column, ...row });
    return all;
  };
  const openNow = ({ table, id, column, sealed }: Envelope): Promise<string> =>
    world.server.services.db.transaction({ kind: 'company', companyId: world.companyId }, (tx) =>
      world.server.services.sealing.openText(tx, world.companyId, { table, row: id, column }, sealed),
    );

  beforeAll(async () => {
    const raw = [
      `Message-ID: <${secrets.messageId}>`,
      `From: "${ottilie.name}" <${ottilie.address}>`,
      `To: ${ana.address}`,
      `Subject: ${secrets.subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      secrets.body,
      '--b',
      'Content-Type: application/pdf',
      `Content-Disposition: attachment; filename="${secrets.attachmentName}"`,
      '',
      secrets.attachment,
      '--b--',
      '',
    ].join('\r\n');
    own = world.lab.deliver(ana.address, raw, { at: world.clock.now() }).threadId;
    await log(world.as(ana), own, [{ create: ottilie }]);
    candidateId = (await search(ana, ottilie.address))[0]?.candidateId as CandidateId;
    letter([ana, tom], ottilie, `Re: ${secrets.subject}`, { references: [secrets.messageId] });
    const aboutBoth = letter([ana], ottilie, 'About Jane as well');
    for (const person of [ana, tom]) await world.pull(person);
    shared = aboutBoth(ana);
    await log(world.as(ana), shared, [world.candidateId(jane.address)]);
    await world.sql(
      `insert into candor.outgoing (company_id, person_id, thread_id, state, message_id_hash, draft_sealed, created_at)
       select p.company_id, p.id, c.thread_id, 'failed', '\\x00', '\\x00', 0
       from candor.person p join candor.message_copy c on c.person_id = p.id
       where p.address = $1 and c.provider_thread_id = $2 limit 1`,
      [ana.address, own],
    );
    before = await envelopesOf(candidateId);
    beforeKey = await world.sql('select * from candor.data_key where candidate_id = $1', [candidateId]);
    goneIds = [...new Set(before.filter(({ table }) => table === 'message').map(({ id }) => id))];
  });

  test('is told of in numbers before, to the owner and admins alone [LI-26] [N-19]', async () => {
    expect(await admin().preview.query({ candidateId })).toEqual({
      messages: 2,
      attachments: 1,
      conversations: 1,
      drafts: 1,
      addresses: 1,
      jobs: 0,
      sharedConversations: 1,
    });
    for (const who of [mia, tom]) {
      const { erasure } = world.as(who).api;
      expect(await refusal(erasure.preview.query({ candidateId }))).toBe('policy-forbids');
      expect(await refusal(erasure.erase.mutate({ candidateId, askedBy: 'company' }))).toBe('policy-forbids');
      expect(await refusal(erasure.list.query({}))).toBe('policy-forbids');
    }
  });

  test('goes with the mail filed on nobody else; mailboxes keep theirs, and what is filed on others stays readable [LI-26] [N-19]', async () => {
    // Both opened before, so that what is in memory does not help either.
    for (const envelope of before) await openNow(envelope);
    erased = await erase(candidateId);
    expect(erased).toMatchObject({
      because: 'erased',
      askedBy: 'candidate',
      by: { name: ana.name, isYou: true },
      counts: {
        messages: 2,
        attachments: 1,
        conversations: 1,
        drafts: 1,
        addresses: 1,
        sharedConversations: 1,
      },
    });
    expect(await search(ana, ottilie.address)).toEqual([]);
    expect((await stateOf(ana, own)).state).toBe('not-kept');
    const { threadId } = keptThread(await look(world.as(ana), shared));
    const { messages } = await world.as(ana).api.thread.read.query({ threadId });
    expect(messages.map(({ text }) => text)).toEqual(['Written under About Jane as well\n']);
    expect(world.lab.mailbox(ana.address).thread(own)).toHaveLength(2);
    const left = (await world.dump())
      .split('\n')
      .filter((line) => [...goneIds, candidateId].some((id) => line.includes(id)));
    expect(new Set(left.map((line) => line.split(' ')[0]))).toEqual(
      new Set(['candor.audit', 'candor.erasure']),
    );
    // As when the answer was lost and it is asked again.
    expect(await erase(candidateId)).toEqual(erased);
    expect(await refusal(erase(CandidateId.parse(crypto.randomUUID())))).toBe('not-found');
  });

  test('leaves a certificate that names neither them nor their address, and that the audit bears out [N-19]', async () => {
    const files = await admin().certificate.query({ erasureId: erased.erasureId });
    expect(files.map(({ mediaType }) => mediaType)).toEqual(['text/html', 'application/json']);
    for (const { text } of files)
      for (const secret of [...Object.values(secrets), ottilie.name, 'Ottilie'])
        expect(text).not.toContain(secret);
    const [page, json] = files;
    const certificate = JSON.parse(json?.text ?? '');
    const [row] = await world.sql<{ hash: Buffer; facts: { key_id: string } }>(
      `select hash, facts from candor.audit where kind = 'candidate-erased' and seq = $1`,
      [certificate.audit.number],
    );
    expect(certificate).toMatchObject({
      company: 'Acme Robotics',
      candidateId,
      doneBy: ana.name,
      askedBy: 'candidate',
      counts: erased.counts,
      destroyedKeyId: beforeKey[0]?.id,
      audit: { hash: row?.hash.toString('hex') },
    });
    expect(row?.facts.key_id).toBe(certificate.destroyedKeyId);
    expect(await world.as(ana).api.audit.check.query()).not.toHaveProperty('broken');
    for (const said of Object.values(certificate.said as Record<string, string[]>).flat())
      expect(page?.text).toContain(said);
    expect(page?.text).toContain('A back-up of the whole database from before');
    expect(page?.text).not.toMatch(/<script|https?:/);
  });

  test('is found by their address among the certificates, and by no other [N-19]', async () => {
    const found = (address: string) => admin().list.query({ address });
    expect((await found('Ottilie.Fern@hidden.test')).map(({ erasureId }) => erasureId)).toEqual([
      erased.erasureId,
    ]);
    expect(await found(noor.address)).toEqual([]);
    expect(await admin().list.query({})).toHaveLength(1);
  });

  test('is in a copy of the tables from before as sealed text that nothing on the server opens; with the key’s own row, it opens [N-19]', async () => {
    expect(before.length).toBe(7);
    for (const envelope of before) await expect(openNow(envelope)).rejects.toThrow(SealBroken);
    const [row] = beforeKey;
    const putBack = () =>
      world.sql(
        'insert into candor.data_key (id, company_id, candidate_id, key_sealed, created_at) values ($1, $2, $3, $4, $5)',
        [row?.id, row?.company_id, row?.candidate_id, row?.key_sealed, row?.created_at],
      );
    await putBack();
    const opened = await Promise.all(before.map(openNow));
    expect(opened.join('\n')).toContain(secrets.body);
    await world.sql('delete from candor.data_key where id = $1', [row?.id]);
    world.server.services.sealing.forgetKey(String(row?.id));
  });

  test('stands in no file of the data folder with anything they wrote [N-19] [LV-05]', async () => {
    await world.sql('checkpoint');
    const files = await readDataFolder(world.dataFolder);
    const holds = (needle: Buffer) =>
      files.filter(({ bytes }) => bytes.includes(needle)).map(({ name }) => name);
    expect(holds(Buffer.from(ana.address)).length).toBeGreaterThan(0);
    for (const [what, text] of Object.entries(secrets))
      for (const needle of disguises(text)) expect([what, holds(needle)]).toEqual([what, []]);
  });

  describe('comes back', () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'candor-erased-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    const onRecord = async () =>
      (
        await world.sql(
          `select from candor.message m join candor.message_copy c on c.message_id = m.id
           where c.provider_thread_id = $1`,
          [own],
        )
      ).length;

    test('by no sync, label, import or file, and the thread says why and what a person can do [LI-26] [N-19]', async () => {
      for (const person of [ana, tom]) {
        world.lab.expireHistory(person.address);
        await world.pull(person);
      }
      await label(world.as(ana), own);
      await world.pull(ana);
      await importMail(world, ana, 'all');
      const path = join(folder, 'old.mbox');
      const raw = [
        `Message-ID: <${secrets.messageId}>`,
        `From: ${ottilie.address}`,
        `To: ${ana.address}`,
        `Subject: ${secrets.subject}`,
        '',
        secrets.body,
      ];
      const other = [
        'Message-ID: <never-seen@hidden.test>',
        `In-Reply-To: <${secrets.messageId}>`,
        ...raw.slice(1),
      ];
      const mbox = [raw, other].map((lines) => `From x Mon Jan  5 09:00:00 2026\n${lines.join('\n')}\n\n`);
      await writeFile(path, mbox.join(''));
      const wanted = readWanted(['--mailbox', ana.address, path]);
      if (wanted === undefined) throw new Error('Nothing was wanted.');
      const brought = await bringFile(world.server.services, wanted, () => undefined, signal);
      expect(brought).toMatchObject({ kept: 0, left: { 'person-erased': 2 } });
      const fresh = letter([ana], ottilie, 'Me again');
      await world.pull(ana);
      expect(await onRecord()).toBe(0);
      for (const threadId of [own, fresh(ana)])
        expect(await stateOf(ana, threadId)).toMatchObject({
          state: 'not-kept',
          notKeptBecause: [
            'Your company was asked to erase somebody on this message, so nothing with them is kept. Create them as a candidate anew, or add their address to one, to keep mail with them from now on. What was erased stays erased.',
          ],
        });
    });

    test('by no log on somebody else’s record; but a letter that a candidate is on is that candidate’s [LI-26]', async () => {
      expect(await refusal(log(world.as(ana), own, [world.candidateId(luca.address)]))).toBe(
        'policy-forbids',
      );
      const both = world.send({
        from: luca,
        to: [ana],
        cc: [ottilie],
        subject: 'Luca with a copy',
        text: 'Hello',
      });
      await world.pull(ana);
      expect((await stateOf(ana, both.get(ana.address) ?? '')).state).toBe('kept');
    });

    test('by nothing that was decided before and is stored after [N-19]', async () => {
      const sofia = candidates.find(({ name }) => name.startsWith('Sof'));
      if (sofia === undefined) throw new Error('No such candidate.');
      const at = { companyId: world.companyId, mailboxId: world.mailboxId(ana) };
      const threads = ['Decided, erased, stored', 'Stored, erased, stored again'].map((subject) =>
        letter([ana], sofia, subject)(ana),
      );
      const { kept, owner } = await withMailbox(
        world.server.services,
        at,
        'person',
        async (provider, open) => {
          const copies = (await Promise.all(threads.map((id) => provider.readThread(id, signal)))).flat();
          const decided = await decideCopies(world.server.services, open, copies);
          return { kept: await fetchKept(provider, decided, 1_000_000, signal), owner: open };
        },
        signal,
      );
      expect(kept).toHaveLength(2);
      const store = () =>
        world.server.services.db.transaction({ kind: 'company', companyId: world.companyId }, (tx) =>
          ingestPage(world.server.services, tx, owner, kept),
        );
      expect(await store()).toHaveLength(2);
      await erase(world.candidateId(sofia.address));
      expect(await store()).toEqual([]);
      expect(
        await world.sql(
          `select rule from candor.decision where rule = 'person-erased' and message_id is null`,
        ),
      ).not.toEqual([]);
    });

    test('when a person creates them anew: new mail is kept, and what was erased stays so until its thread is logged [LI-26] [N-19]', async () => {
      const fresh = letter([ana], ottilie, 'I changed my mind');
      await log(world.as(ana), fresh(ana), [{ create: ottilie }]);
      expect((await stateOf(ana, fresh(ana))).state).toBe('kept');
      const next = letter([ana], ottilie, 'And one more');
      world.lab.expireHistory(ana.address);
      await world.pull(ana);
      expect((await stateOf(ana, next(ana))).state).toBe('kept');
      expect(await onRecord()).toBe(0);
      expect(await stateOf(ana, own)).toMatchObject({
        notKeptBecause: [
          'Candor erased this message when your company was asked to erase the candidate it was with. Log the thread to keep it again.',
        ],
      });
      expect(
        await world.sql(`select facts from candor.audit where kind = 'erased-taken-on-again'`),
      ).toHaveLength(1);
      const [again] = await search(ana, ottilie.address);
      expect(again?.candidateId).not.toBe(candidateId);
      await log(world.as(ana), own, [again?.candidateId as CandidateId]);
      expect(await onRecord()).toBe(2);
    });
  });
});

describe('mail that is filed on nobody', () => {
  test('goes too where an address of theirs is on it; a colleague’s own address is no sign of that [LI-26]', async () => {
    const kit = { name: 'Kit Alder', address: 'kit.alder@hidden.test' };
    const taken = letter([mia], kit, 'Labelled before they were a candidate')(mia);
    const plain = letter(
      [mia],
      { name: 'Sam', address: 'sam@elsewhere.test' },
      'Somebody else entirely',
    )(mia);
    for (const threadId of [taken, plain]) await label(world.as(mia), threadId);
    const own = letter([mia], kit, 'And this made them one')(mia);
    await log(world.as(mia), own, [{ create: kit }]);
    const [card] = await search(ana, kit.address);
    if (card === undefined) throw new Error('Nobody was made.');
    const { candidateId } = card;
    const counts = () => admin().preview.query({ candidateId });
    await world.sql(
      `delete from candor.thread_candidate where candidate_id = $1 and thread_id in (
         select thread_id from candor.message_copy where provider_thread_id = $2)`,
      [candidateId, taken],
    );
    expect(await counts()).toMatchObject({ messages: 2, conversations: 2, addresses: 1 });
    await world.as(ana).api.candidate.addAddress.mutate({ candidateId, address: mia.address });
    expect(await counts()).toMatchObject({ messages: 2, conversations: 2, addresses: 2 });
    await erase(candidateId);
    expect((await stateOf(mia, taken)).state).toBe('not-kept');
    expect((await stateOf(mia, plain)).state).toBe('kept');
    // And mail with the colleague goes on to be kept as ever.
    const next = letter([mia], { name: 'Sam', address: 'sam@elsewhere.test' }, 'Sam again')(mia);
    await label(world.as(mia), next);
    expect((await stateOf(mia, next)).state).toBe('kept');
  });
});
