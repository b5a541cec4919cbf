/* Where providers call: what is answered, what follows, and what hostile callers get. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CompanyId, MailboxId } from '../../lib/contract/ids.ts';
import { Failure } from '../../server/base/failure.ts';
import type { Log } from '../../server/base/log.ts';
import { listen } from '../../server/http/listen.ts';
import { gmailHookPath, graphHookPath } from '../../server/http/notifications.ts';
import { createSignIn } from '../../server/http/sign-in.ts';
import type { Job } from '../../server/queue/jobs.ts';
import { keepPush } from '../../server/services/mailboxes/push.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { connectScripted, scriptedAccounts } from '../build/scripted-provider.ts';
import { silentLog } from '../build/silent-log.ts';
import { servicesOn } from '../build/some-services.ts';

const database = aDatabase();
let url: string;
let close: () => Promise<void>;
let jobs: Job[] = [];
let logged: string[] = [];
let signed: () => string;
let enqueueing: () => Promise<void>;
let mailbox: { readonly companyId: CompanyId; readonly mailboxId: MailboxId };
/** The provider begins the mailbox's subscription, or prolongs it. */
let begin: () => Promise<void>;

const subscriptionId = '7f105c7d-2dc5-4530-97cd-4e7ae6534c07';
const clientState = 'a-secret-of-the-subscription';

beforeAll(async () => {
  const note = (event: string, fields: unknown) => {
    logged.push(`${event} ${JSON.stringify(fields)}`);
  };
  const log: Log = { info: note, warn: note, error: note };
  const services = servicesOn(database, {
    log,
    enqueue: async (job) => {
      await enqueueing();
      jobs.push(job);
    },
    providers: {
      graph: scriptedAccounts({
        push: () => ({
          by: 'subscription',
          renew: async () => {
            const expiresAt = database.clock.now() + 86_400_000;
            return { name: subscriptionId, proof: clientState, renewAt: expiresAt, expiresAt };
          },
          end: async () => undefined,
        }),
      }),
    },
    gmailNotices: { by: 'call', open: async () => signed() },
  });
  const signIn = createSignIn({
    pool: database.db.authPool,
    publicUrl: services.publicUrl,
    secret: 'a secret of thirty-two characters.',
    providers: [],
    log: silentLog,
  });
  const listening = await listen({ services, signIn }, { host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${listening.port}`;
  close = listening.close;
  enqueueing = async () => undefined;
  const company = await aCompany(database);
  mailbox = await connectScripted(services, company.companyId, await company.person());
  begin = () => keepPush(services, mailbox, new AbortController().signal);
});
afterAll(() => close());
beforeEach(async () => {
  await begin();
  jobs = [];
  logged = [];
  enqueueing = async () => undefined;
  signed = () => {
    throw new Failure('policy-forbids', 'scripted');
  };
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const notice = (facts: Record<string, unknown> = {}) => ({
  subscriptionId,
  clientState,
  changeType: 'created',
  resource: `Users/1/Messages/AAMkAGUwNjQ4`,
  resourceData: { id: 'AAMkAGUwNjQ4' },
  tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95',
  subscriptionExpirationDateTime: '2026-01-12T00:00:00Z',
  ...facts,
});
const kinds = () => jobs.map(({ kind }) => kind);

describe('Graph', () => {
  test('the token of a handshake comes back as plain text, whatever is in it', async () => {
    const token = 'Validation: Testing <script>alert(1)</script> & more';
    const answer = await fetch(`${url}${graphHookPath}?validationToken=${encodeURIComponent(token)}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe(token);
    expect(jobs).toEqual([]);
  });

  test('a notice is acknowledged with a pull of its mailbox, and nothing it says is taken over', async () => {
    const answer = await post(graphHookPath, { value: [notice()] });
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect(jobs).toEqual([{ kind: 'mailbox.pull', ...mailbox }]);
  });

  test.each([
    ['reauthorizationRequired', ['mailbox.watch']],
    ['subscriptionRemoved', ['mailbox.watch', 'mailbox.pull']],
    ['missed', ['mailbox.pull']],
    ['somethingNew', ['mailbox.pull']],
  ])('%s leads to %j', async (lifecycleEvent, wanted) => {
    expect((await post(graphHookPath, { value: [notice({ lifecycleEvent })] })).status).toBe(202);
    expect(kinds()).toEqual(wanted);
  });

  test('a wrong secret, none, and a subscription nobody has get the same answer and lead to nothing', async () => {
    const answers = await Promise.all(
      [
        notice({ clientState: 'guessed' }),
        notice({ clientState: '' }),
        notice({ clientState: null }),
        notice({ clientState: clientState.slice(0, -1) }),
        notice({ subscriptionId: crypto.randomUUID() }),
      ].map(async (one) => (await post(graphHookPath, { value: [one] })).status),
    );
    expect(new Set(answers)).toEqual(new Set([202]));
    expect(jobs).toEqual([]);
    expect(logged.join('\n')).not.toMatch(/guessed|7f105c7d|a-secret/);
  });

  test.each([
    ['no JSON', '{'],
    ['an array', []],
    ['null', 'null'],
    ['no notices', { value: 'none' }],
    ['a notice of another shape', { value: [{ subscriptionId: { $ne: null } }] }],
    ['a secret that is too long', { value: [notice({ clientState: 'x'.repeat(129) })] }],
    ['too many', { value: Array.from({ length: 1_001 }, () => notice()) }],
    ['a NUL', { value: [notice({ subscriptionId: 'a\u0000b' })] }],
    ['too much', `{"value":[],"more":"${'x'.repeat(600_000)}"}`],
    ['endless depth', '['.repeat(50_000)],
  ])('a body of %s is refused before anything is asked', async (_, body) => {
    const answer = await post(graphHookPath, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(jobs).toEqual([]);
  });

  test.each([
    ['', 400],
    ['x'.repeat(5_000), 400],
  ])('a handshake with a token of %# is no handshake', async (token, status) => {
    const query = token === '' ? 'validationToken=a&validationToken=b' : `validationToken=${token}`;
    expect((await post(`${graphHookPath}?${query}`, {})).status).toBe(status);
  });

  test('a notice that could not be enqueued is asked for again', async () => {
    enqueueing = async () => {
      throw new Error('the database is gone');
    };
    expect((await post(graphHookPath, { value: [notice()] })).status).toBe(500);
  });

  test('a page of another site gets nowhere', async () => {
    const answer = await post(graphHookPath, { value: [notice()] }, { origin: 'https://evil.test' });
    expect(answer.status).toBe(403);
    expect(jobs).toEqual([]);
  });
});

describe('Gmail', () => {
  test('a call that Google did not sign is refused, and its body is never looked at', async () => {
    expect((await post(gmailHookPath, { message: {} })).status).toBe(401);
    expect(jobs).toEqual([]);
  });

  test('an address nobody connected is acknowledged and dropped, and stands in no log', async () => {
    signed = () => 'stranger@elsewhere.test';
    expect((await post(gmailHookPath, {})).status).toBe(204);
    expect(jobs).toEqual([]);
    expect(logged.length).toBe(1);
    expect(logged.join('\n')).not.toContain('stranger');
  });

  test('what is signed and says nothing does not come again, what can not be checked does', async () => {
    signed = () => {
      throw new Failure('bad-input', 'scripted');
    };
    expect((await post(gmailHookPath, {})).status).toBe(204);
    signed = () => {
      throw new Failure('provider-refused', 'scripted');
    };
    expect((await post(gmailHookPath, {})).status).toBe(503);
  });

  test('more than a notice ever holds is refused unread', async () => {
    expect((await post(gmailHookPath, { more: 'x'.repeat(20_000) })).status).toBe(413);
  });
});
