import { z } from 'zod';

/** Ids are lower-case UUIDs, branded so that one kind never stands in for another. */
export const CompanyId = z.uuid().brand<'CompanyId'>();
export type CompanyId = z.infer<typeof CompanyId>;
export const PersonId = z.uuid().brand<'PersonId'>();
export type PersonId = z.infer<typeof PersonId>;
export const JobId = z.uuid().brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;
export const CandidateId = z.uuid().brand<'CandidateId'>();
export type CandidateId = z.infer<typeof CandidateId>;
export const MailboxId = z.uuid().brand<'MailboxId'>();
export type MailboxId = z.infer<typeof MailboxId>;
export const ThreadId = z.uuid().brand<'ThreadId'>();
export type ThreadId = z.infer<typeof ThreadId>;
export const MessageId = z.uuid().brand<'MessageId'>();
export type MessageId = z.infer<typeof MessageId>;
export const ImportId = z.uuid().brand<'ImportId'>();
export type ImportId = z.infer<typeof ImportId>;
/** Made by the client for each act, so that a repeated request is done once. */
export const ActionKey = z.uuid().brand<'ActionKey'>();
export type ActionKey = z.infer<typeof ActionKey>;
