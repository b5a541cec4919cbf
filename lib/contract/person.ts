import { z } from 'zod';
import { CompanyId, PersonId } from './ids.ts';

export const Role = z.enum(['owner', 'admin', 'recruiter', 'hiring-manager', 'interviewer']);
export type Role = z.infer<typeof Role>;

/** A colleague, as another colleague may see them. */
export const PersonRef = z.object({ personId: PersonId, name: z.string(), isYou: z.boolean() });
export type PersonRef = z.infer<typeof PersonRef>;

/** As somebody may pick them: with the address to tell two of one name apart. */
export const Colleague = PersonRef.extend({ address: z.string(), role: Role });
export type Colleague = z.infer<typeof Colleague>;

export const Me = z.object({
  personId: PersonId,
  name: z.string(),
  address: z.string(),
  role: Role,
  company: z.object({
    companyId: CompanyId,
    name: z.string(),
    labelName: z.string(),
    defaultVisibility: z.enum(['record-access', 'owner-only']),
  }),
});
export type Me = z.infer<typeof Me>;

export const Invite = z.object({
  name: z.string().trim().min(1).max(200),
  address: z.email().max(320),
  role: Role,
});
export type Invite = z.infer<typeof Invite>;
/** The link is shown once, to be handed to the colleague; only its hash is kept. */
export const Invited = z.object({ link: z.url(), expiresAt: z.iso.datetime() });
export type Invited = z.infer<typeof Invited>;
