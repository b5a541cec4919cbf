/* What serves an address: by a name server and a web server on this machine, which say what a stranger's domain might. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Answer } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAutoconfig } from '../../server/providers/autoconfig.ts';
import { detector } from '../../server/providers/detect.ts';
import type { Detected } from '../../server/providers/provider.ts';
import { type DnsLab, startDnsLab } from '../lab/dns.ts';
import { selfSigned } from '../lab/gmail-page/self-signed.ts';
import { addressOf, never } from './mailbox-under-test.ts';

const mx = (name: string, exchange: string, preference = 10): Answer => ({
  type: 'MX',
  name,
  data: { preference, exchange },
});
const a = (name: string, data = '127.0.0.1'): Answer => ({ type: 'A', name, data });
const srv = (name: string, target: string, port: number, priority = 10): Answer => ({
  type: 'SRV',
  name,
  data: { target, port, priority, weight: 0 },
});
const imap = (host: string, port = 993, security = 'tls') => ({ host, port, security });

const incoming = (host: string, port = 993, socketType = 'SSL', type = 'imap') =>
  `<incomingServer type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socketType}</socketType></incomingServer>`;
const outgoing = (host: string, port = 465, socketType = 'SSL') =>
  `<outgoingServer type="smtp"><hostname>${host}</hostname><port>${port}</port><socketType>${socketType}</socketType></outgoingServer>`;
const config = (...servers: readonly string[]) =>
  `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x"><domain>x</domain>${servers.join('')}</emailProvider></clientConfig>`;

describe('what serves an address', () => {
  let dns: DnsLab | undefined;
  let web: Server | undefined;
  let heard: string[] = [];
  afterEach(async () => {
    await dns?.close();
    const closing = web;
    if (closing !== undefined) await new Promise((resolve) => closing.close(resolve));
    [dns, web] = [undefined, undefined];
  });
  beforeEach(() => {
    heard = [];
  });

  const detect = async (
    text: string,
    answers: readonly Answer[],
    get: NonNullable<Parameters<typeof detector>[0]>['get'] = {},
  ): Promise<Detected> => {
    dns = await startDnsLab(answers);
    return detector({ dnsServers: [dns.server], get })(addressOf(text), never);
  };
  /** A web server at the host, and what is needed to ask it. */
  const webAt = async (host: string, body: string, status = 200, headers: Record<string, string> = {}) => {
    const keys = selfSigned(host, Date.now());
    const server = createServer(keys, (request, response) => {
      heard.push(`${request.headers.host} ${request.url}`);
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    web = server;
    return { ca: keys.cert, port: (server.address() as AddressInfo).port, isAllowed: () => true };
  };

  test.each([
    ['ana@gmail.com', { kind: 'gmail' }],
    ['ana@outlook.com', { kind: 'graph' }],
    ['ana@hotmail.co.uk', { kind: 'graph' }],
    ['ana@live.de', { kind: 'graph' }],
    ['ana@gmx.de', { kind: 'imap', imap: imap('imap.gmx.net'), smtp: imap('mail.gmx.net', 465) }],
    [
      'ana@icloud.com',
      { kind: 'imap', imap: imap('imap.mail.me.com'), smtp: imap('smtp.mail.me.com', 587, 'starttls') },
    ],
  ])('%s is known beforehand, and nobody is asked', async (text, expected) => {
    expect(await detect(text, [])).toEqual(expected);
    expect(dns?.asked).toEqual([]);
  });

  test.each([
    ['aspmx.l.google.com', 'gmail'],
    ['ALT1.ASPMX.L.GOOGLE.COM', 'gmail'],
    ['aspmx2.googlemail.com', 'gmail'],
    ['acme-test.mail.protection.outlook.com', 'graph'],
    ['acme-test.a-v1.mx.microsoft', 'graph'],
  ])('mail taken by %s is %s [JS-15]', async (exchange, kind) => {
    expect(await detect('ana@acme.test', [mx('acme.test', exchange)])).toEqual({ kind });
    expect(dns?.asked).toEqual(['MX acme.test']);
  });

  test('the preferred mail host counts', async () => {
    const answers = [
      mx('acme.test', 'aspmx.l.google.com', 20),
      mx('acme.test', 'acme-test.mail.protection.outlook.com', 5),
    ];
    expect(await detect('ana@acme.test', answers)).toEqual({ kind: 'graph' });
  });

  test('a host that only looks like Google’s is none', async () => {
    expect(await detect('ana@acme.test', [mx('acme.test', 'aspmx.l.google.com.evil.test')])).toEqual({
      kind: 'unknown',
    });
  });

  test('behind a filter, the name Outlook looks for tells', async () => {
    const answers: Answer[] = [
      mx('acme.test', 'mx1.acme-test.filter.test'),
      { type: 'CNAME', name: 'autodiscover.acme.test', data: 'autodiscover.outlook.com' },
    ];
    expect(await detect('ana@acme.test', answers)).toEqual({ kind: 'graph' });
  });

  test('a domain in another script is asked for as the names of hosts are written', async () => {
    expect(await detect('ana@büro.test', [mx('xn--bro-hoa.test', 'aspmx.l.google.com')])).toEqual({
      kind: 'gmail',
    });
  });

  test('published settings are taken, encrypted ones alone, and the person’s own part is told to nobody', async () => {
    const get = await webAt(
      'autoconfig.acme.test',
      config(
        incoming('pop.acme.test', 995, 'SSL', 'pop3'),
        incoming('plain.acme.test', 143, 'plain'),
        incoming('IMAP.%EMAILDOMAIN%', 143, 'STARTTLS'),
        outgoing('smtp.acme.test', 25, 'plain'),
        outgoing('smtp.acme.test', 587, 'STARTTLS'),
      ),
    );
    expect(await detect('ana.secret@acme.test', [a('autoconfig.acme.test')], get)).toEqual({
      kind: 'imap',
      imap: imap('imap.acme.test', 143, 'starttls'),
      smtp: imap('smtp.acme.test', 587, 'starttls'),
    });
    expect(heard).toEqual(['autoconfig.acme.test /mail/config-v1.1.xml']);
    expect([...heard, ...(dns?.asked ?? [])].join()).not.toContain('secret');
  });

  test('they may lie at the domain itself, and may name a provider that is opened by consent', async () => {
    const get = await webAt('acme.test', config(incoming('outlook.office365.com')));
    expect(await detect('ana@acme.test', [a('acme.test')], get)).toEqual({ kind: 'graph' });
    expect(heard).toEqual(['acme.test /.well-known/autoconfig/mail/config-v1.1.xml']);
  });

  test('a host at an address that is not public is not asked', async () => {
    const { isAllowed: _, ...get } = await webAt('autoconfig.acme.test', config(incoming('imap.acme.test')));
    expect(await detect('ana@acme.test', [a('autoconfig.acme.test')], get)).toEqual({ kind: 'unknown' });
    expect(heard).toEqual([]);
  });

  test('nor one that has a public address besides', async () => {
    const get = await webAt('autoconfig.acme.test', config(incoming('imap.acme.test')));
    const isAllowed = (address: string) => address === '127.0.0.1';
    const answers = [a('autoconfig.acme.test'), a('autoconfig.acme.test', '10.0.0.1')];
    expect(await detect('ana@acme.test', answers, { ...get, isAllowed })).toEqual({ kind: 'unknown' });
    expect(heard).toEqual([]);
  });

  test.each([
    ['a way elsewhere', 302, { location: 'https://elsewhere.test/config.xml' }, ''],
    ['what is not there', 404, {}, config(incoming('imap.acme.test'))],
    ['too much', 200, {}, `${config(incoming('imap.acme.test'))}${' '.repeat(70_000)}`],
    ['a web page', 200, {}, '<!doctype html><p>Hello'],
  ])('%s is no settings', async (_what, status, headers, body) => {
    const get = await webAt('autoconfig.acme.test', body, status, headers);
    expect(await detect('ana@acme.test', [a('autoconfig.acme.test')], get)).toEqual({ kind: 'unknown' });
    expect(heard.length).toBe(1);
  });

  test('a host without a certificate for its name is not listened to', async () => {
    const get = await webAt('other.test', config(incoming('imap.acme.test')));
    expect(await detect('ana@acme.test', [a('autoconfig.acme.test')], get)).toEqual({ kind: 'unknown' });
  });

  test('services the domain names are taken in its order, encrypted from the first byte before the other kind', async () => {
    const answers = [
      srv('_imaps._tcp.acme.test', 'second.acme.test', 993, 20),
      srv('_imaps._tcp.acme.test', 'first.acme.test', 1993, 10),
      srv('_imap._tcp.acme.test', 'other.acme.test', 143),
      srv('_submissions._tcp.acme.test', '.', 0),
      srv('_submission._tcp.acme.test', 'smtp.acme.test', 587),
    ];
    expect(await detect('ana@acme.test', answers)).toEqual({
      kind: 'imap',
      imap: imap('first.acme.test', 1993),
      smtp: imap('smtp.acme.test', 587, 'starttls'),
    });
  });

  test('a service at "." is not offered', async () => {
    expect(await detect('ana@acme.test', [srv('_imaps._tcp.acme.test', '.', 0)])).toEqual({
      kind: 'unknown',
    });
  });

  test('last comes a guess, by names that are there', async () => {
    const answers = [a('mail.acme.test', '192.0.2.7'), a('smtp.acme.test', '192.0.2.8')];
    expect(await detect('ana@acme.test', answers)).toEqual({
      kind: 'imap',
      imap: imap('mail.acme.test'),
      smtp: imap('smtp.acme.test', 465),
    });
  });

  test.each(['ana@[127.0.0.1]', 'ana@localhost', 'ana@acme.test'])(
    'what cannot be found out of %s is unknown',
    async (text) => {
      expect(await detect(text, [])).toEqual({ kind: 'unknown' });
    },
  );

  test('a name server that is gone makes everything unknown', async () => {
    const gone = await startDnsLab([]);
    await gone.close();
    expect(await detector({ dnsServers: [gone.server] })(addressOf('ana@acme.test'), never)).toEqual({
      kind: 'unknown',
    });
  });

  test('an aborted signal ends it with its own reason', async () => {
    const reason = new Error('stopped');
    dns = await startDnsLab([]);
    const detecting = detector({ dnsServers: [dns.server] })(
      addressOf('ana@acme.test'),
      AbortSignal.abort(reason),
    );
    await expect(detecting).rejects.toBe(reason);
  });
});

describe('published settings', () => {
  test('expand no entities, however they are nested', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "${'&a;'.repeat(100)}"><!ENTITY h "imap.evil.test">]>`;
    const xml = config(incoming('&h;')).replace('?>', `?>${bomb}`);
    expect(readAutoconfig(xml, 'acme.test')?.imap).toBeUndefined();
  });

  test.each([
    '',
    '<',
    'null',
    '<clientConfig/>',
    `${'<a>'.repeat(5_000)}`,
    '<clientConfig><emailProvider><__proto__/></emailProvider></clientConfig>',
    '<constructor/>',
  ])('that are none are none: %.30s', (xml) => {
    expect(readAutoconfig(xml, 'acme.test')?.imap).toBeUndefined();
  });

  test.each(['127.0.0.1', 'localhost', '', 'a b.test', '-x.test', 'imap.test/..', `${'a'.repeat(300)}.test`])(
    'name hosts, not %j',
    (host) => {
      expect(readAutoconfig(config(incoming(host)), 'acme.test')).toEqual({});
    },
  );
});
