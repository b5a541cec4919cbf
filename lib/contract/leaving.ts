/* Colleagues as admins see them, and the end of one's access: what becomes of the mail their mailboxes brought. */
import { z } from 'zod';
import { CandidateId, PersonId } from './ids.ts';
import { Role } from './person.ts';

export const ListedColleague = z.object({
  personId: PersonId,
  name: z.string(),
  address: z.string(),
  role: Role,
  isYou: z.boolean(),
  /** Their access was not ended. */
  isActive: z.boolean(),
  /** This admin may end it, or let them in again: not their own, and the owner's by nobody. */
  canChange: z.boolean(),
});
export type ListedColleague = z.infer<typeof ListedColleague>;

const Count = z.int().nonnegative();
/** Conversations and messages that a mailbox of theirs holds. No subject, and nobody's name but of candidates the admin may open. */
export const LeavingPreview = z.object({
  /** That are on. */
  mailboxes: Count,
  conversations: Count,
  /** Conversations that they or somebody else who holds them made private. */
  privateConversations: Count,
  /** Conversations that an active colleague's mailbox holds messages of as well. */
  sharedConversations: Count,
  /** Messages that no colleague's mailbox holds, and that no legal hold keeps. */
  erasedMessages: Count,
  /** Messages that a colleague's mailbox holds too. */
  sharedMessages: Count,
  onHoldMessages: Count,
  /** Their conversations by candidate, by name; at most 200. One that is filed on two counts with both. */
  withCandidates: z.array(
    z.object({ candidateId: CandidateId, name: z.string(), conversations: z.int().positive() }),
  ),
});
export type LeavingPreview = z.infer<typeof LeavingPreview>;

export const ColleagueRequest = z.object({ personId: PersonId });

/** keep: as it is. pass-on: one colleague may read what is not private. hide: from the team. erase: what is theirs alone. */
export const EndAccess = z.discriminatedUnion('mail', [
  z.object({ personId: PersonId, mail: z.literal('keep') }),
  z.object({ personId: PersonId, mail: z.literal('pass-on'), heirId: PersonId }),
  z.object({ personId: PersonId, mail: z.literal('hide') }),
  z.object({ personId: PersonId, mail: z.literal('erase') }),
]);
export type EndAccess = z.infer<typeof EndAccess>;
