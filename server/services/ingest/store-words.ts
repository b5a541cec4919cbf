/* The words a message is found by, as keyed hashes: of each message as it is stored. */
import type { CompanyId, MessageId } from '../../../lib/contract/ids.ts';
import { distinctWords } from '../../../lib/domain/search-words.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import type { Searchable } from './searchable.ts';

export type ToFind = { readonly messageId: MessageId; readonly texts: readonly Searchable[] };

export const storeWords = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  messages: readonly ToFind[],
): Promise<void> => {
  const found = messages.map(({ messageId, texts }) => ({
    messageId,
    words: [...distinctWords(texts.map(({ text }) => text))],
  }));
  // Mail of one page has most of its words in common.
  const hashes = services.sealing.wordHashes(companyId, new Set(found.flatMap((each) => each.words)));
  const rows = found.map((each) => ({
    message_id: each.messageId,
    company_id: companyId,
    words: `{${each.words
      .flatMap((word) => hashes.get(word) ?? [])
      .sort(compare)
      .join()}}`,
  }));
  for (const portion of inPortions(rows, 3, (row) => row.words.length))
    await tx
      .insertInto('candor.message_words')
      .values(portion)
      .onConflict((conflict) => conflict.column('message_id').doNothing())
      .execute();
};

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
