/* When the company's override may be used, and what its use must say. */
import type { Role } from './candidate-access.ts';

const leastCharacters = 20;
const leastWords = 4;

/** At least a sentence, so that its owners learn something from it. */
export const isReason = (text: string): boolean => {
  const words = text.trim().split(/\s+/u);
  return text.trim().length >= leastCharacters && words.length >= leastWords;
};

export type OverrideDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly because: 'role' | 'switched-off' };

/** The switch is the company owner's alone; while it is on, the owner and admins may use the override. */
export const decideOverride = (role: Role, isOverrideAllowed: boolean): OverrideDecision => {
  if (role !== 'owner' && role !== 'admin') return { allowed: false, because: 'role' };
  return isOverrideAllowed ? { allowed: true } : { allowed: false, because: 'switched-off' };
};
