/* All that is held about one candidate, as far as who asks may read it. */
import { z } from 'zod';
import { CandidateId } from './ids.ts';

/** `page`: to read, one file of HTML. `data`: the same as JSON. */
export const ExportForm = z.enum(['page', 'data']);
export type ExportForm = z.infer<typeof ExportForm>;
export const ExportRequest = z.object({ candidateId: CandidateId, form: ExportForm });
export type ExportRequest = z.infer<typeof ExportRequest>;
