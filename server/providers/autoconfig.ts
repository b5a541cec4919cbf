/*
 * The settings a domain publishes for mail programs, as XML. It is a stranger's text: small, without entities, and of it only
 * host names, ports and kinds of encryption are taken.
 * Source: "Autoconfiguration: config file format", wiki.mozilla.org, read 2026-11
 */
import { isIP } from 'node:net';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { ServerAt } from './consent.ts';

export type MailSettings = { readonly imap?: ServerAt; readonly smtp?: ServerAt };

/** Of the servers without encryption none is given. Undefined for what is no such file. */
export const readAutoconfig = (xml: string, domain: string): MailSettings | undefined => {
  let parsed: unknown;
  try {
    parsed = parser.parse(xml);
  } catch {
    return undefined;
  }
  const file = ConfigFile.safeParse(parsed).data;
  if (file === undefined) return undefined;
  const { emailProvider } = file.clientConfig;
  const first = (servers: readonly unknown[], type: string): ServerAt | undefined => {
    for (const each of servers) {
      const server = Server.safeParse(each).data;
      if (server?.type !== type) continue;
      const host = server.hostname.replaceAll('%EMAILDOMAIN%', domain).toLowerCase();
      const at = ServerAt.safeParse({
        host,
        port: server.port,
        security: securities[server.socketType],
      }).data;
      if (at !== undefined && isHostName(host)) return at;
    }
    return undefined;
  };
  const [imap, smtp] = [
    first(emailProvider.incomingServer, 'imap'),
    first(emailProvider.outgoingServer, 'smtp'),
  ];
  return { ...(imap === undefined ? {} : { imap }), ...(smtp === undefined ? {} : { smtp }) };
};

/** A name with a dot in it, no address. */
export const isHostName = (text: string): boolean =>
  isIP(text) === 0 &&
  /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(text);

const parser = new XMLParser({
  ignoreAttributes: (name) => name !== 'type',
  attributeNamePrefix: '',
  processEntities: false,
  parseTagValue: false,
  maxNestedTags: 20,
  isArray: (name) => name === 'incomingServer' || name === 'outgoingServer',
});

const ConfigFile = z.object({
  clientConfig: z.object({
    emailProvider: z.object({
      incomingServer: z.array(z.unknown()).default([]),
      outgoingServer: z.array(z.unknown()).default([]),
    }),
  }),
});
const Server = z.object({
  type: z.string(),
  hostname: z.string().trim(),
  port: z.coerce.number(),
  socketType: z.string(),
});
const securities: Readonly<Partial<Record<string, ServerAt['security']>>> = {
  SSL: 'tls',
  STARTTLS: 'starttls',
};
