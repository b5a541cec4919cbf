/*
 * Who may do what in the database. Nobody logs in as the owner of the record; the server's parts log in as roles that
 * row-level security binds.
 */
import type { ClientBase } from 'pg';
import { StartRefusal } from '../base/start-refusal.ts';

/** Owns schemas `candor` and `app`; nobody logs in as it. */
export const OWNER = 'candor_owner';

export const loginRoles = {
  /** A person's request: sees what that person may read. */
  app: 'candor_app',
  /** Background work for one company: sees that company's rows. */
  worker: 'candor_worker',
  /** Before a person or company is known: set-up, sign-in, invitations, what is due. */
  system: 'candor_system',
  /** The sign-in library; owns schema `auth`. */
  auth: 'candor_auth',
  /** The queue library; owns schema `queue`. */
  queue: 'candor_queue',
} as const;
export type LoginRole = (typeof loginRoles)[keyof typeof loginRoles];

/**
 * Makes the roles that are missing, and the schemas of the libraries. `passwordOf`: absent where the socket itself says
 * who may log in. A role that exists keeps its password, so that a second Candor cannot lock out the first.
 */
export const makeRoles = async (
  client: ClientBase,
  passwordOf: ((role: LoginRole) => string) | undefined,
): Promise<void> => {
  await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
  try {
    await makeRole(client, OWNER, 'nologin');
    for (const role of Object.values(loginRoles)) {
      const password = passwordOf === undefined ? '' : ` password ${client.escapeLiteral(passwordOf(role))}`;
      await makeRole(client, role, `login${password}`);
    }
    const { rows } = await client.query<{ database: string; me: string; isSuperuser: boolean }>(
      'select current_database() as database, current_user as me, rolsuper as "isSuperuser" from pg_roles where rolname = current_user',
    );
    const [session] = rows;
    if (session === undefined) throw new Error('The session has no role.');
    const database = client.escapeIdentifier(session.database);
    if (!session.isSuperuser) {
      const me = client.escapeIdentifier(session.me);
      await client.query(`grant ${OWNER}, ${loginRoles.auth}, ${loginRoles.queue} to ${me}`);
    }
    await client.query(`
      revoke all on database ${database} from public;
      grant connect, temporary, create on database ${database} to ${OWNER};
      grant connect on database ${database} to ${Object.values(loginRoles).join(', ')};
      create schema if not exists auth authorization ${loginRoles.auth};
      create schema if not exists queue authorization ${loginRoles.queue};
      grant usage on schema queue to ${loginRoles.app}, ${loginRoles.worker}, ${loginRoles.system};
      alter default privileges for role ${loginRoles.queue} in schema queue
        grant select, insert on tables to ${loginRoles.app}, ${loginRoles.worker}, ${loginRoles.system};
      alter default privileges for role ${loginRoles.queue} in schema queue
        grant usage on sequences to ${loginRoles.app}, ${loginRoles.worker}, ${loginRoles.system};`);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
  }
};

/** Throws StartRefusal when a role that row-level security must bind could pass it by. */
export const requireBoundRoles = async (client: ClientBase): Promise<void> => {
  const { rows } = await client.query<{ rolname: string }>(
    `select r.rolname from pg_roles r
     where r.rolname = any($1) and (r.rolsuper or r.rolbypassrls or r.rolcreaterole
       or pg_has_role(r.rolname, '${OWNER}', 'member')
       or exists (select from pg_roles s where (s.rolsuper or s.rolbypassrls) and pg_has_role(r.rolname, s.oid, 'member')))`,
    [Object.values(loginRoles)],
  );
  if (rows.length > 0)
    throw new StartRefusal(
      `The database role ${rows[0]?.rolname} may pass row-level security by: take SUPERUSER, BYPASSRLS, CREATEROLE and memberships from it.`,
    );
};

const LOCK_KEY = 4_310_003;

const makeRole = async (client: ClientBase, role: string, options: string): Promise<void> => {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0)
    await client.query(
      `create role ${role} ${options} nosuperuser nobypassrls nocreatedb nocreaterole noreplication`,
    );
};
