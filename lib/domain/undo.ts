/** How long an act can be taken back. */
export const undoMs = 10 * 60 * 1000;

/** Epoch ms from which on the act stands. */
export const undoUntil = (doneAt: number): number => doneAt + undoMs;

export const canUndo = (doneAt: number, now: number): boolean => now < undoUntil(doneAt);
