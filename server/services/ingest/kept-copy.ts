import type { CompanyId, MailboxId, PersonId } from '../../../lib/contract/ids.ts';
import type { KeepEvidence } from '../../../lib/domain/interest.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import type { ParsedMime } from '../../providers/mime.ts';
import type { CopyHeaders } from '../../providers/provider.ts';

export type MailboxOwner = {
  readonly companyId: CompanyId;
  readonly mailboxId: MailboxId;
  readonly personId: PersonId;
};

export type KeptCopy = {
  readonly copy: CopyHeaders;
  readonly headers: MessageHeaders;
  /** Absent when the message is too large to keep whole: then only its headers are kept. */
  readonly mail: ParsedMime | undefined;
  readonly because: readonly KeepEvidence[];
  readonly isAutomatic: boolean;
};
