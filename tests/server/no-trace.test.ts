/* After a whole day's work, what stands in the files of the data folder and in the log, read as bytes by somebody who has neither key nor right. */
import { beforeAll, expect, test } from 'vitest';
import { createLog } from '../../server/base/log.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, label, log, look, refusal, setStance, undo } from '../world/acts.ts';
import { browse } from '../world/browse.ts';
import { ana, jane, mia, raj, tom } from '../world/people.ts';
import { disguises, readDataFolder } from '../world/raw-scan.ts';
import { worldPassword } from '../world/start-world.ts';

const logged: string[] = [];
const world = aWorld({
  isSetUpHere: true,
  connected: [ana, tom],
  log: createLog({ write: (line) => logged.push(line) }),
});

/** Long enough that no file holds them by chance. */
const secrets = {
  subject: 'zebra-crossing-subject',
  body: 'marmalade-sandwich-body',
  attachmentName: 'curriculum-of-quartz.pdf',
  attachment: 'obsidian-attachment-content',
  participantName: 'Persephone Quill',
  candidateAddress: 'persephone.quill@hidden.test',
  messageId: 'velvet-umbrella-id@hidden.test',
  dropped: 'cinnamon-dropped-subject',
  refreshToken: '1//lab-',
  accessToken: 'ya29.lab-',
  /** How an id token of the lab begins. */
  idToken: Buffer.from('{"alg":"RS256","kid":"lab-key-1"').toString('base64url').slice(0, 40),
  password: worldPassword,
  clientSecret: 'lab-client-secret',
} as const;
const persephone = { name: secrets.participantName, address: secrets.candidateAddress };
let signed: string[] = [];

beforeAll(async () => {
  const raw = [
    `Message-ID: <${secrets.messageId}>`,
    `From: "${persephone.name}" <${persephone.address}>`,
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
  const { threadId } = world.lab.deliver(ana.address, raw, { at: world.clock.now() });
  await look(world.as(ana), threadId);
  await log(world.as(ana), threadId, [{ create: persephone }]);
  const { threadId: rootId } = keptThread(await look(world.as(ana), threadId));
  await world.as(ana).api.thread.read.query({ threadId: rootId });
  const stance = await setStance(world.as(ana), threadId, rootId, 'shared');
  await undo(world.as(ana), threadId, stance);
  await label(world.as(ana), threadId);
  world.send({
    from: persephone,
    to: [ana, tom],
    subject: `Re: ${secrets.subject}`,
    text: secrets.body,
    references: [secrets.messageId],
  });
  world.send({
    from: { name: 'Shop', address: 'shop@offers.test' },
    to: [ana],
    subject: secrets.dropped,
    text: 'Buy',
  });
  await world.pull(ana);
  await world.pull(tom);
  await world.as(mia).api.candidate.search.query({ text: persephone.address });
  for (const text of Object.values(secrets).filter((each) => each.length <= 200))
    await world.as(ana).api.search.messages.query({ text });

  // What goes wrong must not tell either: refusals, faults of the database, a provider that fails, wrong passwords.
  await refusal(world.as(mia).api.thread.read.query({ threadId: rootId }));
  await world.sql(
    `create function app.burn() returns trigger language plpgsql as $$ begin raise exception 'burning %', new; end $$`,
  );
  await world.sql(
    'create trigger burn before insert on candor.candidate for each row execute function app.burn()',
  );
  await refusal(
    log(world.as(ana), threadId, [
      { create: { name: persephone.name, address: `other.${persephone.address}` } },
    ]),
  );
  await world.sql('drop trigger burn on candor.candidate');
  world.lab.fail({ match: `/threads/${threadId}`, times: 4, how: 'not-json' });
  await refusal(log(world.as(ana), threadId, [world.candidateId(jane.address)]));
  await browse(world.server.url).post('/sign-in', {
    address: persephone.address,
    password: secrets.password,
  });
  const google = browse(world.server.url);
  const { location = '' } = await google.post('/sign-in/google', { to: '/' });
  await google.get(await world.lab.consent(location, raj.address));
  world.lab.revoke(tom.address);
  world.lab.expireAccessTokens();
  await world.pull(tom).catch(() => undefined);
  signed = [ana, mia, tom].map((person) => world.as(person).session.split('.')[1] ?? 'no signature');
  await world.sql('checkpoint');
});

test('no file of the data folder holds a subject, a body, an address on a message, or a token, in any encoding [LV-05]', async () => {
  const files = await readDataFolder(world.dataFolder);
  const holds = (needle: Buffer) =>
    files.filter(({ bytes }) => bytes.includes(needle)).map(({ name }) => name);
  // That the scan finds what is there: a colleague's own address stands in the open.
  expect(holds(Buffer.from(ana.address)).length).toBeGreaterThan(0);
  const { participantName: _, ...sealed } = secrets;
  for (const [what, text] of [...Object.entries(sealed), ...signed.map((text) => ['session', text] as const)])
    for (const needle of disguises(text)) expect([what, holds(needle)]).toEqual([what, []]);
});

test('nor a word that a message is found by, as it is looked for [LV-05] [N-06]', async () => {
  const found = await world.as(ana).api.search.messages.query({ text: 'marmalade zebra' });
  expect(found.total.count).toBeGreaterThan(0);
  const [{ hashes } = { hashes: [] }] = await world.sql<{ hashes: string[] }>(
    'select words::text[] as hashes from candor.message_words order by cardinality(words) desc limit 1',
  );
  expect(hashes.length).toBeGreaterThan(5);
  expect(hashes).toEqual(hashes.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)));
  const files = await readDataFolder(world.dataFolder);
  const holds = (needle: Buffer) =>
    files.filter(({ bytes }) => bytes.includes(needle)).map(({ name }) => name);
  // That the scan would see it: the hash itself stands there, as PostgreSQL writes a number.
  const hash = Buffer.alloc(8);
  hash.writeBigInt64LE(BigInt(hashes[0] ?? 0));
  expect(holds(hash).length).toBeGreaterThan(0);
  for (const word of ['marmalade', 'sandwich', 'zebra', 'velvet', 'umbrella'])
    for (const needle of [word, word.toUpperCase(), Buffer.from(word).toString('hex')])
      expect([word, holds(Buffer.from(needle))]).toEqual([word, []]);
});

test('no line of the log holds any of it, nor a name, an address or a session', () => {
  const text = logged.join('\n');
  expect(logged.length).toBeGreaterThan(10);
  expect(text).toContain('request failed');
  const people = [ana, mia, tom, jane].flatMap(({ name, address }) => [name, address]);
  for (const secret of [...Object.values(secrets), ...signed, ...people]) expect(text).not.toContain(secret);
});
