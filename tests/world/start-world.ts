/* A whole company on one machine: Google's lab, our server, people signed in, candidates on record, mail in mailboxes. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { CandidateId, type CompanyId, JobId, type PersonId } from '../../lib/contract/ids.ts';
import { type Address, foldAddress } from '../../lib/domain/address.ts';
import { type Clock, systemClock } from '../../server/base/clock.ts';
import { type Env, readEnv } from '../../server/base/env.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import type { Log } from '../../server/base/log.ts';
import { gmailHookPath } from '../../server/http/notifications.ts';
import { type RunningServer, startServer } from '../../server/start.ts';
import type { AppRouter } from '../../server/trpc/router.ts';
import { type GmailLab, startGmailLab } from '../lab/gmail/lab.ts';
import { gmailPublisher } from '../lab/gmail/watch.ts';
import type { GraphLab } from '../lab/graph/lab.ts';
import { type PubsubLab, startPubsubLab } from '../lab/pubsub.ts';
import { candidates, companyName, jobs, people, type WorldPerson } from './people.ts';
import { accept, type Cookies, pair, setUp, signIn } from './sign-in.ts';
import { worldThreads } from './threads.ts';

export type SignedIn = {
  readonly person: WorldPerson;
  readonly personId: PersonId;
  readonly cookies: Cookies;
  /** The extension's session. */
  readonly session: string;
  readonly api: TRPCClient<AppRouter>;
};

export type World = {
  readonly server: RunningServer;
  readonly lab: GmailLab;
  readonly pubsub: PubsubLab;
  readonly companyId: CompanyId;
  readonly as: (person: WorldPerson) => SignedIn;
  readonly candidateId: (address: string) => CandidateId;
  /** Gmail's id of a thread of tests/world/threads.ts in one mailbox. */
  readonly threadId: (holder: WorldPerson, name: string) => string;
  readonly stop: () => Promise<void>;
};

/** A company with its people, in the data folder of a server that was stopped. */
export type SetUpCompany = {
  readonly dataFolder: string;
  readonly members: readonly Omit<SignedIn, 'api'>[];
};

export const worldPassword = 'correct-horse-battery';

export type WorldOptions = {
  readonly dataFolder: string;
  readonly port: number;
  /** Set up before: the world begins on a copy of its data. Without one the people do it here. */
  readonly company?: SetUpCompany;
  readonly databaseUrl?: string;
  /** In base64. Roles of a shared database server belong to the master key they were made with. */
  readonly masterKey?: string;
  readonly log: Log;
  /** The server's and the lab's. */
  readonly clock?: Clock;
  readonly pollMs?: number;
  readonly listenMs?: number;
  /** How the lab's Gmail tells of changes: not at all unless told otherwise. */
  readonly push?: 'pull' | 'call';
  /** What the lab lets one mailbox spend; far more than Google would, unless a test is about that. */
  readonly unitsPerMinute?: number;
  /** Messages or changes the lab tells of in one answer. */
  readonly largestPage?: number;
  /** People whose mailboxes are connected; all of them unless told otherwise. */
  readonly connected?: readonly WorldPerson[];
  /** A lab of Microsoft's own, for mailboxes there. Without one the Gmail lab vouches for people as any issuer does. */
  readonly microsoft?: GraphLab;
};

export const startWorld = async (options: WorldOptions): Promise<World> => {
  const clock = options.clock ?? systemClock;
  const pubsub = await startPubsubLab({ now: clock.now });
  const lab = await startGmailLab({
    pubsub,
    accounts: people.map((each) => each.address),
    unitsPerMinute: options.unitsPerMinute ?? 60_000,
    ...(options.largestPage === undefined ? {} : { largestPage: options.largestPage }),
    now: clock.now,
  });
  const env: Env = readEnv({
    DATA_FOLDER: options.dataFolder,
    PORT: String(options.port),
    GOOGLE_CLIENT_ID: lab.client.clientId,
    GOOGLE_CLIENT_SECRET: lab.client.clientSecret,
    GOOGLE_ISSUER: lab.issuer,
    MICROSOFT_CLIENT_ID: (options.microsoft ?? lab).client.clientId,
    MICROSOFT_CLIENT_SECRET: (options.microsoft ?? lab).client.clientSecret,
    MICROSOFT_TENANT_ID: crypto.randomUUID(),
    MICROSOFT_ISSUER: (options.microsoft ?? lab).issuer,
    ...(options.microsoft === undefined ? {} : { GRAPH_ROOT_URL: options.microsoft.url }),
    GMAIL_ROOT_URL: `${lab.url}/`,
    ...(options.push === undefined ? {} : await setUpPush(pubsub, lab, options.push, options)),
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...(options.masterKey === undefined ? {} : { CANDOR_MASTER_KEY: options.masterKey }),
  });
  if (options.company !== undefined)
    // cp keeps whose each file is, which Node's own does not.
    await promisify(execFile)('cp', ['-a', `${options.company.dataFolder}/.`, options.dataFolder]);
  const server = await startServer(env, {
    clock,
    log: options.log,
    fetch: systemFetch,
    // Names are asked of nobody here.
    detect: async () => ({ kind: 'unknown' }),
    pollMs: options.pollMs ?? 3_000,
    listenMs: options.listenMs ?? 3_000,
  });
  const threadIds = fillMailboxes(lab, clock.now());
  const signedIn =
    options.company === undefined
      ? await bringPeople(server)
      : options.company.members.map(toSignedIn(server));
  const [owner] = signedIn;
  if (owner === undefined) throw new Error('The world has nobody in it.');
  const me = await owner.api.session.me.query();
  const candidateIds = await seedCandidates(server, me.company.companyId, signedIn, clock.now());
  for (const each of signedIn) {
    if ((options.connected ?? people).includes(each.person)) await connectMailbox(lab, each);
  }
  return {
    server,
    lab,
    pubsub,
    companyId: me.company.companyId,
    as: (person) => found(signedIn.find((each) => each.person === person)),
    candidateId: (address) => found(candidateIds.get(address)),
    threadId: (holder, name) => found(threadIds.get(`${holder.address}|${name}`)),
    stop: async () => {
      await server.stop();
      await lab.close();
      await pubsub.close();
    },
  };
};

export const pushSubscription = 'projects/acme/subscriptions/candor';

/** As an admin of the company sets it up in Google Cloud. Gives the variables that go with it. */
const setUpPush = async (
  pubsub: PubsubLab,
  lab: GmailLab,
  how: 'pull' | 'call',
  { dataFolder, port }: WorldOptions,
): Promise<NodeJS.ProcessEnv> => {
  const topic = 'projects/acme/topics/gmail';
  pubsub.createTopic(topic, [gmailPublisher]);
  const variables = { GMAIL_PUSH_TOPIC: topic, PUBSUB_ROOT_URL: pubsub.url };
  if (how === 'call') {
    const serviceAccount = 'candor-push@acme.iam.gserviceaccount.com';
    pubsub.createSubscription(pushSubscription, topic, {
      endpoint: `http://127.0.0.1:${port}${gmailHookPath}`,
      serviceAccount,
      issuer: lab.issuer,
    });
    return { ...variables, GMAIL_PUSH_SENDER: serviceAccount };
  }
  pubsub.createSubscription(pushSubscription, topic);
  const keyFile = join(dataFolder, 'service-key.json');
  await writeFile(keyFile, JSON.stringify(pubsub.serviceKey()));
  return { ...variables, GMAIL_PUSH_SUBSCRIPTION: pushSubscription, GOOGLE_SERVICE_KEY: keyFile };
};

/** Connects the person's own mailbox as a browser would: consent page at Google, and back with the session's cookie. */
export const connectMailbox = async (lab: GmailLab, who: SignedIn): Promise<Response> => {
  const { url } = await who.api.mailbox.startConnect.mutate({ provider: 'gmail' });
  const callback = await lab.consent(url, who.person.address);
  const answer = await fetch(callback, { headers: { cookie: who.cookies }, redirect: 'manual' });
  if (answer.status !== 200)
    throw new Error(`Connecting a mailbox answered ${answer.status}: ${await answer.text()}`);
  return answer;
};

export const apiFor = (serverUrl: string, session: string): TRPCClient<AppRouter> =>
  createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${serverUrl}/trpc`, headers: { authorization: `Bearer ${session}` } })],
  });

const fillMailboxes = (lab: GmailLab, now: number): ReadonlyMap<string, string> => {
  const threadIds = new Map<string, string>();
  const all = worldThreads(now).flatMap((thread) => thread.messages.map((message) => ({ thread, message })));
  for (const { thread, message } of all.sort((a, b) => a.message.at - b.message.at)) {
    for (const address of message.heldBy) {
      const stored = lab.deliver(address, message.raw, {
        at: message.at,
        labels: message.from.address === address ? ['SENT'] : ['INBOX'],
      });
      threadIds.set(`${address}|${thread.name}`, stored.threadId);
    }
  }
  return threadIds;
};

export const bringPeople = async (server: RunningServer): Promise<readonly SignedIn[]> => {
  const [first, ...others] = people;
  if (server.setupLink === undefined)
    throw new Error('The company is set up already: start with an empty data folder.');
  await setUp(server.setupLink, {
    company: companyName,
    name: first.name,
    address: first.address,
    password: worldPassword,
  });
  const owner = await enter(server, first);
  const rest: SignedIn[] = [];
  for (const person of others) {
    const { link } = await owner.api.people.invite.mutate(person);
    await accept(link, { name: person.name, password: worldPassword });
    rest.push(await enter(server, person));
  }
  return [owner, ...rest];
};

const toSignedIn =
  (server: RunningServer) =>
  (member: SetUpCompany['members'][number]): SignedIn => ({
    ...member,
    person: found(people.find(({ address }) => address === member.person.address)),
    api: apiFor(server.url, member.session),
  });

export const enter = async (server: RunningServer, person: WorldPerson): Promise<SignedIn> => {
  const cookies = await signIn(server.url, person.address, worldPassword);
  const session = await pair(server.url, cookies);
  const api = apiFor(server.url, session);
  return { person, personId: (await api.session.me.query()).personId, cookies, session, api };
};

/** Jobs, teams and candidates come from the ATS that Candor carries itself; here they are simply put on record. */
const seedCandidates = (
  server: RunningServer,
  companyId: CompanyId,
  signedIn: readonly SignedIn[],
  now: number,
): Promise<ReadonlyMap<string, CandidateId>> => {
  const { db, sealing } = server.services;
  return db.transaction({ kind: 'company', companyId }, async (tx) => {
    const jobIds = new Map<string, JobId>();
    for (const job of jobs) {
      const jobId = JobId.parse(crypto.randomUUID());
      jobIds.set(job.title, jobId);
      await tx
        .insertInto('candor.job')
        .values({ id: jobId, company_id: companyId, title: job.title, created_at: now })
        .execute();
      await tx
        .insertInto('candor.team_member')
        .values(
          job.team.map((person) => ({
            company_id: companyId,
            job_id: jobId,
            person_id: found(signedIn.find((each) => each.person === person)).personId,
          })),
        )
        .execute();
    }
    const owner = found(signedIn[0]).personId;
    const candidateIds = new Map<string, CandidateId>();
    for (const candidate of candidates) {
      const candidateId = CandidateId.parse(crypto.randomUUID());
      candidateIds.set(candidate.address, candidateId);
      await tx
        .insertInto('candor.candidate')
        .values({
          id: candidateId,
          company_id: companyId,
          name: candidate.name,
          owner_id: owner,
          created_by: owner,
          created_at: now,
        })
        .execute();
      const addressId = crypto.randomUUID();
      const place = { table: 'candidate_address', row: addressId, column: 'address_sealed' };
      await tx
        .insertInto('candor.candidate_address')
        .values({
          id: addressId,
          company_id: companyId,
          candidate_id: candidateId,
          address_hash: sealing.addressHash(companyId, foldAddress(candidate.address as Address)),
          address_sealed: await sealing.sealText(tx, companyId, candidateId, place, candidate.address),
          added_at: now,
        })
        .execute();
      await tx
        .insertInto('candor.application')
        .values({
          company_id: companyId,
          candidate_id: candidateId,
          job_id: found(jobIds.get(candidate.job)),
          stage: candidate.stage,
          stage_since: now - 3 * 86_400_000,
        })
        .execute();
    }
    return candidateIds;
  });
};

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('The world does not hold what a test asked for.');
  return value;
};
