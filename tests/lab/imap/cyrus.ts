/*
 * A Cyrus for one test file, the second IMAP server that nobody here wrote, on a free port of 127.0.0.1. Its Debian package
 * cannot be installed beside Dovecot's, so it is run from where it was unpacked. Names and passwords it asks this process for,
 * as it would ask saslauthd.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../build/free-port.ts';
import { findCyrus } from '../../system/programs.ts';
import { type SelfSigned, selfSigned } from '../gmail-page/self-signed.ts';
import { greets, osUser } from './dovecot.ts';

export type Cyrus = {
  readonly imapsPort: number;
  readonly certificate: string;
  /** What it is known by; another server on this machine may be too. */
  readonly keys: SelfSigned;
  /** Makes a mailbox at its first login; its name is the login. */
  readonly addUser: (login: string, password: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const startCyrus = async (): Promise<Cyrus> => {
  const root = findCyrus();
  if (root === undefined) throw new Error('Cyrus is not unpacked: node tests/system/prepare.ts does it.');
  const folder = await mkdtemp(join(tmpdir(), 'candor-cyrus-'));
  const owner = await osUser();
  const imapsPort = await findFreePort();
  const keys = selfSigned('localhost', Date.now());
  const passwords = new Map<string, string>();
  for (const name of ['conf', 'spool', 'sock']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'cert.pem'), keys.cert);
  await writeFile(join(folder, 'key.pem'), keys.key);
  await writeFile(join(folder, 'imapd.conf'), imapConfig(folder, owner.name));
  const bin = join(root, 'usr/lib/cyrus/bin');
  await writeFile(join(folder, 'cyrus.conf'), masterConfig(bin, folder, imapsPort));
  const doorman = await answerLogins(join(folder, 'sock', 'mux'), passwords);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await promisify(execFile)('/bin/chown', ['-R', `${owner.uid}:${owner.gid}`, folder]);

  const master: ChildProcess = spawn(
    join(bin, 'master'),
    ['-C', join(folder, 'imapd.conf'), '-M', join(folder, 'cyrus.conf'), '-p', join(folder, 'master.pid')],
    {
      ...(isRoot ? { uid: owner.uid, gid: owner.gid } : {}),
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: '/usr/bin:/bin',
        LD_LIBRARY_PATH: ['usr/lib/x86_64-linux-gnu', 'usr/lib', 'lib/x86_64-linux-gnu']
          .map((each) => join(root, each))
          .join(':'),
      },
    },
  );
  let said = '';
  master.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  for (let tries = 0; !(await greets(imapsPort, keys.cert)); tries += 1) {
    if (tries >= 400 || master.exitCode !== null) throw new Error(`Cyrus does not start: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    imapsPort,
    certificate: keys.cert,
    keys,
    addUser: async (login, password) => {
      passwords.set(login, password);
    },
    close: async () => {
      const gone = new Promise((resolve) => master.once('exit', resolve));
      if (master.pid !== undefined && master.exitCode === null) {
        process.kill(-master.pid, 'SIGTERM');
        await gone;
      }
      await new Promise((resolve) => doorman.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** The four texts of a question, each behind its length; and the answer. Source: saslauthd(8), as Cyrus SASL 2.1 speaks to it. */
const answerLogins = async (path: string, passwords: ReadonlyMap<string, string>): Promise<Server> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = Buffer.alloc(0);
    socket.once('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      const fields: string[] = [];
      for (let at = 0; at + 2 <= heard.length; ) {
        const end = at + 2 + heard.readUInt16BE(at);
        if (end > heard.length) return;
        fields.push(heard.toString('utf8', at + 2, end));
        at = end;
      }
      if (fields.length < 4) return;
      const [login = '', password, , realm = ''] = fields;
      const known = passwords.get(realm === '' ? login : `${login}@${realm}`) ?? passwords.get(login);
      socket.end(Buffer.concat([Buffer.from([0, 2]), Buffer.from(known === password ? 'OK' : 'NO')]));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await chmod(path, 0o777);
  return server;
};

const imapConfig = (folder: string, osUserName: string): string => `
configdirectory: ${join(folder, 'conf')}
partition-default: ${join(folder, 'spool')}
defaultpartition: default
sendmail: /bin/false
cyrus_user: ${osUserName}
servername: localhost
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: ${join(folder, 'sock', 'mux')}
sasl_mech_list: PLAIN
unixhierarchysep: yes
altnamespace: yes
virtdomains: userid
defaultdomain: lab.test
autocreate_quota: 0
autocreate_post: 1
autocreate_inbox_folders: Sent|Drafts|Spam|Bin
autocreate_subscribe_folders: Sent|Drafts|Spam|Bin
xlist-sent: Sent
xlist-drafts: Drafts
xlist-junk: Spam
xlist-trash: Bin
tls_server_cert: ${join(folder, 'cert.pem')}
tls_server_key: ${join(folder, 'key.pem')}
imapidlepoll: 1
conversations: 1
mboxname_lockpath: ${join(folder, 'conf', 'lock')}
proc_path: ${join(folder, 'conf', 'proc')}
idlesocket: ${join(folder, 'sock', 'idle')}
notifysocket: ${join(folder, 'sock', 'notify')}
delete_mode: immediate
expunge_mode: immediate
`;

const masterConfig = (bin: string, folder: string, port: number): string => `
START {
  recover cmd="${bin}/ctl_cyrusdb -C ${folder}/imapd.conf -r"
}
SERVICES {
  imaps cmd="${bin}/imapd -C ${folder}/imapd.conf -s -U 30" listen="127.0.0.1:${port}" prefork=2 maxchild=50
}
EVENTS {
  checkpoint cmd="${bin}/ctl_cyrusdb -C ${folder}/imapd.conf -c" period=30
}
`;
