/* A company that hires: who works there, what for, and who applied. Made up. */
import type { Role } from '../../lib/contract/person.ts';

export const companyName = 'Acme Robotics';

export type WorldPerson = { readonly name: string; readonly address: string; readonly role: Role };

export const ana: WorldPerson = { name: 'Ana Ortiz', address: 'ana@acme.test', role: 'owner' };
export const mia: WorldPerson = { name: 'Mia Chen', address: 'mia@acme.test', role: 'recruiter' };
export const tom: WorldPerson = { name: 'Tom Becker', address: 'tom@acme.test', role: 'hiring-manager' };
export const raj: WorldPerson = { name: 'Raj Patel', address: 'raj@acme.test', role: 'interviewer' };
export const people = [ana, mia, tom, raj] as const;

export const jobs = [
  { title: 'Backend Engineer', team: [ana, tom] },
  { title: 'Robotics Engineer', team: [ana, raj] },
  { title: 'Product Designer', team: [ana] },
] as const;

export type WorldCandidate = {
  readonly name: string;
  readonly address: string;
  readonly job: (typeof jobs)[number]['title'];
  readonly stage: string;
};

export const jane: WorldCandidate = {
  name: 'Jane Doe',
  address: 'jane.doe@mailbox.test',
  job: 'Backend Engineer',
  stage: 'On-site interview',
};
export const candidates: readonly WorldCandidate[] = [
  jane,
  {
    name: 'Luca Moretti',
    address: 'luca.moretti@posta.test',
    job: 'Backend Engineer',
    stage: 'Phone screen',
  },
  { name: 'Aisha Khan', address: 'aisha.khan@mailbox.test', job: 'Robotics Engineer', stage: 'Offer' },
  { name: 'Piotr Nowak', address: 'piotr@nowak.test', job: 'Robotics Engineer', stage: 'Applied' },
  {
    name: 'Sofía Herrera',
    address: 'sofia.herrera@correo.test',
    job: 'Product Designer',
    stage: 'Portfolio review',
  },
];
/** Writes to Ana but stands on no record yet. */
export const noor = { name: 'Noor Haddad', address: 'noor.haddad@mailbox.test' } as const;
