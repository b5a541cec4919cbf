/* A mailbox of ten thousand messages on a real Dovecot, beside mbsync at the same one; pushes; and many mailboxes that only wait. */
import { parseAddress } from '../../lib/domain/address.ts';
import { systemClock } from '../../server/base/clock.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { mostSought, type PasswordAccounts, type Provider } from '../../server/providers/provider.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { mbsyncCopy } from '../lab/imap/mbsync.ts';
import { otherProgram, password } from '../provider/imap-at-dovecot.ts';
import { addSpread, type Bench, percentile, timed } from './figures.ts';
import { generateMail } from './generated-mail.ts';
import { measureIdleImap } from './imap-idle.ts';
import { measurePushToPanel } from './imap-push.ts';
import { layIn, writeMail } from './maildir.ts';

const own = 'ana@acme.test';
/** One in twenty is looked for. */
const candidateCount = 20 * mostSought;
const largestMessageBytes = 25 * 1024 * 1024;
const mostOfCopying = 0.5;

export const measureImap = async (bench: Bench): Promise<void> => {
  const dovecot = await startDovecot({ persona: 'modern' });
  const accounts = imapAccounts({
    clock: systemClock,
    trust: trusting([dovecot.certificate]),
    inside: ['localhost'],
  });
  const open = (user: string): Provider => openAt(accounts, dovecot, user);
  try {
    const messageCount = bench.isQuick ? 400 : 10_000;
    const rounds = bench.isQuick ? 1 : 3;
    bench.say(`imap: ${messageCount} messages on Dovecot`);
    const startAt = Date.now() - messageCount * 1_000;
    const files = await writeMail(dovecot, generateMail(messageCount, [own], candidates, startAt));
    const mailboxes: string[] = [];
    for (let nth = 0; nth < 2 * rounds; nth += 1) {
      const user = `copy-${nth}@acme.test`;
      await layIn(dovecot, user, files);
      mailboxes.push(user);
    }
    await measureImport(bench, dovecot, open, mailboxes);
    await measureNothingNew(bench, dovecot, accounts, open, mailboxes[1] ?? '');
    await measureChanges(bench, dovecot, open, mailboxes[1] ?? '');
    await measurePush(bench, dovecot, open, mailboxes[1] ?? '');
    accounts.close();
    await measurePushToPanel(bench, dovecot);
    await measureIdleImap(bench, dovecot);
  } finally {
    accounts.close();
    await dovecot.close();
  }
};

const openAt = (accounts: PasswordAccounts, dovecot: Dovecot, user: string): Provider =>
  accounts.open({
    mailboxKey: user,
    secret: { user, password, imap: { host: 'localhost', port: dovecot.imapsPort, security: 'tls' } },
    priority: 'background',
    labelName: 'Candor',
  });

const candidates = Array.from(
  { length: candidateCount },
  (_, nth) => `candidate-${nth}@mail-${nth % 7}.test`,
);
const sought = candidates.slice(0, mostSought).flatMap((text) => parseAddress(text) ?? []);

/** Each round on two mailboxes nobody looked into before, one for each program, in turns. */
const measureImport = async (
  bench: Bench,
  dovecot: Dovecot,
  open: (user: string) => Provider,
  mailboxes: readonly string[],
): Promise<void> => {
  const ours: number[] = [];
  const theirs: number[] = [];
  let kept = 0;
  for (let nth = 0; nth < mailboxes.length; nth += 2) {
    const copy = await mbsyncCopy(dovecot, mailboxes[nth] ?? '', password);
    theirs.push((await timed(copy.sync)).ms / 1_000);
    await copy.remove();
    const imported = await timed(() => importMatching(open(mailboxes[nth + 1] ?? '')));
    ours.push(imported.ms / 1_000);
    kept = imported.value;
  }
  const [own, peer] = [percentile(ours, 50), percentile(theirs, 50)];
  bench.add('imap', {
    what: `import of ${kept} matching messages (search, headers, whole messages)`,
    value: own,
    unit: 's',
    peer: { what: 'mbsync copies all', value: peer },
    sampleCount: ours.length,
  });
  bench.add('imap', {
    what: 'import of 5 % ÷ mbsync’s copy of all',
    value: own / peer,
    unit: 'times',
    budget: { is: 'at most', value: mostOfCopying },
  });
};

/** As an import does: what the search finds, its headers, and the whole of it. Gives how many there were. */
const importMatching = async (provider: Provider): Promise<number> => {
  let count = 0;
  let page: string | undefined;
  do {
    const answer = await provider.search({ by: 'addresses', addresses: sought }, {}, page, never);
    for (const { providerMessageId } of answer.found) {
      await provider.readHeaders(providerMessageId, never);
      await provider.fetch(providerMessageId, largestMessageBytes, never);
      count += 1;
    }
    page = answer.nextPage;
  } while (page !== undefined);
  return count;
};

const measureNothingNew = async (
  bench: Bench,
  dovecot: Dovecot,
  accounts: PasswordAccounts,
  open: (user: string) => Provider,
  user: string,
): Promise<void> => {
  const copy = await mbsyncCopy(dovecot, user, password);
  await copy.sync();
  const cursor = await open(user).start(never);
  const held: number[] = [];
  const anew: number[] = [];
  const theirs: number[] = [];
  for (let nth = 0; nth < (bench.isQuick ? 2 : 10); nth += 1) {
    theirs.push((await timed(copy.sync)).ms);
    accounts.forget(user);
    anew.push((await timed(() => open(user).pull(cursor, {}, never))).ms);
    held.push((await timed(() => open(user).pull(cursor, {}, never))).ms);
  }
  await copy.remove();
  const peer = { what: 'mbsync finds nothing new', value: percentile(theirs, 50) };
  bench.add('imap', {
    what: 'a pull with nothing new, with its login',
    value: percentile(anew, 50),
    unit: 'ms',
    peer,
    sampleCount: anew.length,
  });
  bench.add('imap', {
    what: 'a pull with nothing new ÷ mbsync’s',
    value: percentile(anew, 50) / peer.value,
    unit: 'times',
    budget: { is: 'at most', value: 1 },
  });
  bench.add('imap', {
    what: 'a pull with nothing new, connected',
    value: percentile(held, 50),
    unit: 'ms',
    sampleCount: held.length,
  });
};

/** What a pull costs when little changed: the whole of a folder’s UIDs is looked at each time. */
const measureChanges = async (
  bench: Bench,
  dovecot: Dovecot,
  open: (user: string) => Provider,
  user: string,
): Promise<void> => {
  const other = await otherProgram(dovecot, user);
  const provider = open(user);
  const oneNew: number[] = [];
  const flags: number[] = [];
  let cursor = await provider.start(never);
  const pull = async (): Promise<number> => {
    const pulled = await timed(() => provider.pull(cursor, {}, never));
    cursor = pulled.value.next;
    return pulled.ms;
  };
  for (let nth = 0; nth < (bench.isQuick ? 2 : 10); nth += 1) {
    await other.append('INBOX', letterOf(`change-${nth}`));
    oneNew.push(await pull());
    await other.mailboxOpen('INBOX');
    await other.messageFlagsAdd(`${50 * nth + 1}:${50 * nth + 50}`, ['\\Flagged']);
    flags.push(await pull());
  }
  await other.logout();
  addSpread(bench, 'imap', 'a pull of one new message', oneNew);
  addSpread(bench, 'imap', 'a pull after 50 flags that say nothing', flags);
};

const letterOf = (id: string): string =>
  `From: jane@candidates.test\r\nTo: ${own}\r\nSubject: Hello\r\nMessage-ID: <${id}@bench.test>\r\n\r\nHello.\r\n`;

/** From the moment the server has a message to our hint, beside what another client on IDLE sees. */
const measurePush = async (
  bench: Bench,
  dovecot: Dovecot,
  open: (user: string) => Provider,
  user: string,
): Promise<void> => {
  const { push } = open(user);
  if (push?.by !== 'connection') throw new Error('IMAP pushes by a connection.');
  const [sender, bystander] = [await otherProgram(dovecot, user), await otherProgram(dovecot, user)];
  await bystander.mailboxOpen('INBOX', { readOnly: true });
  const stop = new AbortController();
  const ours = hints();
  const theirs = hints();
  const listening = push.listen(ours.tell, stop.signal);
  bystander.on('exists', theirs.tell);
  const idling = bystander.idle();
  await ours.next();
  const [own, peer]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < (bench.isQuick ? 3 : 30); nth += 1) {
    const [ourHint, theirHint] = [ours.next(), theirs.next()];
    await sender.append('INBOX', letterOf(`push-${nth}`));
    const at = performance.now();
    own.push((await ourHint) - at);
    peer.push((await theirHint) - at);
  }
  stop.abort();
  await listening;
  bystander.close();
  await idling;
  await sender.logout();
  addSpread(bench, 'imap', 'a message in the mailbox → our hint of it', own);
  addSpread(bench, 'imap', 'the same at another client on IDLE', peer);
};

/** `next`: when the next hint comes, on the clock of `performance`. */
const hints = () => {
  let waiting: ((at: number) => void)[] = [];
  return {
    tell: () => {
      for (const each of waiting) each(performance.now());
      waiting = [];
    },
    next: () => new Promise<number>((resolve) => waiting.push(resolve)),
  };
};

const never = new AbortController().signal;
