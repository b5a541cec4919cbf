/* The subscription of each connected mailbox is kept alive, whatever befalls it, and never holds polling up. */
import { beforeEach, expect, test } from 'vitest';
import type { CompanyId, MailboxId, PersonId } from '../../lib/contract/ids.ts';
import { Failure } from '../../server/base/failure.ts';
import type { Push, Subscription } from '../../server/providers/provider.ts';
import type { Job } from '../../server/queue/jobs.ts';
import type { Actor } from '../../server/services/actor.ts';
import { type Notice, takeNotices } from '../../server/services/mailboxes/notices.ts';
import { enqueueWatches, keepPush } from '../../server/services/mailboxes/push.ts';
import { changeMailbox } from '../../server/services/mailboxes/switches.ts';
import { enqueuePulls } from '../../server/services/mailboxes/sync.ts';
import type { Services } from '../../server/services/services.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { connectScripted, scriptedAccounts } from '../build/scripted-provider.ts';
import { servicesOn } from '../build/some-services.ts';

const database = aDatabase();
const dayMs = 86_400_000;
const never = new AbortController().signal;

let services: Services;
let jobs: Job[];
let push: Push | undefined;
/** What the provider was asked, and what it holds. */
let asked: string[];
let renewing: (held: Subscription | undefined) => Promise<void>;
let at: { readonly companyId: CompanyId; readonly mailboxId: MailboxId };
let personId: PersonId;
let begun = 0;

beforeEach(async () => {
  jobs = [];
  asked = [];
  renewing = async () => undefined;
  push = {
    by: 'subscription',
    renew: async (held) => {
      asked.push(held === undefined ? 'begin' : `renew ${held.name}`);
      await renewing(held);
      begun += 1;
      const now = database.clock.now();
      const { name, proof } = held ?? { name: `subscription-${begun}`, proof: `secret-${begun}` };
      return {
        name,
        ...(proof === undefined ? {} : { proof }),
        renewAt: now + dayMs,
        expiresAt: now + 3 * dayMs,
      };
    },
    end: async ({ name }) => {
      asked.push(`end ${name}`);
    },
  };
  services = servicesOn(database, {
    providers: { graph: scriptedAccounts({ push: () => push }) },
    enqueue: async (job) => {
      jobs.push(job);
    },
  });
  await database.query("update candor.mailbox set state = 'off'");
  const company = await aCompany(database);
  personId = await company.person();
  at = await connectScripted(services, company.companyId, personId);
});

const keep = () => keepPush(services, at, never);
const due = async () => {
  jobs = [];
  await enqueueWatches(services);
  return jobs.length;
};
const row = async () =>
  (
    await database.query<{ pushed_by: string; held: boolean; renew_at: string }>(
      `select pushed_by, held_sealed is not null as held, renew_at from candor.mailbox_push where mailbox_id = '${at.mailboxId}'`,
    )
  )[0];
const notice = async (facts: Partial<Notice>, isSigned = false) => {
  jobs = [];
  await takeNotices(
    services,
    'graph',
    [{ name: `subscription-${begun}`, proof: `secret-${begun}`, event: 'changed', ...facts }],
    isSigned,
  );
  return jobs.map(({ kind }) => kind);
};

const turnOff = () =>
  changeMailbox(services, actorOf(), { kind: 'turn-off', mailboxId: at.mailboxId, brought: 'keep' });

test('a connected mailbox’s subscription is begun, left alone until it is due, then prolonged', async () => {
  expect(await due()).toBe(1);
  await keep();
  expect(await due()).toBe(0);
  await keep();
  database.clock.at += dayMs;
  expect(await due()).toBe(1);
  await keep();
  expect(asked).toEqual(['begin', `renew subscription-${begun - 1}`]);
});

test('neither the name nor the secret of a subscription stands in the database', async () => {
  await keep();
  const [dumped] = await database.query<{ text: string }>(
    "select string_agg(to_jsonb(p)::text, E'\\n') as text from candor.mailbox_push p",
  );
  expect(dumped?.text).toContain(at.mailboxId);
  for (const secret of [`subscription-${begun}`, `secret-${begun}`]) {
    expect(dumped?.text).not.toContain(secret);
    expect(dumped?.text).not.toContain(Buffer.from(secret).toString('hex'));
  }
});

test('a mailbox that nothing tells of, or a connection does, is noted as such and asked anew later', async () => {
  for (const [given, wanted] of [
    [undefined, 'nothing'],
    [{ by: 'connection', listen: async () => undefined } satisfies Push, 'connection'],
  ] as const) {
    push = given;
    await keep();
    expect(await row()).toMatchObject({ pushed_by: wanted, held: false });
    expect(await due()).toBe(0);
    database.clock.at += 3_600_000;
    expect(await due()).toBe(1);
  }
});

test('a subscription that fails is tried again later, keeps what was held, and stops no poll', async () => {
  await keep();
  database.clock.at += dayMs;
  renewing = async () => {
    throw new Failure('provider-refused', 'scripted');
  };
  await expect(keep()).rejects.toMatchObject({ reason: 'provider-refused' });
  expect(await due()).toBe(0);
  expect(await notice({})).toEqual(['mailbox.pull']);
  jobs = [];
  await enqueuePulls(services);
  expect(jobs).toEqual([{ kind: 'mailbox.pull', ...at }]);
  database.clock.at += 10 * 60_000;
  expect(await due()).toBe(1);
});

test('a provider that asks to wait is not put off beyond its own wait', async () => {
  renewing = async () => {
    throw new Failure('provider-busy', 'scripted', { retryAfterMs: 1_000 });
  };
  await expect(keep()).rejects.toMatchObject({ reason: 'provider-busy' });
  expect(await due()).toBe(1);
});

test('a mailbox that lets us in no more is not asked again until it is reconnected', async () => {
  renewing = async () => {
    throw new Failure('mailbox-disconnected', 'scripted');
  };
  await expect(keep()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
  expect(await due()).toBe(0);
});

test('turning the mailbox off ends the subscription, and what it still tells is dropped', async () => {
  await keep();
  await turnOff();
  expect(asked.at(-1)).toBe(`end subscription-${begun}`);
  expect(await row()).toBeUndefined();
  expect(await notice({})).toEqual([]);
});

test('a mailbox is turned off though its subscription can not be ended', async () => {
  await keep();
  const { by, renew } = push as Extract<Push, { by: 'subscription' }>;
  push = { by, renew, end: () => Promise.reject(new Failure('provider-refused', 'scripted')) };
  const [mailbox] = await turnOff();
  expect(mailbox?.state).toBe('off');
});

test('one that is begun while the mailbox is turned off is ended and not kept', async () => {
  renewing = async () => {
    await turnOff();
  };
  await keep();
  expect(asked).toEqual(['begin', `end subscription-${begun}`]);
  expect(await row()).toBeUndefined();
});

test('a notice leads to a pull only with the subscription’s own secret, and one for nobody is dropped', async () => {
  await keep();
  expect(await notice({})).toEqual(['mailbox.pull']);
  for (const wrong of [{ proof: 'guessed' }, { proof: undefined }, { proof: '' }, { name: 'nobody' }])
    expect(await notice(wrong)).toEqual([]);
});

test('a subscription that was begun without a secret takes no notice but a signed one', async () => {
  const { by, renew, end } = push as Extract<Push, { by: 'subscription' }>;
  push = {
    by,
    end,
    renew: async (held, signal) => {
      const { proof: _, ...open } = await renew(held, signal);
      return open;
    },
  };
  await keep();
  expect(await notice({ proof: undefined })).toEqual([]);
  expect(await notice({ proof: '' })).toEqual([]);
  expect(await notice({ proof: undefined }, true)).toEqual(['mailbox.pull']);
});

test('a thousand notices for one mailbox are one pull', async () => {
  await keep();
  jobs = [];
  const one = { name: `subscription-${begun}`, proof: `secret-${begun}`, event: 'changed' } as const;
  await takeNotices(
    services,
    'graph',
    Array.from({ length: 1_000 }, () => one),
    false,
  );
  expect(jobs).toEqual([{ kind: 'mailbox.pull', ...at }]);
});

test('a subscription that is to be reauthorised is renewed at once', async () => {
  await keep();
  expect(await notice({ event: 'expiring' })).toEqual(['mailbox.watch']);
  await keep();
  expect(asked.at(-1)).toBe(`renew subscription-${begun - 1}`);
});

test('a subscription that was removed is begun anew, and what was missed is looked for', async () => {
  await keep();
  expect(await notice({ event: 'removed' })).toEqual(['mailbox.watch', 'mailbox.pull']);
  await keep();
  expect(asked).toEqual(['begin', 'begin']);
  expect(await notice({ event: 'missed' })).toEqual(['mailbox.pull']);
});

const actorOf = (): Actor => ({
  personId,
  companyId: at.companyId,
  name: 'A person',
  address: `${personId}@acme.example`,
  role: 'interviewer',
});
