/* The messages of one thread that a person may read, opened for them. */
import type { PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { ReadThread, ThreadMessage } from '../../../lib/contract/thread.ts';
import { explainOwnRight } from '../../../lib/domain/explain.ts';
import { decideReadable } from '../../../lib/domain/readable.ts';
import { splitReply } from '../../providers/reply-parts.ts';
import { requireReadable } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { type Body, openAttachments, openBodies, openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';
import { readDeletableIds } from './delete-in-mailbox.ts';
import { hiddenMessages } from './hidden.ts';
import { readColleagues, readThreadFacts } from './readers.ts';
import { leaveReceipts } from './receipts.ts';

/** Oldest first. Throws: thread-hidden. */
export const readThread = async (services: Services, actor: Actor, rootId: ThreadId): Promise<ReadThread> => {
  const { thread, messages } = await services.db.transaction(
    { kind: 'person', ...idsOf(actor) },
    async (tx) => {
      const thread = await requireReadable(tx, rootId);
      const messages: Omit<ThreadMessage, 'canReadBecause'>[] = [];
      const bodies = await openBodies(services, tx, thread.messages);
      const attachments = await openAttachments(services, tx, thread.messages);
      const messageIds = thread.messages.map(({ messageId }) => messageId);
      const deletable = await readDeletableIds(tx, actor, messageIds);
      for (const message of thread.messages) {
        const head = await openHead(services, tx, message);
        const body = bodies.get(message.messageId) ?? {};
        const inRole = (role: 'from' | 'to' | 'cc') =>
          head.participants
            .filter((each) => each.role === role)
            .map(({ address, name }) => (name === undefined ? { address } : { address, name }));
        const from = inRole('from')[0];
        messages.push({
          messageId: message.messageId,
          subject: head.subject,
          ...(from === undefined ? {} : { from }),
          to: inRole('to'),
          cc: inRole('cc'),
          sentAt: new Date(message.sentAt).toISOString(),
          ...toText(body.text),
          ...(body.html === undefined ? {} : { html: body.html }),
          ...(body.invitation === undefined ? {} : { invitation: toInvitation(body.invitation) }),
          isPartlyUnread: body.isPartlyUnread === true,
          isHeadersOnly: message.bodyState === 'headers-only',
          attachments: attachments
            .filter(({ messageId }) => messageId === message.messageId)
            .map(({ messageId: _, ...attachment }) => attachment),
          canDeleteInMailbox: deletable.has(message.messageId),
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
      const nameOf = (personId: PersonId): string => names.get(personId) ?? 'a former colleague';
      const viewer = colleagues.find((each) => each.personId === actor.personId)?.viewer;
      const facts = await readThreadFacts(
        tx,
        actor.companyId,
        thread.messages.map(({ messageId }) => messageId),
        colleagues,
        services.clock.now(),
      );
      const because = new Map(
        facts.flatMap(({ world, messages: known }) =>
          known.flatMap((message) => {
            const decided = viewer === undefined ? undefined : decideReadable(viewer, message, world);
            return decided?.readable === true
              ? [[message.messageId, explainOwnRight(decided.because[0], nameOf)] as const]
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
        hiddenMessageCount: await hiddenMessages(tx, actor, total - shown.length),
        leavesReceipt:
          viewer !== undefined && (await leaveReceipts(services, tx, actor, viewer, facts, nameOf)),
      };
    },
  );
};

const toText = (text: string | undefined): Pick<ThreadMessage, 'text' | 'signature' | 'quoted'> => {
  if (text === undefined) return {};
  const { said, signature, quoted } = splitReply(text);
  return {
    text: said,
    ...(signature === undefined ? {} : { signature }),
    ...(quoted === undefined ? {} : { quoted }),
  };
};

/** Source: RFC 5546 sec. 1.4 */
const toInvitation = ({
  method,
  summary,
  startsAt,
}: NonNullable<Body['invitation']>): ThreadMessage['invitation'] => ({
  kind: method === 'REPLY' ? 'answer' : method === 'CANCEL' ? 'cancellation' : 'invitation',
  ...(summary === undefined ? {} : { summary }),
  ...(startsAt === undefined ? {} : { startsAt: toIso(startsAt) }),
});

const toIso = (time: NonNullable<NonNullable<Body['invitation']>['startsAt']>): string => {
  switch (time.kind) {
    case 'moment':
      return new Date(time.at).toISOString();
    case 'day':
      return time.day;
    case 'local':
      return time.time;
  }
};
