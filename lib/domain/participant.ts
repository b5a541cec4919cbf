/* The people on a set of messages as one viewer may be shown them: who is from outside, and who stays unseen on Bcc. */
import { type Address, foldAddress, isOwnDomain } from './address.ts';
import type { Participant } from './message.ts';

/** Somebody on a thread who is neither at the company's domains nor a colleague writing from elsewhere. */
export type OutsidePerson = {
  readonly address: Address;
  readonly name?: string;
  /** Stands in From of at least one of the messages. */
  readonly isSender: boolean;
};

export type Inside = {
  readonly ownDomains: ReadonlySet<string>;
  /** Folded addresses of colleagues. */
  readonly colleagueAddresses: ReadonlySet<string>;
};

/**
 * The people from outside on the messages, each address once: those who sent something first, then in the order they
 * appear. The name is the first one given to the address. Give it what `shownParticipants` lets the viewer see.
 */
export const outsideParticipants = (
  messages: readonly (readonly Participant[])[],
  inside: Inside,
): readonly OutsidePerson[] => {
  const people = new Map<string, OutsidePerson>();
  for (const { address, name, role } of messages.flat()) {
    const folded = foldAddress(address);
    if (isOwnDomain(address, inside.ownDomains) || inside.colleagueAddresses.has(folded)) continue;
    const known = people.get(folded);
    const firstName = known?.name ?? (name?.trim() || undefined);
    people.set(folded, {
      address: known?.address ?? address,
      ...(firstName === undefined ? {} : { name: firstName }),
      isSender: role === 'from' || known?.isSender === true,
    });
  }
  const all = [...people.values()];
  return [...all.filter((person) => person.isSender), ...all.filter((person) => !person.isSender)];
};

/** What decides whether a viewer is shown who was on Bcc of one message. */
export type BccViewer = {
  /** All addresses known to be this person's own, folded. */
  readonly addresses: ReadonlySet<string>;
  /** A mailbox of theirs holds a copy of the message. */
  readonly hasCopy: boolean;
};

/**
 * The participants of one message that the viewer may be shown. Bcc is shown to the person who sent the message and holds
 * the copy that tells it, and to the person on Bcc about themself; to nobody else, by whatever right they read the message.
 */
export const shownParticipants = (
  viewer: BccViewer,
  participants: readonly Participant[],
): readonly Participant[] => {
  const isOwn = ({ address }: Participant) => viewer.addresses.has(foldAddress(address));
  const isSendersCopy = viewer.hasCopy && participants.some((one) => one.role === 'from' && isOwn(one));
  return participants.filter((one) => one.role !== 'bcc' || isSendersCopy || isOwn(one));
};
