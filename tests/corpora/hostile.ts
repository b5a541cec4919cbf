/*
 * Every file of a folder through parsing and cleaning, as mail of strangers goes:
 *   node tests/corpora/hostile.ts FOLDER [dompurify.json]
 * Counts what was read; names each file that throws, takes long, or leaves something alive in its HTML. Tells no content.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { JSDOM } from 'jsdom';
import { mailCleaner } from '../../lib/mail-html/clean.ts';
import { readMbox } from '../../server/providers/mbox.ts';
import { parseMime, readHeaders } from '../../server/providers/mime.ts';
import { splitReply } from '../../server/providers/reply-parts.ts';
import { filesUnder } from './files-under.ts';
import { whatLives } from './what-lives.ts';

const slowMs = 2_000;
const { window } = new JSDOM('');
const clean = mailCleaner(window);
const counts = new Map<string, number>();
const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
let longest = { ms: 0, name: '' };

const tryOne = async (name: string, kind: string, work: () => Promise<string | undefined>): Promise<void> => {
  count(kind);
  const before = process.cpuUsage();
  let cleaned: string | undefined;
  try {
    const html = await work();
    if (html !== undefined) cleaned = clean(html, { withRemoteImages: false }).body;
  } catch (thrown) {
    count('THROWN');
    console.log(`THROWN ${name}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
  }
  // Of this process alone, whatever else the machine does.
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  if (cleaned !== undefined) {
    count('HTML cleaned');
    const alive = whatLives(cleaned);
    if (alive.length > 0) count('ALIVE');
    if (alive.length > 0) console.log(`ALIVE ${name}: ${alive.join(', ')}`);
  }
  if (ms > longest.ms) longest = { ms, name };
  if (ms <= slowMs) return;
  count('SLOW');
  console.log(`SLOW ${name}: ${ms.toFixed(0)} ms`);
};

const readMail = async (raw: Uint8Array): Promise<string | undefined> => {
  const mail = await parseMime(raw);
  const headers = readHeaders(mail.headers, 0);
  if (mail.trouble !== undefined) count(`trouble: ${mail.trouble}`);
  if (headers.participants.length === 0) count('without participants');
  if (headers.messageId === undefined) count('without Message-ID');
  if (headers.automatic !== undefined) count(`automatic: ${headers.automatic}`);
  if (mail.calendar !== undefined) count('with an invitation');
  if (mail.text?.includes('\uFFFD') === true) count('text with letters that could not be read');
  if (mail.text === undefined && mail.html === undefined && mail.attachments.length === 0) count('empty');
  for (const { sniffedType } of mail.attachments) {
    count('attachments');
    if (sniffedType !== undefined) count('attachments that are not what they say');
  }
  if (mail.text !== undefined) {
    const { said, signature = '', quoted = '' } = splitReply(mail.text);
    if (said + signature + quoted !== mail.text) throw new Error('the parts of the text are not the text');
    if (quoted !== '') count('with a quoted part');
    if (signature !== '') count('with a signature');
  }
  return mail.html;
};

const main = async (folder: string, payloads: string | undefined): Promise<void> => {
  for (const path of await filesUnder(folder)) {
    const name = relative(folder, path);
    if (path.endsWith('.json')) continue;
    const raw = await readFile(path);
    if (/\.html?$/.test(path)) await tryOne(name, 'HTML files', async () => raw.toString());
    else if (raw.subarray(0, 5).toString() === 'From ')
      for await (const message of readMbox(path))
        await tryOne(`${name}:${message.offsetBytes}`, 'messages in mbox', () => readMail(message.raw));
    else await tryOne(name, 'messages', () => readMail(raw));
  }
  if (payloads !== undefined) {
    const vectors = JSON.parse(await readFile(payloads, 'utf8')) as { title?: string; payload: string }[];
    for (const [at, { payload }] of vectors.entries())
      await tryOne(`payload ${at}`, 'payloads', async () => payload);
  }
  for (const [what, times] of [...counts].sort()) console.log(`${String(times).padStart(7)} ${what}`);
  console.log(`longest: ${longest.ms.toFixed(0)} ms of processor time, ${longest.name}`);
};

const [folder, payloads] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Say which folder: node tests/corpora/hostile.ts FOLDER [dompurify.json]');
  process.exitCode = 1;
} else await main(folder, payloads);
