/* The environment, read and checked once, at start. Nothing else reads process.env. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { StartRefusal } from './start-refusal.ts';

export type Env = {
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  /** Where people reach this server, without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly masterKey: string | undefined;
  readonly google: { readonly clientId: string; readonly clientSecret: string } | undefined;
  readonly googleIssuer: string;
  /** Only for a stand-in of the Gmail API. */
  readonly gmailRootUrl: string | undefined;
  /** How Gmail is to tell of changes; undefined: by polling only. */
  readonly gmailPush:
    | {
        readonly topic: string;
        readonly feed:
          | { readonly by: 'pull'; readonly subscription: string; readonly keyFile: string }
          | { readonly by: 'call'; readonly sender: string };
      }
    | undefined;
  readonly pubsubRootUrl: string;
  readonly microsoft:
    | {
        readonly clientId: string;
        readonly clientSecret: string;
        /** Of the company's own tenant: an address vouched for by any other proves nothing. */
        readonly issuer: string;
      }
    | undefined;
  /** Only for a stand-in of Microsoft Graph. */
  readonly graphRootUrl: string | undefined;
  /** PEM file with certificates of authorities that mail servers may be vouched for by, besides those everybody trusts. */
  readonly imapCaFile: string | undefined;
  /** Mail servers, in lower case, that may lie in a private network. */
  readonly mailServersInside: readonly string[];
  /** How Candor itself writes to colleagues; undefined: it does not. */
  readonly noticeMail: { readonly smtpUrl: string; readonly from: string } | undefined;
  readonly role: 'all' | 'web' | 'worker';
};

/** Throws StartRefusal with one sentence a wrong variable: its name and what it must be, never its value. */
export const readEnv = (source: NodeJS.ProcessEnv = process.env): Env => {
  const wrong: string[] = [];
  const read = <Name extends keyof typeof variables>(
    name: Name,
  ): z.infer<(typeof variables)[Name]['shape']> => {
    const given = source[name];
    const { shape, must } = variables[name];
    const parsed = shape.safeParse(given === '' ? undefined : given);
    if (parsed.success) return parsed.data as z.infer<(typeof variables)[Name]['shape']>;
    wrong.push(`${name} must be ${must}.`);
    return undefined as z.infer<(typeof variables)[Name]['shape']>;
  };
  const client = (
    idName: 'GOOGLE_CLIENT_ID' | 'MICROSOFT_CLIENT_ID',
    secretName: 'GOOGLE_CLIENT_SECRET' | 'MICROSOFT_CLIENT_SECRET',
  ) => {
    const clientId = read(idName);
    const clientSecret = read(secretName);
    if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
    if (clientId !== undefined) wrong.push(`${secretName} is missing: it goes with ${idName}.`);
    if (clientSecret !== undefined) wrong.push(`${idName} is missing: it goes with ${secretName}.`);
    return undefined;
  };

  const microsoft = (): Env['microsoft'] => {
    const own = client('MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET');
    const tenantId = read('MICROSOFT_TENANT_ID');
    if (own === undefined) return undefined;
    if (tenantId !== undefined)
      return {
        ...own,
        issuer: read('MICROSOFT_ISSUER') ?? `https://login.microsoftonline.com/${tenantId}/v2.0`,
      };
    wrong.push('MICROSOFT_TENANT_ID is missing: it goes with MICROSOFT_CLIENT_ID.');
    return undefined;
  };

  const gmailPush = (): Env['gmailPush'] => {
    const topic = read('GMAIL_PUSH_TOPIC');
    const subscription = read('GMAIL_PUSH_SUBSCRIPTION');
    const keyFile = read('GOOGLE_SERVICE_KEY');
    const sender = read('GMAIL_PUSH_SENDER');
    if (topic === undefined) {
      for (const [name, given] of Object.entries({
        GMAIL_PUSH_SUBSCRIPTION: subscription,
        GMAIL_PUSH_SENDER: sender,
      }))
        if (given !== undefined) wrong.push(`GMAIL_PUSH_TOPIC is missing: it goes with ${name}.`);
      return undefined;
    }
    if ((subscription === undefined) === (sender === undefined)) {
      wrong.push(
        'GMAIL_PUSH_TOPIC needs one of GMAIL_PUSH_SUBSCRIPTION (Candor fetches) and GMAIL_PUSH_SENDER (Google calls).',
      );
      return undefined;
    }
    if (sender !== undefined) return { topic, feed: { by: 'call', sender } };
    if (subscription !== undefined && keyFile !== undefined)
      return { topic, feed: { by: 'pull', subscription, keyFile: resolve(keyFile) } };
    wrong.push('GOOGLE_SERVICE_KEY is missing: it goes with GMAIL_PUSH_SUBSCRIPTION.');
    return undefined;
  };

  const noticeMail = (): Env['noticeMail'] => {
    const smtpUrl = read('CANDOR_SMTP_URL');
    const from = read('CANDOR_MAIL_FROM');
    if (smtpUrl !== undefined && from !== undefined) return { smtpUrl, from };
    if (smtpUrl !== undefined) wrong.push('CANDOR_MAIL_FROM is missing: it goes with CANDOR_SMTP_URL.');
    if (from !== undefined) wrong.push('CANDOR_SMTP_URL is missing: it goes with CANDOR_MAIL_FROM.');
    return undefined;
  };

  const env: Env = {
    port: read('PORT'),
    host: read('HOST'),
    dataFolder: resolve(read('DATA_FOLDER') ?? '.data'),
    databaseUrl: read('DATABASE_URL'),
    publicUrl: read('PUBLIC_URL')?.replace(/\/+$/, ''),
    masterKey: read('CANDOR_MASTER_KEY'),
    google: client('GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'),
    googleIssuer: read('GOOGLE_ISSUER'),
    gmailRootUrl: read('GMAIL_ROOT_URL'),
    gmailPush: gmailPush(),
    pubsubRootUrl: read('PUBSUB_ROOT_URL'),
    microsoft: microsoft(),
    graphRootUrl: read('GRAPH_ROOT_URL'),
    imapCaFile: read('IMAP_CA_FILE'),
    mailServersInside:
      read('MAIL_SERVERS_INSIDE')
        ?.toLowerCase()
        .split(/[\s,]+/) ?? [],
    noticeMail: noticeMail(),
    role: read('ROLE'),
  };
  if (env.role !== 'all' && env.databaseUrl === undefined && wrong.length === 0)
    wrong.push('ROLE may be web or worker only with DATABASE_URL: the embedded database serves one process.');
  if (wrong.length > 0) throw new StartRefusal(wrong.join('\n'));
  return env;
};

const webUrl = z.url({ protocol: /^https?$/ });
const filled = z.string().trim().min(1).optional();

const variables = {
  PORT: {
    shape: z.coerce.number().int().min(1).max(65_535).default(4310),
    must: 'a port number from 1 to 65535',
  },
  HOST: {
    shape: z
      .string()
      .regex(/^[\w.:-]+$/)
      .default('127.0.0.1'),
    must: 'an IP address or host name to listen on',
  },
  DATA_FOLDER: { shape: z.string().min(1).default('.data'), must: 'the path of a folder' },
  DATABASE_URL: {
    shape: z
      .string()
      .regex(/^postgres(ql)?:\/\//)
      .refine(URL.canParse)
      .optional(),
    must: 'a URL that begins with postgres://',
  },
  PUBLIC_URL: { shape: webUrl.optional(), must: 'a URL that begins with https:// or http://' },
  CANDOR_MASTER_KEY: {
    shape: z
      .string()
      .refine((text) => /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length === 32)
      .optional(),
    must: '32 random bytes in base64, as "openssl rand -base64 32" prints them',
  },
  GOOGLE_CLIENT_ID: { shape: filled, must: 'the id of a Google OAuth client' },
  GOOGLE_CLIENT_SECRET: { shape: filled, must: 'the secret of a Google OAuth client' },
  GOOGLE_ISSUER: {
    shape: webUrl.default('https://accounts.google.com'),
    must: 'a URL that begins with https:// or http://',
  },
  GMAIL_ROOT_URL: { shape: webUrl.optional(), must: 'a URL that begins with https:// or http://' },
  GMAIL_PUSH_TOPIC: {
    shape: z
      .string()
      .regex(/^projects\/[^/\s]+\/topics\/[^/\s]+$/)
      .optional(),
    must: 'a Pub/Sub topic as "projects/…/topics/…"',
  },
  GMAIL_PUSH_SUBSCRIPTION: {
    shape: z
      .string()
      .regex(/^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/)
      .optional(),
    must: 'a Pub/Sub subscription as "projects/…/subscriptions/…"',
  },
  GMAIL_PUSH_SENDER: {
    shape: z.email().optional(),
    must: 'the address of the service account that the Pub/Sub subscription calls as',
  },
  GOOGLE_SERVICE_KEY: { shape: filled, must: "the path of a service account's key file" },
  PUBSUB_ROOT_URL: {
    shape: webUrl.default('https://pubsub.googleapis.com/'),
    must: 'a URL that begins with https:// or http://',
  },
  GRAPH_ROOT_URL: { shape: webUrl.optional(), must: 'a URL that begins with https:// or http://' },
  MICROSOFT_CLIENT_ID: { shape: filled, must: 'the id of a Microsoft Entra application' },
  MICROSOFT_CLIENT_SECRET: { shape: filled, must: 'the secret of a Microsoft Entra application' },
  MICROSOFT_ISSUER: { shape: webUrl.optional(), must: 'a URL that begins with https:// or http://' },
  MICROSOFT_TENANT_ID: { shape: z.uuid().optional(), must: 'the id of your Microsoft Entra tenant, a UUID' },
  IMAP_CA_FILE: { shape: filled, must: 'the path of a file with certificates (PEM)' },
  MAIL_SERVERS_INSIDE: {
    shape: z
      .string()
      .trim()
      .regex(/^[\w.:-]+([\s,]+[\w.:-]+)*$/)
      .optional(),
    must: 'names of mail servers in your own network, with commas between them',
  },
  CANDOR_SMTP_URL: {
    shape: z.url({ protocol: /^smtps?$/ }).optional(),
    must: 'a URL that begins with smtps:// or smtp://, with name and password in it where the server wants them',
  },
  CANDOR_MAIL_FROM: { shape: z.email().optional(), must: 'the address that notices of Candor come from' },
  ROLE: { shape: z.enum(['all', 'web', 'worker']).default('all'), must: 'all, web or worker' },
} as const;
