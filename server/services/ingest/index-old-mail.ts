/*
 * Makes mail found by its words that was stored before there was an index of them, or by a server that did not keep it. What has
 * no row yet is what is left to do, so it goes on where it was cut off.
 */
import { sql } from 'kysely';
import type { CompanyId, MessageId } from '../../../lib/contract/ids.ts';
import { SealBroken } from '../../base/vault.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { openUnread } from './mail-content.ts';
import { toSearchable } from './searchable.ts';
import { storeWords, type ToFind } from './store-words.ts';

/** Messages opened in one transaction. */
const indexedAtOnce = 100;
const firstId = '00000000-0000-0000-0000-000000000000' as MessageId;

/** Of every company; one company's trouble keeps no other's mail. */
export const indexOldMail = async (services: Services, signal: AbortSignal): Promise<void> => {
  const companies = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx.selectFrom('candor.company').select('id').execute(),
  );
  let trouble: { readonly thrown: unknown } | undefined;
  for (const { id: companyId } of companies) {
    try {
      let after: MessageId | undefined = firstId;
      while (after !== undefined) {
        signal.throwIfAborted();
        after = await indexSome(services, companyId, after);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      services.log.error('old mail could not be made searchable', { companyId, error: thrown });
      trouble = { thrown };
    }
  }
  if (trouble !== undefined) throw trouble.thrown;
};

/** Gives the message to go on after; undefined when that was all. */
const indexSome = (
  services: Services,
  companyId: CompanyId,
  after: MessageId,
): Promise<MessageId | undefined> =>
  services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    const rows = await tx
      .selectFrom('candor.message')
      .select(['id', 'company_id', 'head_sealed', 'body_sealed'])
      .where('company_id', '=', companyId)
      .where('id', '>', after)
      .where(
        sql<boolean>`not exists (select from candor.message_words w where w.message_id = candor.message.id)`,
      )
      .orderBy('id')
      .limit(indexedAtOnce)
      // So that none is erased before its row stands, which goes with it.
      .forKeyShare()
      .execute();
    const opened: ToFind[] = [];
    for (const row of rows) opened.push(await toFind(services, tx, row));
    if (opened.length > 0) {
      await storeWords(services, tx, companyId, opened);
      services.log.info('old mail was made searchable', { companyId, count: opened.length });
    }
    return rows.length < indexedAtOnce ? undefined : rows.at(-1)?.id;
  });

/** One that does not open is found by nothing, and not tried again. */
const toFind = async (services: Services, tx: Tx, row: Parameters<typeof openUnread>[2]): Promise<ToFind> => {
  try {
    const { head, body, attachmentNames } = await openUnread(services, tx, row);
    return { messageId: row.id, texts: toSearchable(head, body, attachmentNames) };
  } catch (thrown) {
    if (!(thrown instanceof SealBroken)) throw thrown;
    services.log.warn('a message could not be opened to make it searchable', { messageId: row.id });
    return { messageId: row.id, texts: [] };
  }
};
