/*
 * What serves the mail of a domain, where it is known beforehand: the large public providers by their domain, and those who
 * serve many companies by the name of the server that takes their mail (MX).
 */
import type { ServerAt } from './consent.ts';
import type { Detected } from './provider.ts';

/** By the domain of an address, in lower case. */
export const knownByDomain = (domain: string): Detected | undefined =>
  consumerOffice.test(domain) ? { kind: 'graph' } : byDomain.get(domain);

/** By a host that takes mail for the domain, or one that people read their mail at. */
export const knownByHost = (host: string): Detected | undefined =>
  hosts.find(([suffix]) => host === suffix || host.endsWith(`.${suffix}`))?.[1];

/** Microsoft's own, each under many countries. */
const consumerOffice =
  /^((hotmail|live|outlook)(\.[a-z]{2,3}){1,2}|msn\.com|passport\.com|windowslive\.com)$/;

const at = (host: string, port: number): ServerAt => ({
  host,
  port,
  security: port === 993 || port === 465 ? 'tls' : 'starttls',
});
const imap = (imapHost: string, smtpHost: string, smtpPort = 465): Detected => ({
  kind: 'imap',
  imap: at(imapHost, 993),
  smtp: at(smtpHost, smtpPort),
});
const gmail: Detected = { kind: 'gmail' };
const graph: Detected = { kind: 'graph' };

const aol = imap('imap.aol.com', 'smtp.aol.com');
const fastmail = imap('imap.fastmail.com', 'smtp.fastmail.com');
const gmx = imap('imap.gmx.net', 'mail.gmx.net');
const icloud = imap('imap.mail.me.com', 'smtp.mail.me.com', 587);
const ionos = imap('imap.ionos.de', 'smtp.ionos.de');
const mailRu = imap('imap.mail.ru', 'smtp.mail.ru');
const mailboxOrg = imap('imap.mailbox.org', 'smtp.mailbox.org');
const orange = imap('imap.orange.fr', 'smtp.orange.fr');
const posteo = imap('posteo.de', 'posteo.de');
const rackspace = imap('secure.emailsrvr.com', 'secure.emailsrvr.com');
const tOnline = imap('secureimap.t-online.de', 'securesmtp.t-online.de');
const yahoo = imap('imap.mail.yahoo.com', 'smtp.mail.yahoo.com');
const yandex = imap('imap.yandex.com', 'smtp.yandex.com');

/** Source: the providers' own help, as thunderbird/autoconfig (ispdb) lists them, read 2026-11. */
const byDomain: ReadonlyMap<string, Detected> = new Map([
  ...['gmail.com', 'googlemail.com'].map((domain) => [domain, gmail] as const),
  ...['aol.com', 'aol.de', 'aol.fr', 'aol.co.uk'].map((domain) => [domain, aol] as const),
  ...['fastmail.com', 'fastmail.fm'].map((domain) => [domain, fastmail] as const),
  ...['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.org'].map((domain) => [domain, gmx] as const),
  ['gmx.com', imap('imap.gmx.com', 'mail.gmx.com')],
  ['mail.com', imap('imap.mail.com', 'smtp.mail.com')],
  ['web.de', imap('imap.web.de', 'smtp.web.de')],
  ...['icloud.com', 'me.com', 'mac.com'].map((domain) => [domain, icloud] as const),
  ...['libero.it', 'iol.it', 'blu.it', 'inwind.it'].map(
    (domain) => [domain, imap('imapmail.libero.it', 'smtp.libero.it')] as const,
  ),
  ...['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru'].map((domain) => [domain, mailRu] as const),
  ['mailbox.org', mailboxOrg],
  ['free.fr', imap('imap.free.fr', 'smtp.free.fr')],
  ...['orange.fr', 'wanadoo.fr'].map((domain) => [domain, orange] as const),
  ...['posteo.de', 'posteo.net', 'posteo.org'].map((domain) => [domain, posteo] as const),
  ...['t-online.de', 'magenta.de'].map((domain) => [domain, tOnline] as const),
  ...[
    'yahoo.com',
    'yahoo.de',
    'yahoo.es',
    'yahoo.fr',
    'yahoo.it',
    'yahoo.co.in',
    'yahoo.co.uk',
    'yahoo.com.ar',
    'yahoo.com.au',
    'yahoo.com.br',
    'yahoo.com.mx',
    'ymail.com',
    'rocketmail.com',
  ].map((domain) => [domain, yahoo] as const),
  ...['yandex.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'ya.ru'].map(
    (domain) => [domain, yandex] as const,
  ),
  ...['zoho.com', 'zohomail.com'].map((domain) => [domain, imap('imap.zoho.com', 'smtp.zoho.com')] as const),
]);

/** Consumer mail of Yahoo and AOL comes in by the same hosts, and companies are not among it: neither is here. */
const hosts: readonly (readonly [suffix: string, Detected])[] = [
  ['google.com', gmail],
  ['googlemail.com', gmail],
  ['gmail.com', gmail],
  ['protection.outlook.com', graph],
  ['mx.microsoft', graph],
  ['office365.com', graph],
  ['outlook.com', graph],
  ['messagingengine.com', fastmail],
  ['kundenserver.de', ionos],
  ['mailbox.org', mailboxOrg],
  ['emailsrvr.com', rackspace],
  ['yandex.net', yandex],
];
