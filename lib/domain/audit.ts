/*
 * What the audit knows of, and each row of it in words. A row holds ids alone; of those, what could tie a thread to a candidate is
 * left out of everything that is shown: a person who reads the audit may not be one who reads the thread.
 */
import { formatDay } from './wording.ts';

export const auditGroups = [
  'access',
  'override',
  'readings',
  'policy',
  'mailboxes',
  'people',
  'candidates',
  'erasure',
  'audit',
] as const;
export type AuditGroup = (typeof auditGroups)[number];

/** As it stands in the row: ids, reasons, numbers. */
export type AuditFacts = Readonly<Record<string, unknown>>;

export type AuditNames = {
  /** Who did it; absent where Candor did it by itself. */
  readonly actorId?: string | undefined;
  readonly person: (personId: string) => string;
  readonly job: (jobId: string) => string;
};

export type AuditKind = {
  readonly group: AuditGroup;
  /** What who did it did: begins with a verb in the past, no full stop. */
  readonly did: (facts: AuditFacts, names: AuditNames) => string;
};

/** Undefined for a kind that a newer Candor wrote. */
export const auditKind = (kind: string): AuditKind | undefined => auditKinds.get(kind);

export const kindsOf = (group: AuditGroup): readonly string[] =>
  [...auditKinds].filter(([, known]) => known.group === group).map(([kind]) => kind);

/** One whole sentence. */
export const explainAudit = (kind: string, facts: AuditFacts, names: AuditNames): string =>
  `${names.actorId === undefined ? 'Candor' : capitalised(names.person(names.actorId))} ${auditKind(kind)?.did(facts, names) ?? `did what is called “${kind}”`}.`;

/** Of the facts, those that may be shown to whoever may read the audit, and the names of those that may not. */
export const showFacts = (
  kind: string,
  facts: AuditFacts,
): { readonly shown: AuditFacts; readonly withheld: readonly string[] } => {
  const shown: Record<string, unknown> = {};
  const withheld: string[] = [];
  for (const [name, value] of Object.entries(facts)) {
    if (name === 'was') {
      const was = showFacts(kind, value as AuditFacts);
      shown.was = was.shown;
      withheld.push(...was.withheld.map((each) => `was.${each}`));
    } else if (shownFacts.has(name) || (name === 'id' && !kind.startsWith('candidate-'))) shown[name] = value;
    else withheld.push(name);
  }
  return { shown, withheld };
};

/** What is not named here is withheld: a fact somebody adds later is shown once somebody has thought about it. */
const shownFacts: ReadonlySet<string> = new Set([
  ...['thread_id', 'thread_ids', 'person_id', 'owner_id', 'grantee_id', 'granted_at', 'ends_at'],
  ...['stance', 'message_id', 'because', 'used_at', 'job_id', 'role', 'is_active', 'company_id'],
  ...['mailbox_id', 'provider', 'state', 'access_level', 'erase_asked_at', 'window_from'],
  ...['default_visibility', 'hidden_tier', 'keeps', 'wanted', 'opened', 'closed', 'agreed_by'],
  ...['is_override_allowed', 'matching', 'automatic_mail', 'is_connecting_on'],
  ...['allowed_providers', 'allowed_access_levels', 'is_password_login_allowed', 'forbidden_mailbox_domains'],
  ...['is_candidate_creation_allowed', 'retention', 'look_every_minutes', 'propagates_deletions'],
  ...['is_mailbox_deletion_allowed', 'interest_rules'],
  ...[
    'asker_id',
    'by_right',
    'last_at',
    'set_by',
    'mail',
    'heir_id',
    'asked_by',
    'erasure_id',
    'key_id',
    'hidden_count',
  ],
  ...['message_count', 'removed_count', 'from_seq', 'to_seq', 'by', 'is_verified', 'has_consent'],
]);

type Did = AuditKind['did'];
type Table = {
  readonly group: AuditGroup;
  readonly made: Did;
  readonly changed: Did;
  readonly ended: Did;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const always =
  (words: string): Did =>
  () =>
    words;
const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
/** "their own" where it is the actor's, else "Ana’s". */
const whose = ({ person_id }: AuditFacts, { actorId, person }: AuditNames): string =>
  person_id === actorId ? 'their own' : `${person(text(person_id))}’s`;
const whoseOwn = (facts: AuditFacts, names: AuditNames): string =>
  facts.person_id === names.actorId ? whose(facts, names) : `${whose(facts, names)} own`;
const countOf = (value: unknown, one: string, many: string): string => {
  const count = Array.isArray(value) ? value.length : Number(value ?? 0);
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
};

const roleWords: Readonly<Record<string, string>> = {
  owner: 'owner',
  admin: 'admin',
  recruiter: 'recruiter',
  'hiring-manager': 'hiring manager',
  interviewer: 'interviewer',
};
const roleOf = ({ role }: AuditFacts): string => roleWords[text(role)] ?? 'colleague';

const stanceWords: Readonly<Record<string, string>> = {
  private: 'made a thread private',
  shared: 'opened a thread to the team',
  default: 'let a thread follow the company’s default',
};
const setStance: Did = ({ stance }) => stanceWords[text(stance)] ?? 'decided about a thread';

const grantEnd = ({ ends_at }: AuditFacts): string =>
  typeof ends_at === 'number' ? `until ${formatDay(ends_at)}` : 'with no end';

const rightWords: Readonly<Record<string, string>> = {
  participant: 'having been on it',
  grant: 'access they were given',
  team: 'being on the candidate’s team',
  override: 'the company’s override',
};
const openThread: Did = ({ by_right }) =>
  `opened a thread of others by ${rightWords[text(by_right)] ?? 'a right of theirs'}`;

const refusedWords: Readonly<Record<string, string>> = {
  'not-owner': 'tried to turn the company’s override on or off, which only its owner may',
  role: 'tried to use the company’s override without being an admin',
  'switched-off': 'tried to use the company’s override while it is off',
  unknown: 'tried to use the company’s override on a candidate who is not on record for them',
};

const policyWords: Readonly<Record<string, string>> = {
  default_visibility: 'who reads what by default',
  hidden_tier: 'what is told of hidden conversations',
  keeps: 'how much of mail is kept',
  matching: 'which mail is kept',
  automatic_mail: 'what becomes of automatic mail',
  is_connecting_on: 'whether mailboxes may be connected',
  allowed_providers: 'which providers are allowed',
  allowed_access_levels: 'which access mailboxes may give',
  is_password_login_allowed: 'whether passwords are allowed',
  forbidden_mailbox_domains: 'which domains are not allowed',
  is_candidate_creation_allowed: 'whether candidates come from mail',
  retention: 'how long candidates stay',
  look_every_minutes: 'how often mailboxes are looked at',
  propagates_deletions: 'what deleting mail does',
  is_mailbox_deletion_allowed: 'whether people may delete mail',
};
const changePolicy: Did = ({ was, is_override_allowed }) => {
  const names = Object.keys((was ?? {}) as AuditFacts);
  const others = names.filter((name) => name !== 'is_override_allowed');
  const changed =
    names.length === 0
      ? 'changed the company’s policy'
      : `changed the company’s policy: ${others.map((name) => policyWords[name] ?? name).join(', ')}`;
  if (!names.includes('is_override_allowed')) return changed;
  const override = `turned the company’s override ${is_override_allowed === true ? 'on' : 'off'}`;
  return others.length === 0 ? override : `${override} and ${changed}`;
};

const leavingWords: Readonly<Record<string, (heir: string) => string>> = {
  keep: () => 'and kept their mail as it was',
  'pass-on': (heir) => `and passed their mail on to ${heir}`,
  hide: () => 'and hid their mail from the team',
  erase: () => 'and erased what was theirs alone',
};

const visibilityStates: Readonly<Record<string, string>> = {
  scheduled: 'agreed to a change of what people see by default',
  applied: 'put a change of what people see by default into effect',
  withdrawn: 'withdrew a change of what people see by default',
  undone: 'took a change of what people see by default back',
};

const mailboxStates: Readonly<Record<string, (whose: string) => string>> = {
  connected: (of) => `connected ${of} mailbox again`,
  'needs-reconnect': (of) => `found that ${of} mailbox has to be reconnected`,
  paused: (of) => `paused ${of} mailbox`,
  off: (of) => `turned ${of} mailbox off`,
};
const changeMailbox: Did = (facts, names) => {
  const was = (facts.was ?? {}) as AuditFacts;
  const of = whose(facts, names);
  if ('erase_asked_at' in was)
    return facts.erase_asked_at === null
      ? `erased what ${of} mailbox had brought`
      : `asked to erase what ${of} mailbox had brought`;
  if ('state' in was) return mailboxStates[text(facts.state)]?.(of) ?? `changed ${of} mailbox`;
  if ('access_level' in was)
    return facts.access_level === 'send-only'
      ? `let Candor only send by ${of} mailbox`
      : `let Candor read ${of} mailbox`;
  return `changed ${of} mailbox`;
};

const changePerson: Did = (facts, { person }) => {
  const was = (facts.was ?? {}) as AuditFacts;
  const name = person(text(facts.id));
  if ('is_active' in was) return facts.is_active === true ? `let ${name} in again` : `locked ${name} out`;
  return `made ${name} ${/^[aio]/.test(roleOf(facts)) ? 'an' : 'a'} ${roleOf(facts)}`;
};

/** Tables whose rows are written down by the database itself, with each change. */
const tables: Readonly<Record<string, Table>> = {
  stance: {
    group: 'access',
    made: setStance,
    changed: setStance,
    ended: always('took back what was decided about a thread'),
  },
  access_request: {
    group: 'access',
    made: (facts, { person }) => `asked ${person(text(facts.owner_id))} for access to conversations`,
    changed: (facts, { person }) =>
      facts.state === 'withdrawn'
        ? `no longer asks ${person(text(facts.owner_id))} for access to conversations`
        : `${facts.state === 'granted' ? 'answered' : 'said no to'} ${person(text(facts.asker_id))}, who asked for access to conversations`,
    ended: always('erased a request for access together with its candidate'),
  },
  withheld: {
    group: 'access',
    made: ({ because }) =>
      because === 'paused'
        ? 'kept a new message back from a thread that is shared, until its owner says so'
        : 'left a message out of what they share of a thread',
    changed: always('went on leaving a message out of what they share of a thread'),
    ended: always('no longer leaves a message out of what they share of a thread'),
  },
  grant: {
    group: 'access',
    made: (facts, { person }) =>
      `gave ${person(text(facts.grantee_id))} access to a thread, ${grantEnd(facts)}`,
    changed: (facts, { person }) =>
      `changed ${person(text(facts.grantee_id))}’s access to a thread: it now holds ${grantEnd(facts)}`,
    ended: (facts, { person }) => `ended ${person(text(facts.grantee_id))}’s access to a thread`,
  },
  thread_candidate: {
    group: 'access',
    made: always('filed a thread on a candidate'),
    changed: always('changed why a thread is filed on a candidate'),
    ended: always('took a thread off a candidate'),
  },
  override_use: {
    group: 'override',
    made: always('opened a hidden thread by the company’s override'),
    changed: always('changed a use of the company’s override'),
    ended: always('erased a use of the override together with its thread'),
  },
  receipt: {
    group: 'readings',
    made: openThread,
    changed: openThread,
    ended: always('erased a receipt together with its thread'),
  },
  policy: {
    group: 'policy',
    made: always('set up the company'),
    changed: changePolicy,
    ended: always('took the company’s policy away'),
  },
  legal_hold: {
    group: 'erasure',
    made: always('put a legal hold on a candidate'),
    changed: always('changed a legal hold on a candidate'),
    ended: always('lifted a legal hold from a candidate'),
  },
  visibility_change: {
    group: 'policy',
    made: always('proposed a change of what people see by default'),
    changed: ({ state }) => visibilityStates[text(state)] ?? 'decided about a change of what people see',
    ended: always('took a proposed change off the record'),
  },
  block_entry: {
    group: 'policy',
    made: ({ person_id }) => `added to ${person_id === null ? 'the company’s' : 'their own'} block list`,
    changed: ({ person_id }) => `changed ${person_id === null ? 'the company’s' : 'their own'} block list`,
    ended: ({ person_id }) => `took off ${person_id === null ? 'the company’s' : 'their own'} block list`,
  },
  shared_address: {
    group: 'policy',
    made: always('named an address that several people read'),
    changed: always('changed an address that several people read'),
    ended: always('took an address off those that several people read'),
  },
  mailbox: {
    group: 'mailboxes',
    made: (facts, names) => `connected ${whose(facts, names)} mailbox`,
    changed: changeMailbox,
    ended: (facts, names) => `took ${whose(facts, names)} mailbox off the record`,
  },
  person_address: {
    group: 'people',
    made: (facts, names) => `noted an address as ${whoseOwn(facts, names)}`,
    changed: (facts, names) => `noted an address as ${whoseOwn(facts, names)}`,
    ended: (facts, names) => `noted that an address is not ${whoseOwn(facts, names)} any more`,
  },
  invitation: {
    group: 'people',
    made: (facts) => `invited a colleague as ${roleOf(facts)}`,
    changed: (facts) => `changed an invitation: it is for the role of ${roleOf(facts)} now`,
    ended: always('took an invitation back'),
  },
  person: {
    group: 'people',
    made: (facts, { person }) => `took ${person(text(facts.id))} in as ${roleOf(facts)}`,
    changed: changePerson,
    ended: always('took a colleague off the record'),
  },
  team_member: {
    group: 'people',
    made: ({ person_id, job_id }, { person, job }) =>
      `put ${person(text(person_id))} on the hiring team of ${job(text(job_id))}`,
    changed: ({ person_id, job_id }, { person, job }) =>
      `put ${person(text(person_id))} on the hiring team of ${job(text(job_id))}`,
    ended: ({ person_id, job_id }, { person, job }) =>
      `took ${person(text(person_id))} off the hiring team of ${job(text(job_id))}`,
  },
  application: {
    group: 'candidates',
    made: ({ job_id }, { job }) => `took a candidate in for ${job(text(job_id))}`,
    changed: ({ job_id }, { job }) => `moved a candidate’s application to ${job(text(job_id))}`,
    ended: ({ job_id }, { job }) => `took a candidate off ${job(text(job_id))}`,
  },
  candidate: {
    group: 'candidates',
    made: always('put a candidate on record'),
    changed: ({ owner_id }, { person }) =>
      owner_id === null
        ? 'left a candidate to nobody in particular'
        : `gave a candidate to ${person(text(owner_id))} to look after`,
    ended: always('took a candidate off the record'),
  },
  candidate_address: {
    group: 'candidates',
    made: always('added an address to a candidate’s record'),
    changed: always('moved an address to another candidate’s record'),
    ended: always('took an address off a candidate’s record'),
  },
};

/** Acts that services write down, because no row of a table shows them. */
const acts: Readonly<Record<string, AuditKind>> = {
  'override-refused': {
    group: 'override',
    did: ({ because }) => refusedWords[text(because)] ?? 'was refused the company’s override',
  },
  'thread-removed': { group: 'erasure', did: always('removed a thread from Candor') },
  'thread-moved': { group: 'access', did: always('filed a thread on other candidates') },
  'thread-split': { group: 'access', did: always('split a thread in two') },
  'thread-split-undone': { group: 'access', did: always('joined a thread again that was split') },
  'deletion-undone': {
    group: 'erasure',
    did: ({ message_ids }) => `kept ${countOf(message_ids, 'message', 'messages')} that was to go`,
  },
  'messages-erased': {
    group: 'erasure',
    did: ({ message_ids }) => `erased ${countOf(message_ids, 'message', 'messages')}`,
  },
  'deleted-in-mailbox': { group: 'erasure', did: always('deleted a message in their own mailbox') },
  'candidate-kept': { group: 'erasure', did: always('said that a candidate stays') },
  'candidate-erased': {
    group: 'erasure',
    did: ({ message_count }) =>
      `erased a candidate on request, with ${countOf(message_count, 'message', 'messages')}`,
  },
  'erased-taken-on-again': {
    group: 'candidates',
    did: always('put somebody on record again who had been erased'),
  },
  'candidate-exported': {
    group: 'readings',
    did: ({ message_ids }) =>
      `saved what is held about a candidate, with ${countOf(message_ids, 'message', 'messages')}`,
  },
  'colleague-left': {
    group: 'people',
    did: (facts, { person }) => {
      const end = leavingWords[text(facts.mail)] ?? (() => 'and their mail was dealt with');
      return `ended ${person(text(facts.person_id))}’s access ${end(person(text(facts.heir_id)))}`;
    },
  },
  'candidate-retired': {
    group: 'erasure',
    did: ({ message_count }) =>
      `erased a candidate whose time was over, with ${countOf(message_count, 'message', 'messages')}`,
  },
  'address-vouched': { group: 'candidates', did: always('said whether a candidate’s address is their own') },
  'file-import-begun': { group: 'mailboxes', did: always('imported mail from a file') },
  'audit-exported': {
    group: 'audit',
    did: ({ from_seq, to_seq }) => `exported the audit, rows ${from_seq} to ${to_seq}`,
  },
};

const auditKinds: ReadonlyMap<string, AuditKind> = new Map([
  ...Object.entries(tables).flatMap(([table, { group, made, changed, ended }]) => [
    [`${table}-made`, { group, did: made }] as const,
    [`${table}-changed`, { group, did: changed }] as const,
    [`${table}-ended`, { group, did: ended }] as const,
  ]),
  ...Object.entries(acts),
]);
