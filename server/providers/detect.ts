/*
 * What serves an address, found out without a password: from what is known beforehand, from the domain's names, from the
 * settings it publishes, and last by guessing. Only the domain is ever told to anybody, never the person's own part of the
 * address. What is found is proposed to the person, and connected to only under the rule for mail hosts.
 */
import { domainToASCII } from 'node:url';
import { domainOf } from '../../lib/domain/address.ts';
import { isHostName, type MailSettings, readAutoconfig } from './autoconfig.ts';
import type { ServerAt } from './consent.ts';
import { type Dns, type HostAt, openDns } from './dns.ts';
import { knownByDomain, knownByHost } from './known-mail.ts';
import type { Detect, Detected } from './provider.ts';
import { type PublicGet, type PublicGetOptions, publicGet } from './public-get.ts';

/** All of it together. */
const longestMs = 12_000;

/** Options: only for stand-ins on this machine. */
export const detector =
  (options: { readonly dnsServers?: readonly string[]; readonly get?: PublicGetOptions } = {}): Detect =>
  async (address, signal) => {
    const domain = domainToASCII(domainOf(address));
    if (!isHostName(domain)) return { kind: 'unknown' };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
    const dns = openDns(limited, options.dnsServers);
    const get = publicGet(dns, options.get);
    const ways = [
      async () => knownByDomain(domain),
      async () => first((await dns.mailHosts(domain)).map(knownByHost)),
      // Where a filter takes the mail first, its own names still tell where mailboxes lie.
      async () => first((await dns.aliases(`autodiscover.${domain}`)).map(knownByHost)),
      async () => toDetected(await published(get, domain, limited)),
      async () => toDetected(await offered(dns, domain)),
      async () => toDetected(await guessed(dns, domain)),
    ];
    for (const way of ways) {
      const found = await way();
      signal.throwIfAborted();
      if (found !== undefined) return found;
    }
    return { kind: 'unknown' };
  };

const first = <T>(items: readonly (T | undefined)[]): T | undefined =>
  items.find((item) => item !== undefined);

/** Source: "Autoconfiguration in Thunderbird", wiki.mozilla.org, read 2026-11; its way without encryption is left out. */
const published = async (
  get: PublicGet,
  domain: string,
  signal: AbortSignal,
): Promise<MailSettings | undefined> => {
  const texts = await Promise.all([
    get(`autoconfig.${domain}`, '/mail/config-v1.1.xml', signal),
    get(domain, '/.well-known/autoconfig/mail/config-v1.1.xml', signal),
  ]);
  return first(texts.map((text) => (text === undefined ? undefined : readAutoconfig(text, domain))));
};

/** Source: RFC 6186 sec. 3, RFC 8314 sec. 5.1 */
const offered = async (dns: Dns, domain: string): Promise<MailSettings> => {
  const [imaps, imap, submissions, submission] = await Promise.all(
    ['_imaps._tcp', '_imap._tcp', '_submissions._tcp', '_submission._tcp'].map((service) =>
      dns.services(`${service}.${domain}`),
    ),
  );
  return settings(
    serverAt(imaps?.[0], 'tls') ?? serverAt(imap?.[0], 'starttls'),
    serverAt(submissions?.[0], 'tls') ?? serverAt(submission?.[0], 'starttls'),
  );
};

/** By the names most servers go by, as far as they exist. */
const guessed = async (dns: Dns, domain: string): Promise<MailSettings> => {
  const [imap, smtp, mail] = await Promise.all(
    ['imap', 'smtp', 'mail'].map(async (name) => {
      const host = `${name}.${domain}`;
      return (await dns.addresses(host)).length > 0 ? host : undefined;
    }),
  );
  const at = (host: string | undefined, port: number) =>
    serverAt(host === undefined ? undefined : { host, port }, 'tls');
  return settings(at(imap ?? mail, 993), at(smtp ?? mail, 465));
};

const serverAt = (at: HostAt | undefined, security: ServerAt['security']): ServerAt | undefined =>
  at === undefined || !isHostName(at.host) || at.port < 1 ? undefined : { ...at, security };

const settings = (imap: ServerAt | undefined, smtp: ServerAt | undefined): MailSettings => ({
  ...(imap === undefined ? {} : { imap }),
  ...(smtp === undefined ? {} : { smtp }),
});

/** Settings may point to a provider that is better opened by consent. */
const toDetected = (found: MailSettings | undefined): Detected | undefined => {
  if (found?.imap === undefined) return undefined;
  const known = knownByHost(found.imap.host);
  return known === undefined || known.kind === 'imap' ? { kind: 'imap', ...found } : known;
};
