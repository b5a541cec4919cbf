/* Every table by its name, and the transactions that work on them. */
import type { Transaction } from 'kysely';
import type { ErasureTable, LegalHoldTable, TombstoneTable } from './erasure-tables.ts';
import type {
  AccessRequestTable,
  ActionTable,
  AttachmentTable,
  GrantTable,
  MentionTable,
  MessageCopyTable,
  MessageTable,
  MessageWordsTable,
  OverrideUseTable,
  ParticipantTable,
  ReceiptTable,
  RemovalTable,
  SharePauseTable,
  StanceTable,
  ThreadApartTable,
  ThreadCandidateTable,
  ThreadJoinTable,
  ThreadTable,
  UnconfirmedCopyTable,
  UnfiledTable,
  WithheldTable,
} from './mail-tables.ts';
import type {
  BuriedJobTable,
  ConsentTable,
  DecisionTable,
  ImportThreadTable,
  MailboxCheckTable,
  MailboxCursorTable,
  MailboxImportTable,
  MailboxPushTable,
  MailboxSecretTable,
  MailboxTable,
  OutgoingTable,
} from './mailbox-tables.ts';
import type {
  ApplicationTable,
  AuditTable,
  BlockEntryTable,
  CandidateAccessTable,
  CandidateAddressTable,
  CandidateTable,
  CompanyTable,
  DataKeyTable,
  InvitationTable,
  JobTable,
  PersonAddressTable,
  PersonNewsTable,
  PersonTable,
  PolicyTable,
  SetupLinkTable,
  SharedAddressTable,
  TeamMemberTable,
  VisibilityChangeTable,
} from './people-tables.ts';

export type Database = {
  'candor.company': CompanyTable;
  'candor.policy': PolicyTable;
  'candor.person': PersonTable;
  'candor.person_address': PersonAddressTable;
  'candor.shared_address': SharedAddressTable;
  'candor.block_entry': BlockEntryTable;
  'candor.job': JobTable;
  'candor.team_member': TeamMemberTable;
  'candor.candidate': CandidateTable;
  'candor.candidate_address': CandidateAddressTable;
  'candor.application': ApplicationTable;
  'candor.data_key': DataKeyTable;
  'candor.mailbox': MailboxTable;
  'candor.mailbox_import': MailboxImportTable;
  'candor.import_thread': ImportThreadTable;
  'candor.mailbox_secret': MailboxSecretTable;
  'candor.mailbox_cursor': MailboxCursorTable;
  'candor.mailbox_push': MailboxPushTable;
  'candor.buried_job': BuriedJobTable;
  'candor.mailbox_check': MailboxCheckTable;
  'candor.consent': ConsentTable;
  'candor.thread': ThreadTable;
  'candor.thread_join': ThreadJoinTable;
  'candor.mention': MentionTable;
  'candor.thread_apart': ThreadApartTable;
  'candor.thread_candidate': ThreadCandidateTable;
  'candor.unfiled': UnfiledTable;
  'candor.message': MessageTable;
  'candor.message_copy': MessageCopyTable;
  'candor.participant': ParticipantTable;
  'candor.attachment': AttachmentTable;
  'candor.message_words': MessageWordsTable;
  'candor.stance': StanceTable;
  'candor.withheld': WithheldTable;
  'candor.share_pause': SharePauseTable;
  'candor.access_request': AccessRequestTable;
  'candor.grant': GrantTable;
  'candor.override_use': OverrideUseTable;
  'candor.receipt': ReceiptTable;
  'candor.decision': DecisionTable;
  'candor.removal': RemovalTable;
  'candor.legal_hold': LegalHoldTable;
  'candor.erasure': ErasureTable;
  'candor.tombstone': TombstoneTable;
  'candor.unconfirmed_copy': UnconfirmedCopyTable;
  'candor.audit': AuditTable;
  'candor.outgoing': OutgoingTable;
  'candor.action': ActionTable;
  'candor.invitation': InvitationTable;
  'candor.setup_link': SetupLinkTable;
  'candor.candidate_access': CandidateAccessTable;
  'candor.person_news': PersonNewsTable;
  'candor.visibility_change': VisibilityChangeTable;
};

/** A transaction under row-level security; see connection.ts. */
export type Tx = Transaction<Database>;

declare const runsAs: unique symbol;

/** One that sees and writes only what one person may. Made by `transaction` alone. */
export type PersonTx = Tx & { readonly [runsAs]: 'person' };
