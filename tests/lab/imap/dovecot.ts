/*
 * A Dovecot for one test file, on free ports of 127.0.0.1, with all it writes in a scratch folder of its own. All its services
 * run as one ordinary user: whoever runs the tests, or `nobody` when that is root (which Dovecot refuses for mail).
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { findFreePort } from '../../build/free-port.ts';
import { type SelfSigned, selfSigned } from '../gmail-page/self-signed.ts';
import { type ConfigFacts, ownersRights, type Persona, toConfig } from './config.ts';

export type Dovecot = {
  readonly imapsPort: number;
  /** Plain, with STARTTLS. */
  readonly imapPort: number;
  readonly certificate: string;
  /** For servers of other kinds at the same name. */
  readonly keys: SelfSigned;
  readonly persona: Persona;
  readonly folder: string;
  /** Makes a mailbox; its name is the login. */
  readonly addUser: (login: string, password: string) => Promise<void>;
  /** From the next login on. */
  readonly setPassword: (login: string, password: string) => Promise<void>;
  readonly doveadm: (...args: string[]) => Promise<string>;
  /** Where the user's mail lies, as files. */
  readonly home: (login: string) => string;
  /** Gives files that were laid there by somebody else to the user who serves them. */
  readonly own: (path: string) => Promise<void>;
  /** As with kill -9: nothing is said to anybody. */
  readonly crash: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** One that a mail server hands mail to. */
export type DeliveringDovecot = Dovecot & { readonly lmtpPort: number; readonly authPort: number };

export const startDeliveringDovecot = async (): Promise<DeliveringDovecot> => {
  const delivery = { lmtpPort: await findFreePort(), authPort: await findFreePort() };
  return { ...(await start({ persona: 'modern', delivery })), ...delivery };
};

export const startDovecot = (options: { readonly persona: Persona }): Promise<Dovecot> => start(options);

const start = async ({ persona, delivery }: Pick<ConfigFacts, 'persona' | 'delivery'>): Promise<Dovecot> => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-dovecot-'));
  const owner = await osUser();
  const [imapsPort, imapPort] = [await findFreePort(), await findFreePort()];
  const keys = selfSigned('localhost', Date.now());
  await layOut(
    folder,
    keys,
    toConfig({
      persona,
      folder,
      osUser: owner.name,
      osGroup: owner.group,
      imapPort,
      imapsPort,
      ...(delivery === undefined ? {} : { delivery }),
    }),
  );
  await giveTo(folder, owner);

  // A file for each: Dovecot looks at one at most once a second, and a new one at once.
  const writeUser = (login: string, password: string) =>
    writeFile(join(folder, 'users', login), `${login}:{PLAIN}${password}::::::\n`);
  const credentials = process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {};
  const config = join(folder, 'dovecot.conf');
  let master: ChildProcess | undefined;

  const run = async () => {
    master = spawn('/usr/sbin/dovecot', ['-F', '-c', config], {
      ...credentials,
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/bin' },
    });
    await answering(imapsPort, keys.cert, master, folder);
  };
  const stop = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const stopping = master;
    master = undefined;
    if (stopping?.pid === undefined || stopping.exitCode !== null) return;
    const gone = new Promise((resolve) => stopping.once('exit', resolve));
    // Its own group: a master that is killed leaves its children behind.
    process.kill(signal === 'SIGKILL' ? -stopping.pid : stopping.pid, signal);
    await gone;
  };

  const doveadm = async (...args: string[]) =>
    (await promisify(execFile)('/usr/bin/doveadm', ['-c', config, ...args], { ...credentials, cwd: folder }))
      .stdout;
  const isTaken = (login: string, password: string) =>
    doveadm('auth', 'test', login, password).then(
      () => true,
      () => false,
    );

  await run();
  return {
    imapsPort,
    imapPort,
    certificate: keys.cert,
    keys,
    persona,
    folder,
    addUser: writeUser,
    setPassword: async (login, password) => {
      await writeUser(login, password);
      while (!(await isTaken(login, password))) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    doveadm,
    home: (login) => join(folder, 'mail', login),
    own: async (path) => {
      if (process.getuid?.() === 0)
        await promisify(execFile)('/bin/chown', ['-R', `${owner.uid}:${owner.gid}`, path]);
    },
    crash: () => stop('SIGKILL'),
    restart: async () => {
      await stop('SIGTERM');
      await run();
    },
    close: async () => {
      await stop('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
};

type OsUser = { readonly name: string; readonly group: string; readonly uid: number; readonly gid: number };

export const osUser = async (): Promise<OsUser> => {
  const uid = process.getuid?.() === 0 ? undefined : process.getuid?.();
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const groups = (await readFile('/etc/group', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find((fields) =>
    uid === undefined ? fields[0] === 'nobody' : Number(fields[2]) === uid,
  );
  const [name, , ownUid, gid] = user ?? [];
  const [group] = groups.find((fields) => fields[2] === gid) ?? [];
  if (name === undefined || group === undefined) throw new Error('This user has no name in /etc/passwd.');
  return { name, group, uid: Number(ownUid), gid: Number(gid) };
};

const layOut = async (folder: string, keys: SelfSigned, config: string): Promise<void> => {
  await mkdir(join(folder, 'mail'));
  await mkdir(join(folder, 'users'));
  await writeFile(join(folder, 'cert.pem'), keys.cert);
  await writeFile(join(folder, 'key.pem'), keys.key);
  await writeFile(join(folder, 'rights'), ownersRights);
  await writeFile(join(folder, 'dovecot.conf'), config);
};

const giveTo = async (folder: string, { uid, gid }: OsUser): Promise<void> => {
  if (process.getuid?.() !== 0) return;
  for (const name of ['', 'mail', 'cert.pem', 'key.pem', 'users', 'rights', 'dovecot.conf'])
    await chown(join(folder, name), uid, gid);
};

const answering = async (port: number, ca: string, master: ChildProcess, folder: string): Promise<void> => {
  let said = '';
  master.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  for (let tries = 0; tries < 200; tries += 1) {
    if (master.exitCode !== null) break;
    if (await greets(port, ca)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const log = await readFile(join(folder, 'dovecot.log'), 'utf8').catch(() => '');
  throw new Error(`Dovecot does not start: ${said}${log.slice(-2_000)}`);
};

export const greets = (port: number, ca: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca }, () => undefined);
    const answer = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.once('data', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
