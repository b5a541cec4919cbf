/* Before an import: how many messages it would look at, how large they are, and about how long that takes. */
import type { Provider, ProviderKind } from '../../providers/provider.ts';
import { patiently } from '../mailboxes/patience.ts';
import type { Services } from '../services.ts';
import type { ImportWork } from './import-work.ts';
import { searchAll } from './sought.ts';

/** Messages whose size is looked up; the others are taken to be as large as these on the average. */
const mostSampled = 20;

/** What one mailbox gives in a minute, every message found being kept. Source: `npm run bench -- --only import`, 2026-11. */
const messagesPerMinute: Readonly<Record<ProviderKind, number>> = { gmail: 90, graph: 300, imap: 1_000 };

export type Estimate = {
  readonly foundMessages: number;
  readonly foundThreads: number;
  readonly sizeBytes: number;
  readonly durationMs: number;
};

/** Throws as the provider's `search`. */
export const estimateImport = async (
  services: Services,
  provider: Provider,
  work: ImportWork,
  signal: AbortSignal,
): Promise<Estimate> => {
  const messages = new Set<string>();
  const threads = new Set<string>();
  for await (const found of searchAll(services, provider, work, signal)) {
    for (const { providerMessageId, providerThreadId } of found) {
      messages.add(providerMessageId);
      threads.add(providerThreadId);
    }
  }
  const sizes: number[] = [];
  for (const id of spread([...messages], mostSampled)) {
    const headers = await patiently(services, signal, () => provider.readHeaders(id, signal));
    sizes.push(headers.sizeBytes);
  }
  const mean = sizes.length === 0 ? 0 : sizes.reduce((sum, each) => sum + each, 0) / sizes.length;
  return {
    foundMessages: messages.size,
    foundThreads: threads.size,
    sizeBytes: Math.round(mean * messages.size),
    durationMs: Math.ceil((messages.size / messagesPerMinute[provider.kind]) * 60_000),
  };
};

/** At most so many, evenly from the whole list. */
const spread = <T>(all: readonly T[], most: number): readonly T[] => {
  const step = Math.max(1, all.length / most);
  return Array.from(
    { length: Math.min(most, all.length) },
    (_, index) => all[Math.floor(index * step)],
  ).flatMap((one) => (one === undefined ? [] : [one]));
};
