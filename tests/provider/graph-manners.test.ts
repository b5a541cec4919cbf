/* How Graph is asked: how many at once, under which ids, for what, and what is never asked for. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ThreadRef } from '../../lib/contract/page.ts';
import { graphScopes } from '../../server/providers/graph/authority.ts';
import { graphProvider } from '../../server/providers/graph/index.ts';
import { graphQuota } from '../../server/providers/graph/quota.ts';
import { readHeaders } from '../../server/providers/mime.ts';
import type { CopyRef } from '../../server/providers/provider.ts';
import { ana, fixedToken, type GraphAtLab, openGraphAtLab, toRef } from './graph-at-lab.ts';
import { letter } from './letter.ts';
import { addressOf, deliverMany, never } from './mailbox-under-test.ts';

describe('how Graph is asked', () => {
  let box: GraphAtLab;
  beforeEach(async () => {
    box = await openGraphAtLab();
  });
  afterEach(() => box.close());

  const paths = () => box.lab.requests.map(({ method, path }) => `${method} ${path}`);
  const jane = addressOf('jane@candidates.test');
  const everyVerb = async (provider = box.provider): Promise<CopyRef> => {
    const cursor = await provider.start(never);
    const ref = box.deliver(letter({}));
    const lost = box.deliver(letter({ subject: 'removed' }));
    await provider.profile(never);
    await provider.label(ref.providerThreadId, 'Candor', true, never);
    const first = await provider.pull(cursor, {}, never);
    await box.remove(lost);
    await provider.pull(first.next, {}, never);
    await provider.readThread(ref.providerThreadId, never);
    await provider.readHeaders(ref.providerMessageId, never);
    await provider.fetch(ref.providerMessageId, 10_000, never);
    await provider.search({ by: 'addresses', addresses: [jane] }, {}, undefined, never);
    await provider.search({ by: 'label' }, {}, undefined, never);
    await provider.label(ref.providerThreadId, 'Candor', false, never);
    return ref;
  };

  test('every request asks for ids that outlive a move, those inside a batch too', async () => {
    await everyVerb();
    const asked = box.lab.requests.filter(({ path }) => path.startsWith('/me') || path === '/$batch');
    expect(asked.some(({ isInner }) => isInner)).toBe(true);
    expect(asked.filter(({ prefer }) => prefer?.includes('IdType="ImmutableId"') !== true)).toEqual([]);
  });

  test('the ids of a message and a thread fit what a mail page may name', async () => {
    const ref = box.deliver(letter({}));
    for (const providerThreadId of [ref.providerThreadId, ref.providerMessageId])
      expect(ThreadRef.safeParse({ mailboxAddress: ana, providerThreadId }).success).toBe(true);
    expect((await box.provider.readHeaders(ref.providerMessageId, never)).providerThreadId).toBe(
      ref.providerThreadId,
    );
  });

  test('a mailbox in which nothing happened and that has no more than twenty folders is asked three times', async () => {
    for (let nth = 0; nth < 10; nth += 1) box.lab.mailbox(ana).makeFolder(`Folder ${nth}`);
    const cursor = await box.provider.start(never);
    const before = box.lab.requests.length;
    await box.provider.pull(cursor, {}, never);
    const asked = box.lab.requests.slice(before).filter(({ isInner }) => !isInner);
    expect(asked.map(({ path }) => path.split('?')[0])).toEqual([
      '/$batch',
      '/me/mailFolders/delta',
      '/$batch',
    ]);
  });

  test('reading headers never asks for a body', async () => {
    const ref = box.deliver(letter({}));
    await box.provider.readHeaders(ref.providerMessageId, never);
    await box.provider.readThread(ref.providerThreadId, never);
    for (const path of paths()) {
      expect(path).not.toMatch(/\$value|[=,](body|bodyPreview|uniqueBody)\b/);
      if (path.includes('/messages')) expect(path).toContain('$select=');
    }
  });

  test('a message sent from here has the ids and people that Graph hides the header block of', async () => {
    const raw = letter({
      from: 'Ana Lund <ana@acme.test>',
      to: '"Doe, Jane" <jane@candidates.test>',
      bcc: 'mia@acme.test',
      subject: 'Re: Your application',
      id: 'sent@x.test',
      inReplyTo: 'b@x.test',
      references: ['a@x.test', 'b@x.test'],
    });
    const sent = toRef(box.lab.deliver(ana, raw, { folder: 'sentitems', isOwn: true }));
    const copy = await box.provider.readHeaders(sent.providerMessageId, never);
    const read = readHeaders(copy.headers, copy.receivedAt);
    expect(read).toMatchObject({
      messageId: 'sent@x.test',
      inReplyTo: ['b@x.test'],
      references: ['a@x.test', 'b@x.test'],
      subject: 'Re: Your application',
    });
    expect(read.participants.map(({ role, address }) => [role, address])).toEqual([
      ['from', 'ana@acme.test'],
      ['to', 'jane@candidates.test'],
      ['bcc', 'mia@acme.test'],
    ]);
    expect(paths().join('\n')).not.toContain('$value');
  });

  test('a draft stands as a draft', async () => {
    const ref = toRef(box.lab.deliver(ana, letter({}), { folder: 'drafts', isOwn: true, isDraft: true }));
    expect((await box.provider.readHeaders(ref.providerMessageId, never)).place.isDraft).toBe(true);
  });

  test('a message that is far too large is never downloaded, and one just over it not to its end', async () => {
    const huge = box.deliver(letter({ body: 'x'.repeat(200_000) }));
    const over = box.deliver(letter({ body: 'x'.repeat(20_000) }));
    for (const ref of [huge, over])
      await expect(box.provider.fetch(ref.providerMessageId, 10_000, never)).rejects.toMatchObject({
        reason: 'too-large',
      });
    const downloads = paths().filter((path) => path.endsWith('$value'));
    expect(downloads.map((path) => path.includes(over.providerMessageId))).toEqual([true]);
  });

  test('a message that answers no other costs one call beside the folders', async () => {
    const first = box.deliver(letter({ id: 'a@x.test' }));
    await box.provider.readHeaders(first.providerMessageId, never);
    const before = box.lab.requests.length;
    const second = box.deliver(letter({ id: 'other@x.test' }));
    await box.provider.readHeaders(second.providerMessageId, never);
    expect(box.lab.requests.length - before).toBe(1);
  });

  test('mail that Outlook puts beside a labelled thread by its subject alone does not take over the label', async () => {
    const labelled = box.deliver(letter({ id: 'a@x.test' }));
    await box.provider.label(labelled.providerThreadId, 'Candor', true, never);
    const beside = box.stored(labelled);
    const stranger = toRef(box.lab.deliver(ana, letter({ id: 'b@y.test' }), { beside }));
    const reply = toRef(box.lab.deliver(ana, letter({ id: 'c@x.test', inReplyTo: 'a@x.test' })));
    const isLabelled = async (ref: CopyRef) =>
      (await box.provider.readHeaders(ref.providerMessageId, never)).place.isLabelled;
    expect(stranger.providerThreadId).toBe(labelled.providerThreadId);
    expect([await isLabelled(stranger), await isLabelled(reply)]).toEqual([false, true]);
  });

  test('a category the person has on a message stays when the label comes and goes [LF-12]', async () => {
    const ref = box.deliver(letter({}));
    box.lab.mailbox(ana).categorise(box.stored(ref), ['Urgent']);
    await box.provider.label(ref.providerThreadId, 'Candor', true, never);
    expect(box.stored(ref).categories).toEqual(['Urgent', 'Candor']);
    await box.provider.label(ref.providerThreadId, 'candor', false, never);
    expect(box.stored(ref).categories).toEqual(['Urgent']);
    expect(box.lab.mailbox(ana).categories.map(({ displayName }) => displayName)).toEqual(['Candor']);
  });

  test('a label whose name has an apostrophe is found again', async () => {
    const provider = graphProvider({
      auth: fixedToken(box.lab.grant(ana, graphScopes).accessToken),
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: "Ann's & co",
    });
    const ref = box.deliver(letter({}));
    await provider.label(ref.providerThreadId, "Ann's & co", true, never);
    expect((await provider.search({ by: 'label' }, {}, undefined, never)).found).toEqual([ref]);
  });

  test('a mailbox never has more than four calls under way, and a batch counts as four', async () => {
    const quota = graphQuota(box.clock);
    const open = () =>
      graphProvider({
        auth: fixedToken(box.lab.grant(ana, graphScopes).accessToken),
        rootUrl: box.lab.url,
        clock: box.clock,
        candidateLabelName: 'Candor',
        quota,
      });
    const [one, two] = [open(), open()];
    const held = box.lab.hold('GET /me?');
    const calls = [one, two].flatMap((provider) => Array.from({ length: 6 }, () => provider.profile(never)));
    const batches = [one.start(never), two.start(never)];
    await held.reached(4);
    for (const _ of [1, 2, 3]) await fetch(`${box.lab.issuer}/.well-known/openid-configuration`);
    const waiting = held.waiting();
    held.release();
    await Promise.all([...calls, ...batches]);
    expect(waiting).toBe(4);
    expect(box.lab.requests.filter(({ status }) => status === 429)).toEqual([]);
  });

  test('an aborted call stops while Graph keeps it waiting, and gives its place to the next', async () => {
    const held = box.lab.hold('GET /me?');
    const stop = new AbortController();
    const reason = new Error('stopped');
    const stuck = Array.from({ length: 5 }, () =>
      box.provider.profile(stop.signal).catch((thrown: unknown) => thrown),
    );
    await held.reached(4);
    stop.abort(reason);
    expect(await Promise.all(stuck)).toEqual([reason, reason, reason, reason, reason]);
    held.release();
    // The lab counts a call until it is answered, as Graph does.
    await expect.poll(() => box.provider.profile(never).catch(() => undefined)).toEqual({ address: ana });
  });

  test('background work stops before it spends what is kept for the person', async () => {
    const quota = graphQuota(box.clock, 20);
    const options = {
      auth: fixedToken(box.lab.grant(ana, graphScopes).accessToken),
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
      quota,
    };
    const background = graphProvider(options);
    for (let nth = 0; nth < 16; nth += 1) await background.profile(never);
    await expect(background.profile(never)).rejects.toMatchObject({
      reason: 'provider-busy',
      retryAfterMs: 600_000,
    });
    const person = graphProvider({ ...options, priority: 'person' });
    expect(await person.profile(never)).toEqual({ address: ana });
  });

  test('a search goes on behind the thousandth message, where Outlook ends without saying so', async () => {
    const at = (nth: number) => box.clock.now() - nth * 600_000;
    const all = await deliverMany(box, 1_050, (nth) => ({
      raw: letter({ subject: `Nr ${nth}` }).replace(
        /^Date: .*$/m,
        `Date: ${new Date(at(nth)).toUTCString()}`,
      ),
      at: at(nth),
    }));
    const found: CopyRef[] = [];
    let page: string | undefined;
    do {
      const answer = await box.provider.search({ by: 'addresses', addresses: [jane] }, {}, page, never);
      found.push(...answer.found);
      page = answer.nextPage;
    } while (page !== undefined);
    expect(found).toEqual(all);
  });

  test('no verb deletes anything from the mailbox [LF-16]', async () => {
    const ref = await everyVerb();
    expect(paths().filter((path) => /^DELETE |\/move|permanentDelete/i.test(path))).toEqual([]);
    expect(box.stored(ref).folderId).toBe(box.lab.mailbox(ana).folder('inbox').id);
  });
});
