/*
 * Who reads what, as far as one person may know it. A colleague who has a message by Bcc, or in their mailbox by a way its
 * header does not tell, is told of to nobody but themself and its sender.
 */
import type { PersonId } from '../../../lib/contract/ids.ts';
import {
  decideReadable,
  type ReadableDecision,
  type ReadableMessage,
  type ReaderSummary,
  readersOf,
  type ThreadWorld,
  type Viewer,
} from '../../../lib/domain/readable.ts';
import type { Colleague } from './readers.ts';

type Message = ReadableMessage<PersonId>;
type Person = Viewer<PersonId>;

/** Readers of the messages, in the order of the colleagues, with rights the actor may know of. */
export const knownReaders = (
  actorId: PersonId,
  colleagues: readonly Colleague[],
  messages: readonly Message[],
  world: ThreadWorld<PersonId>,
): readonly ReaderSummary<PersonId>[] =>
  colleagues.flatMap(({ viewer }) =>
    readersOf(
      [viewer],
      messages.map((message) =>
        isKnown(actorOf(actorId, colleagues), viewer, message) ? message : withoutTie(viewer, message, world),
      ),
      world,
    ),
  );

/** What is decided for one colleague on each of the messages, as far as the actor may know it. */
export const knownDecisions = (
  actorId: PersonId,
  colleagues: readonly Colleague[],
  { viewer }: Colleague,
  messages: readonly Message[],
  world: ThreadWorld<PersonId>,
): readonly ReadableDecision<PersonId>[] =>
  messages.map((message) =>
    asTold(
      actorId,
      colleagues,
      message,
      decideReadable(
        viewer,
        isKnown(actorOf(actorId, colleagues), viewer, message) ? message : withoutTie(viewer, message, world),
        world,
      ),
    ),
  );

/** Of owners who keep it closed, those alone whom the actor may know to hold it; without one, nobody shared it. */
const asTold = (
  actorId: PersonId,
  colleagues: readonly Colleague[],
  message: Message,
  decision: ReadableDecision<PersonId>,
): ReadableDecision<PersonId> => {
  if (decision.readable || !('ownerIds' in decision.because)) return decision;
  const holders = knownHolders(actorId, colleagues, [message]);
  const ownerIds = decision.because.ownerIds.filter((owner) => holders.has(owner));
  return {
    readable: false,
    because: ownerIds.length > 0 ? { ...decision.because, ownerIds } : { refusal: 'owner-only' },
  };
};

/** For words on one thread: whoever the actor may not know to hold some of it is a colleague like any other. */
export const knownNames = (
  actorId: PersonId,
  colleagues: readonly Colleague[],
  messages: readonly Message[],
): ((personId: PersonId) => string) => {
  const holders = knownHolders(actorId, colleagues, messages);
  const names = new Map(colleagues.map((each) => [each.personId, each.name]));
  return (personId) => {
    const name = names.get(personId);
    if (name === undefined) return 'a former colleague';
    return personId === actorId || holders.has(personId) ? name : 'a colleague';
  };
};

/** Colleagues the actor may know to hold a copy of one of the messages. */
export const knownHolders = (
  actorId: PersonId,
  colleagues: readonly Colleague[],
  messages: readonly Message[],
): ReadonlySet<PersonId> =>
  new Set(
    colleagues
      .filter(({ personId, viewer }) =>
        messages.some(
          (message) =>
            message.ownerIds.has(personId) && isKnown(actorOf(actorId, colleagues), viewer, message),
        ),
      )
      .map(({ personId }) => personId),
  );

/** Whether the actor may know of the person's own tie to the message: their copy, or that they were on it. */
const isKnown = (actor: Person | undefined, person: Person, message: Message): boolean =>
  actor?.personId === person.personId ||
  standsOn(person, message, ['from', 'to', 'cc']) ||
  (actor !== undefined && message.ownerIds.has(actor.personId) && standsOn(actor, message, ['from']));

const standsOn = (
  person: Person,
  message: Message,
  roles: readonly Message['participants'][number]['role'][],
): boolean =>
  message.participants.some(({ role, address }) => roles.includes(role) && person.addresses.has(address));

/** What is left opens the message only by rights that need no tie. One's own `private` closes it to the team as before. */
const withoutTie = (person: Person, message: Message, world: ThreadWorld<PersonId>): Message => ({
  ownerIds:
    message.ownerIds.has(person.personId) && world.stances.get(person.personId) === 'private'
      ? new Set()
      : new Set([...message.ownerIds].filter((owner) => owner !== person.personId)),
  withheldBy: message.withheldBy,
  participants: message.participants.filter(({ address }) => !person.addresses.has(address)),
});

const actorOf = (actorId: PersonId, colleagues: readonly Colleague[]): Person | undefined =>
  colleagues.find(({ personId }) => personId === actorId)?.viewer;
