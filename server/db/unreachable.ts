/* A database that cannot be reached, as one sentence that says which part of DATABASE_URL to look at. */
import { StartRefusal } from '../base/start-refusal.ts';

/** By the code of Node or PostgreSQL, never by its text; anything else stays what it is. */
export const toStartRefusal = (error: unknown, databaseUrl: string | undefined): unknown => {
  if (error instanceof StartRefusal || databaseUrl === undefined) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  const sentence = typeof code === 'string' ? sentences[code] : undefined;
  if (sentence !== undefined) return new StartRefusal(`${sentence} (${code})`, error);
  // The driver's own time-out carries no code.
  return code === undefined && error instanceof Error && error.name === 'Error' && error.cause === undefined
    ? new StartRefusal(
        'DATABASE_URL: the server does not answer as PostgreSQL does; check host, port and sslmode.',
        error,
      )
    : error;
};

const noHost = 'DATABASE_URL: no machine has this host name.';
const noAnswer = 'DATABASE_URL: the machine does not answer; check the host and what lies between.';
const noServer = 'DATABASE_URL: no PostgreSQL listens on this host and port.';
const noEntry =
  'DATABASE_URL: the user is unknown to the server or may not log in from here; check the user and pg_hba.conf.';
const noTrust = "DATABASE_URL: the server's certificate is not trusted; check sslmode and sslrootcert.";

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: noHost,
  EAI_AGAIN: noHost,
  ETIMEDOUT: noAnswer,
  EHOSTUNREACH: noAnswer,
  ENETUNREACH: noAnswer,
  ECONNREFUSED: noServer,
  ENOENT: 'DATABASE_URL: no PostgreSQL has its socket in this folder.',
  EACCES: 'DATABASE_URL: this socket may not be used by the user Candor runs as.',
  '28P01': 'DATABASE_URL: the password is wrong, or the user does not exist.',
  '28000': noEntry,
  '3D000': 'DATABASE_URL: the server has no database of this name; create it first.',
  '42501': 'DATABASE_URL: the user may not make roles and schemas; give it CREATEROLE and the database.',
  '53300': 'The database server has no connection left: raise its max_connections.',
  DEPTH_ZERO_SELF_SIGNED_CERT: noTrust,
  SELF_SIGNED_CERT_IN_CHAIN: noTrust,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: noTrust,
  CERT_HAS_EXPIRED: noTrust,
  ERR_TLS_CERT_ALTNAME_INVALID: noTrust,
};
