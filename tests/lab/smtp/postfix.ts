/*
 * A Postfix for one test file, on a free port of 127.0.0.1: whoever logs in sends by it, and what is for the lab's own domain
 * it hands to Dovecot by LMTP, as a company's mail server does. Its master must be root; all it writes is in a scratch folder.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../build/free-port.ts';
import { type DeliveringDovecot, greets } from '../imap/dovecot.ts';

export type Postfix = {
  /** Encrypted from the first byte; takes the names and passwords of Dovecot's mailboxes. */
  readonly smtpsPort: number;
  readonly close: () => Promise<void>;
};

export const startPostfix = async (
  dovecot: DeliveringDovecot,
  domains: readonly string[],
): Promise<Postfix> => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-postfix-'));
  const smtpsPort = await findFreePort();
  for (const name of ['queue', 'data', 'etc']) await mkdir(join(folder, name), { mode: 0o755 });
  await promisify(execFile)('/bin/chmod', ['755', folder]);
  await promisify(execFile)('/bin/chown', ['postfix', join(folder, 'data')]);
  await writeFile(join(folder, 'etc', 'main.cf'), mainConfig(folder, dovecot, domains));
  await writeFile(join(folder, 'etc', 'master.cf'), masterConfig(smtpsPort));
  const master: ChildProcess = spawn('/usr/sbin/postfix', ['-c', join(folder, 'etc'), 'start-fg'], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/bin' },
  });
  let said = '';
  master.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  for (let tries = 0; !(await greets(smtpsPort, dovecot.certificate)); tries += 1) {
    if (tries >= 400 || master.exitCode !== null) {
      const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
      throw new Error(`Postfix does not start: ${said}${log.slice(-2_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    smtpsPort,
    close: async () => {
      const gone = new Promise((resolve) => master.once('exit', resolve));
      if (master.pid !== undefined && master.exitCode === null) {
        await promisify(execFile)('/usr/sbin/postfix', ['-c', join(folder, 'etc'), 'abort']);
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const mainConfig = (
  folder: string,
  { folder: mailFolder, lmtpPort, authPort }: DeliveringDovecot,
  domains: readonly string[],
): string => `
compatibility_level = 3.6
queue_directory = ${join(folder, 'queue')}
data_directory = ${join(folder, 'data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${join(folder, 'log')}
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
myhostname = mx.lab.test
mydestination =
mynetworks = 127.0.0.2/32
alias_maps =
virtual_mailbox_domains = ${domains.join(', ')}
virtual_transport = lmtp:inet:127.0.0.1:${lmtpPort}
default_transport = error:5.4.4 no route in the lab
smtpd_tls_cert_file = ${join(mailFolder, 'cert.pem')}
smtpd_tls_key_file = ${join(mailFolder, 'key.pem')}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${authPort}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_restrictions =
`;

const masterConfig = (smtpsPort: number): string => `
127.0.0.1:${smtpsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
postlog   unix-dgram n - n - 1 postlogd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
`;
