/* How fast mail is parsed: in one thread, as ingest does it, and beside that in one thread a core, to see whether threads would pay. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { parseMime, readHeaders } from '../../server/providers/mime.ts';
import { splitReply } from '../../server/providers/reply-parts.ts';
import { type Bench, timed } from './figures.ts';
import { generateMail } from './generated-mail.ts';

export const measureParse = async (bench: Bench): Promise<void> => {
  const sampleCount = bench.isQuick ? 200 : 1_000;
  const mail = letters(sampleCount);
  await parseAll(mail);
  const { ms: aloneMs } = await timed(() => parseAll(mail));
  const threads = availableParallelism();
  const togetherMs = await timeThreads(threads, sampleCount);
  const unit = 'messages/s';
  const peer = {
    what: `in ${threads} threads at once`,
    value: (threads * sampleCount * 1_000) / togetherMs,
  };
  bench.add('parse', {
    what: 'parse, one thread',
    value: (sampleCount * 1_000) / aloneMs,
    unit,
    sampleCount,
    peer,
  });
  const texts = await Promise.all(mail.map(async (raw) => (await parseMime(raw)).text ?? ''));
  const { ms } = await timed(async () => {
    for (const text of texts) splitReply(text);
  });
  bench.add('parse', { what: 'tell the quoted part', value: (sampleCount * 1_000) / ms, unit, sampleCount });
};

const letters = (count: number): readonly Buffer[] =>
  generateMail(count, ['ana@acme.test'], ['jane@candidates.test'], Date.UTC(2026, 0, 5)).map(({ raw }) =>
    Buffer.from(raw),
  );

const parseAll = async (mail: readonly Buffer[]): Promise<void> => {
  for (const raw of mail) readHeaders((await parseMime(raw)).headers, Date.UTC(2026, 6));
};

/** From when all of them are warm until the last one is through. */
const timeThreads = async (threads: number, count: number): Promise<number> => {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL(import.meta.url), { workerData: { count } }),
  );
  const all = (what: string) =>
    Promise.all(
      workers.map(async (worker) => {
        const [said] = (await once(worker, 'message')) as [unknown];
        if (said !== what) throw new Error(`A thread said ${String(said)} instead of ${what}.`);
      }),
    );
  try {
    await all('warm');
    const { ms } = await timed(async () => {
      const done = all('done');
      for (const worker of workers) worker.postMessage('go');
      await done;
    });
    return ms;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
};

const runAsThread = async (port: NonNullable<typeof parentPort>): Promise<void> => {
  const { count } = workerData as { readonly count: number };
  const mail = letters(count);
  await parseAll(mail);
  const go = once(port, 'message');
  port.postMessage('warm');
  await go;
  await parseAll(mail);
  port.postMessage('done');
};

if (!isMainThread && parentPort !== null) await runAsThread(parentPort);
