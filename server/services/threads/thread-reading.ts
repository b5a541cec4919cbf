/* The messages of one thread that a person may read, opened for them. */
import type { ThreadId } from '../../../lib/contract/ids.ts';
import type { ReadThread, ThreadMessage } from '../../../lib/contract/thread.ts';
import { explainOwnRight } from '../../../lib/domain/explain.ts';
import { decideReadable } from '../../../lib/domain/readable.ts';
import { requireReadable } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { attachmentMeta, messageBody, messageHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';
import { readColleagues, readThreadFacts } from './readers.ts';

/** Oldest first. Throws: thread-hidden. */
export const readThread = async (services: Services, actor: Actor, rootId: ThreadId): Promise<ReadThread> => {
  const { thread, messages } = await services.db.transaction(
    { kind: 'person', ...idsOf(actor) },
    async (tx) => {
      const thread = await requireReadable(tx, rootId);
      const rows = await tx
        .selectFrom('candor.message')
        .select(['id', 'sent_at', 'head_sealed', 'body_sealed', 'body_state'])
        .where('id', 'in', [...thread.messageIds])
        .orderBy('sent_at')
        .execute();
      const attached = await tx
        .selectFrom('candor.attachment')
        .select(['id', 'message_id', 'meta_sealed', 'size_bytes'])
        .where('message_id', 'in', [...thread.messageIds])
        .execute();
      const messages: Omit<ThreadMessage, 'canReadBecause'>[] = [];
      for (const row of rows) {
        const head = await messageHead.open(services, tx, actor.companyId, row.id, row.head_sealed);
        const body =
          row.body_sealed === null
            ? {}
            : await messageBody.open(services, tx, actor.companyId, row.id, row.body_sealed);
        const inRole = (role: 'from' | 'to' | 'cc') =>
          head.participants
            .filter((each) => each.role === role)
            .map(({ address, name }) => (name === undefined ? { address } : { address, name }));
        const attachments = [];
        for (const each of attached.filter((one) => one.message_id === row.id)) {
          const meta = await attachmentMeta.open(services, tx, actor.companyId, each.id, each.meta_sealed);
          attachments.push({ ...meta, sizeBytes: each.size_bytes });
        }
        const from = inRole('from')[0];
        messages.push({
          messageId: row.id,
          subject: head.subject,
          ...(from === undefined ? {} : { from }),
          to: inRole('to'),
          cc: inRole('cc'),
          sentAt: new Date(row.sent_at).toISOString(),
          ...(body.text === undefined ? {} : { text: body.text }),
          ...(body.html === undefined ? {} : { html: body.html }),
          isHeadersOnly: row.body_state === 'headers-only',
          attachments,
        });
      }
      return { thread, messages };
    },
  );

  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const names = new Map(colleagues.map((each) => [each.personId, each.name]));
      const viewer = colleagues.find((each) => each.personId === actor.personId)?.viewer;
      const facts = await readThreadFacts(
        tx,
        actor.companyId,
        thread.messageIds,
        colleagues,
        services.clock.now(),
      );
      const because = new Map(
        facts.flatMap(({ world, messages: known }) =>
          known.flatMap((message) => {
            const decided = viewer === undefined ? undefined : decideReadable(viewer, message, world);
            return decided?.readable === true
              ? [
                  [
                    message.messageId,
                    explainOwnRight(decided.because[0], (id) => names.get(id) ?? 'a former colleague'),
                  ] as const,
                ]
              : [];
          }),
        ),
      );
      const { total } = await tx
        .selectFrom('candor.message')
        .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
        .select((select) => select.fn.countAll<number>().as('total'))
        .where('candor.thread.root_id', '=', rootId)
        .where('candor.message.removed_at', 'is', null)
        .executeTakeFirstOrThrow();
      // A message that `readable` denies is left out even if the database gave it: the two must agree, and the stricter wins.
      const shown = messages.flatMap((message) => {
        const why = because.get(message.messageId);
        return why === undefined ? [] : [{ ...message, canReadBecause: why }];
      });
      return {
        threadId: rootId,
        subject: shown[0]?.subject ?? '',
        messages: shown,
        hiddenMessageCount: total - shown.length,
      };
    },
  );
};
