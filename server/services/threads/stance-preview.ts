/* Who would gain or lose sight of what, before the click: the same function that decides is asked twice. */
import type { PersonId } from '../../../lib/contract/ids.ts';
import type { StancePreview, StancePreviewRequest } from '../../../lib/contract/thread-action.ts';
import { explainRight } from '../../../lib/domain/explain.ts';
import { explainStancePreview } from '../../../lib/domain/explain-change.ts';
import { compareReaders, type ReaderChange } from '../../../lib/domain/readable.ts';
import { requireManaged } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { addUp } from './filing.ts';
import { knownReaders } from './known-readers.ts';
import { readColleagues, readThreadFacts } from './readers.ts';
import { leavingOut } from './withheld.ts';

/** A stance changes only who reads messages the actor holds, so only those are looked at. Throws: thread-hidden, policy-forbids. */
export const previewStance = async (
  services: Services,
  actor: Actor,
  { threadId: rootId, stance, leaveOut }: StancePreviewRequest,
): Promise<StancePreview> => {
  const thread = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    requireManaged(tx, actor, rootId),
  );
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const facts = await readThreadFacts(
        tx,
        actor.companyId,
        thread.messageIds,
        colleagues,
        services.clock.now(),
      );
      const left = leaveOut ?? (stance === 'shared' ? [] : undefined);
      const changes = facts.map(({ world, messages }) =>
        compareReaders(
          knownReaders(actor.personId, colleagues, messages, world),
          knownReaders(actor.personId, colleagues, leavingOut(messages, actor.personId, left), {
            ...world,
            stances: new Map([...world.stances, [actor.personId, stance]]),
          }),
        ),
      );
      const gains = addUp(changes.flatMap((each) => each.gains));
      const loses = addUp(changes.flatMap((each) => each.loses));
      const names = new Map(colleagues.map((each) => [each.personId, each.name]));
      const nameOf = (personId: PersonId): string => names.get(personId) ?? 'a former colleague';
      return {
        threadId: rootId,
        stance,
        gains: gains.map((change) => toChangeRow(actor, change, nameOf)),
        loses: loses.map((change) => toChangeRow(actor, change, nameOf)),
        said: explainStancePreview(gains, loses, nameOf),
      };
    },
  );
};

/** A change as it is told to the actor. */
export const toChangeRow = (
  actor: Actor,
  change: ReaderChange<PersonId>,
  nameOf: (personId: PersonId) => string,
): StancePreview['gains'][number] => ({
  person: {
    personId: change.personId,
    name: nameOf(change.personId),
    isYou: change.personId === actor.personId,
  },
  messageCount: change.messageCount,
  keepsCount: change.keepsCount,
  because: explainRight(change.right, nameOf),
});
