import { z } from 'zod';

/** Opaque; undefined asks for the present one and returns at once. */
export const LiveWait = z.object({ cursor: z.string().max(64).optional() });
/** `changed`: something this person sees is no longer as it was. Says nothing of what, so that it tells nothing of what is hidden. */
export const LiveNews = z.object({ cursor: z.string(), changed: z.boolean() });
export type LiveNews = z.infer<typeof LiveNews>;
