/*
 * Whether a message on record goes, and when, once it is gone from mailboxes. Mail that is deleted goes to the trash first,
 * so the trash counts as gone and coming back from it as back; spam does not. Only a copy that its provider says is gone
 * counts: a mailbox that is turned off, lost or silent says nothing, and its copies keep the message on record. Until then
 * nobody's right to read it changes.
 */
import { undoUntil } from './undo.ts';

/** How long a person can take it back that a deletion in mailboxes takes a message off the record. */
export const keepDeletedMs = 7 * 24 * 60 * 60 * 1000;

/** Facts of one message. Times are epoch ms. */
export type MessageHold = {
  /** One for each mailbox that held it when it was last looked at; without `goneAt` it is still there, as far as is known. */
  readonly copies: readonly { readonly goneAt?: number }[];
  /** The company's switch: what is deleted in mailboxes goes here too. */
  readonly propagatesDeletions: boolean;
  /** An owner said that it stays, whatever had been deleted by then. */
  readonly keptAt?: number;
  /** The last copy was taken off the record by hand. */
  readonly removedAt?: number;
  /** A candidate whose thread it is on stands under a legal hold. */
  readonly isOnHold?: boolean;
};

export type ErasureDecision =
  | { readonly erase: true; readonly at: number; readonly because: 'last-copy-gone' | 'removed' }
  | {
      readonly erase: false;
      readonly because: 'legal-hold' | 'copy-remains' | 'company-keeps' | 'owner-keeps' | 'nothing-deleted';
    };

/**
 * Erased seven days after the last copy is gone, where the company has it so and no owner said since that it stays; or after
 * the time to undo, when its last copy was removed from Candor by hand. A legal hold stops either until it is lifted.
 */
export const decideErasure = (hold: MessageHold): ErasureDecision => {
  if (hold.isOnHold === true) return { erase: false, because: 'legal-hold' };
  if (hold.copies.length === 0)
    return hold.removedAt === undefined
      ? { erase: false, because: 'nothing-deleted' }
      : { erase: true, at: undoUntil(hold.removedAt), because: 'removed' };
  const goneAt = hold.copies.flatMap((copy) => copy.goneAt ?? []);
  if (goneAt.length < hold.copies.length) return { erase: false, because: 'copy-remains' };
  if (!hold.propagatesDeletions) return { erase: false, because: 'company-keeps' };
  const lastGoneAt = Math.max(...goneAt);
  if (hold.keptAt !== undefined && hold.keptAt >= lastGoneAt) return { erase: false, because: 'owner-keeps' };
  return { erase: true, at: lastGoneAt + keepDeletedMs, because: 'last-copy-gone' };
};
