/*
 * What an owner who shares a thread does not let through: messages they left out, and those that come while the share stands
 * still, because somebody joined or the thread is about something else. Pure.
 */
import type { Address } from './address.ts';

/** left-out: the owner chose it. paused: it came while the share stood still. */
export type WithheldBecause = 'left-out' | 'paused';

/** Why a share stands still from a message on. */
export type Drift = { readonly cause: 'newcomer'; readonly address: Address } | { readonly cause: 'subject' };

/** Whether a new message is more than the owner shared; undefined where the thread goes on as it was. */
export const driftOf = (
  addresses: readonly Address[],
  thread: {
    /** Colleagues, candidates it is filed on, and everybody who was on a message of it. */
    readonly isKnown: (address: Address) => boolean;
    /** By baseSubject. An answer without a subject is about the same. */
    readonly isSameSubject: boolean;
  },
): Drift | undefined => {
  const newcomer = addresses.find((address) => !thread.isKnown(address));
  if (newcomer !== undefined) return { cause: 'newcomer', address: newcomer };
  return thread.isSameSubject ? undefined : { cause: 'subject' };
};

const answerMark =
  /^(?:\[[^\]]{0,40}\]\s*)?(?:re|fw|fwd|aw|wg|antw|sv|vs|vb|vl|tr|rv|res|enc|ref|odp|pd|ynt|ilt|atb|bls|doorst|r|i)(?:\[\d+\])?\s*:\s*/iu;

/** Folded, without marks of answers and forwarded mail in the languages of common programs. Compare RFC 5256 sec. 2.1. */
export const baseSubject = (subject: string): string => {
  // That makes any colon the same colon.
  let rest = subject.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  for (;;) {
    const shorter = rest.replace(answerMark, '');
    if (shorter === rest) break;
    rest = shorter;
  }
  return rest.replace(/\s*\(fwd\)$/iu, '').toLowerCase();
};

/**
 * Messages that went past everybody the thread is filed on, in a thread where others did not: people who answer among
 * themselves do not expect them to go where the rest goes. Gives their positions.
 */
export const sideBranches = (
  messages: readonly { readonly participants: readonly { readonly address: string }[] }[],
  candidateAddresses: ReadonlySet<string>,
): readonly number[] => {
  const isWithCandidate = messages.map(({ participants }) =>
    participants.some(({ address }) => candidateAddresses.has(address)),
  );
  return isWithCandidate.includes(true)
    ? isWithCandidate.flatMap((isWith, position) => (isWith ? [] : [position]))
    : [];
};
