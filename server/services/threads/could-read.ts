/* "Could Tom read this?", asked by somebody who reads it, of a colleague chosen by name; nothing is changed by asking. */
import type { PersonId } from '../../../lib/contract/ids.ts';
import type { CouldRead, CouldReadRequest } from '../../../lib/contract/thread.ts';
import { explainSight } from '../../../lib/domain/explain.ts';
import type { Right } from '../../../lib/domain/readable.ts';
import { Failure } from '../../base/failure.ts';
import { requireReadable } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { knownDecisions, knownNames } from './known-readers.ts';
import { readColleagues, readThreadFacts } from './readers.ts';

/** Of the messages the actor reads. Throws: thread-hidden; not-found for somebody who is no colleague. */
export const couldRead = async (
  services: Services,
  actor: Actor,
  { threadId, personId }: CouldReadRequest,
): Promise<CouldRead> => {
  const { messages } = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    requireReadable(tx, threadId),
  );
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const colleague = colleagues.find((each) => each.personId === personId);
      if (colleague === undefined) throw new Failure('not-found', 'no such colleague');
      const facts = await readThreadFacts(
        tx,
        actor.companyId,
        messages.map(({ messageId }) => messageId),
        colleagues,
        services.clock.now(),
      );
      const decisions = facts.flatMap(({ world, messages: onIt }) =>
        knownDecisions(actor.personId, colleagues, colleague, onIt, world),
      );
      // Removed between the two looks.
      if (decisions.length === 0) throw new Failure('thread-hidden', 'nothing of the thread is left');
      const rights = decisions.flatMap((decision) => (decision.readable ? [decision.because[0]] : []));
      const refusal = decisions.flatMap((decision) => (decision.readable ? [] : [decision.because]))[0];
      return {
        threadId,
        personId,
        readCount: rights.length,
        totalCount: decisions.length,
        said: explainSight(
          {
            name: colleague.name,
            readCount: rights.length,
            totalCount: decisions.length,
            right: mostFrequent(rights),
            refusal,
          },
          knownNames(
            actor.personId,
            colleagues,
            facts.flatMap(({ messages: onIt }) => onIt),
          ),
        ),
      };
    },
  );
};

/** The right that opens most; of as many, the one that stands first. */
const mostFrequent = (rights: readonly Right<PersonId>[]): Right<PersonId> | undefined =>
  [...Map.groupBy(rights, ({ right }) => right).values()].toSorted((a, b) => b.length - a.length)[0]?.[0];
