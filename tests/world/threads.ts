/* The mail of a hiring team: threads with candidates, and the far larger rest that must never be kept. */
import { type Mailer, type MessageFacts, writeMessage } from './mail.ts';
import { ana, candidates, jane, mia, noor, people, raj, tom } from './people.ts';

export type WorldMessage = MessageFacts & {
  readonly raw: string /** Own addresses whose mailboxes hold it. */;
  readonly heldBy: readonly string[];
};
export type WorldThread = { readonly name: string; readonly messages: readonly WorldMessage[] };

const day = 86_400_000;

/** Every thread, newest last in each mailbox by its dates. `now`: epoch ms the world is seen at. */
export const worldThreads = (now: number): readonly WorldThread[] => [
  ...noise(now),
  ...candidates
    .filter((each) => each !== jane)
    .flatMap((candidate, index) => [
      thread(`invitation-${index}`, `Interview for ${candidate.job}`, now - (20 - index) * day, [
        [
          ana,
          [candidate],
          [],
          `Hello ${first(candidate)},\n\nthank you for applying. Would Tuesday at 10:00 suit you for a first call?\n\nAna`,
        ],
        [candidate, [ana], [], 'Hello Ana,\n\nTuesday at 10:00 is fine. Looking forward to it!\n'],
      ]),
    ]),
  thread('jane-mia', 'Coffee chat about Acme', now - 40 * day, [
    [
      mia,
      [jane],
      [],
      'Hi Jane,\n\nI came across your talk on queues. Would you be open to a chat about what we build?\n\nMia',
    ],
    [jane, [mia], [], 'Hi Mia,\n\nhappy to. Thursday afternoon works well for me.\n\nJane'],
  ]),
  thread('jane-salary', 'Your expectations', now - 9 * day, [
    [mia, [jane], [], 'Hi Jane,\n\nbefore the on-site: what range do you have in mind?\n\nMia'],
    [
      jane,
      [mia],
      [],
      'Hi Mia,\n\nsomewhere around what I make now plus ten per cent. Please keep it between us.\n\nJane',
    ],
  ]),
  thread('noor', 'Question about the Robotics role', now - 1 * day, [
    [
      noor,
      [ana],
      [],
      'Hello Ana,\n\nis the Robotics Engineer position open to people who work remotely?\n\nBest,\nNoor',
    ],
  ]),
  thread('jane', 'On-site interview next week', now - 2 * day, [
    [
      ana,
      [jane],
      [tom],
      'Hi Jane,\n\nwe would like to invite you to our office next Wednesday. Tom, who leads the backend team, will show you around.\n\nAna',
    ],
    [
      jane,
      [ana],
      [tom],
      'Hi Ana, hi Tom,\n\nWednesday is perfect. Should I prepare anything?\n\nJane',
      '<p>Hi Ana, hi Tom,</p><p>Wednesday is <b>perfect</b>. Should I prepare anything?</p><p>Jane</p><img src="https://tracker.mailbox.test/pixel.gif"><script>document.title="owned"</script>',
    ],
    [ana, [jane], [], 'Hi Jane,\n\nno preparation needed. The visit takes about three hours.\n\nAna'],
    [
      jane,
      [ana],
      [],
      'Thank you, Ana. One more thing, only for you: I have another offer and must answer by Friday.\n\nJane',
    ],
  ]),
];

type Line = readonly [
  from: Mailer,
  to: readonly Mailer[],
  cc: readonly Mailer[],
  text: string,
  html?: string,
];

const thread = (name: string, subject: string, startedAt: number, lines: readonly Line[]): WorldThread => {
  const messages: WorldMessage[] = [];
  for (const [index, [from, to, cc, text, html]] of lines.entries()) {
    const facts: MessageFacts = {
      id: `${name}.${index}@${from.address.split('@')[1]}`,
      from,
      to,
      cc,
      subject: index === 0 ? subject : `Re: ${subject}`,
      at: startedAt + index * 3 * 3_600_000,
      text,
      references: messages.map((each) => each.id),
      ...(html === undefined ? {} : { html }),
    };
    const own = new Set(people.map((each) => each.address));
    const heldBy = [
      ...new Set([from, ...to, ...cc].map((each) => each.address).filter((each) => own.has(each))),
    ];
    messages.push({ ...facts, raw: writeMessage(facts), heldBy });
  }
  return { name, messages };
};

const first = ({ name }: Mailer): string => name.split(' ')[0] ?? name;

/** What fills a mailbox and is nobody's business here: invoices, newsletters, family, lunch. */
const noise = (now: number): readonly WorldThread[] =>
  Array.from({ length: 240 }, (_, index) => {
    const topic = topics[index % topics.length] ?? topics[0];
    const holder = people[index % people.length] ?? ana;
    const other: Mailer = topic.isInternal ? (holder === raj ? tom : raj) : topic.from;
    const lines: Line[] = [[other, [holder], [], `${topic.text}\n`]];
    if (index % 3 === 0) lines.push([holder, [other], [], 'Thanks, noted.\n']);
    return thread(`noise-${index}`, `${topic.subject} ${100 + index}`, now - (60 - index / 4) * day, lines);
  });

const topics = [
  {
    subject: 'Invoice',
    text: 'Please find the details of this month’s invoice in your account.',
    from: { name: 'Hosting Ltd', address: 'billing@hosting.test' },
    isInternal: false,
  },
  { subject: 'Lunch on day', text: 'Pizza or noodles today?', from: raj, isInternal: true },
  {
    subject: 'Weekly digest',
    text: 'The most read articles of this week.',
    from: { name: 'Robot Weekly', address: 'digest@robotweekly.test' },
    isInternal: false,
  },
  {
    subject: 'Appointment',
    text: 'This is a reminder of your appointment at the dentist.',
    from: { name: 'Dr. Weiss', address: 'office@drweiss.test' },
    isInternal: false,
  },
  { subject: 'Sprint notes', text: 'Notes of the planning are in the wiki.', from: raj, isInternal: true },
] as const;
