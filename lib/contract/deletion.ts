/* What the company decided on deleting mail. */
import { z } from 'zod';

export const DeletionPolicy = z.object({
  /** A person may put one message of their own mailbox into its trash from Candor. */
  isMailboxDeletionAllowed: z.boolean(),
  /** What is deleted in every mailbox that held it leaves the record after seven days. */
  propagatesDeletions: z.boolean(),
});
export type DeletionPolicy = z.infer<typeof DeletionPolicy>;
