/* What mbsync, which nobody here wrote, finds in a mailbox: the second opinion on what ours was told of. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Dovecot } from './dovecot.ts';

export type MbsyncCopy = {
  /** Where it keeps what it copied, as Maildir folders. */
  readonly mail: string;
  /** Copies what is not there yet. */
  readonly sync: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** Knows nothing of the mailbox yet. */
export const mbsyncCopy = async (dovecot: Dovecot, user: string, password: string): Promise<MbsyncCopy> => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-mbsync-'));
  await mkdir(join(folder, 'mail'));
  const certificate = join(folder, 'cert.pem');
  await writeFile(certificate, dovecot.certificate);
  await writeFile(join(folder, 'password'), password, { mode: 0o600 });
  await writeFile(join(folder, 'rc'), toConfig(dovecot, user, folder, certificate));
  return {
    mail: join(folder, 'mail'),
    sync: async () => {
      await promisify(execFile)('/usr/bin/mbsync', ['-q', '-c', join(folder, 'rc'), 'all'], {
        env: { HOME: folder, PATH: '/usr/bin:/bin' },
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** Message-ID headers of every copy, sorted; a message that lies there twice is in it twice. */
export const messageIdsByMbsync = async (
  dovecot: Dovecot,
  user: string,
  password: string,
): Promise<readonly string[]> => {
  const copy = await mbsyncCopy(dovecot, user, password);
  try {
    await copy.sync();
    const files = (await readdir(copy.mail, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && /(^|\/)(cur|new)$/.test(entry.parentPath),
    );
    const ids = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(file.parentPath, file.name), 'latin1');
        return /^message-id:\s*(<[^>]*>)/im.exec(text)?.[1] ?? `none in ${file.name}`;
      }),
    );
    return ids.sort();
  } finally {
    await copy.remove();
  }
};

const toConfig = (dovecot: Dovecot, user: string, folder: string, certificate: string): string => `
IMAPAccount there
Host localhost
Port ${dovecot.imapsPort}
User ${user}
PassCmd "cat ${join(folder, 'password')}"
SSLType IMAPS
CertificateFile ${certificate}

IMAPStore far
Account there
${dovecot.persona === 'old' ? 'PathDelimiter .\n' : ''}
MaildirStore near
Path ${folder}/mail/
Inbox ${folder}/mail/inbox
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState ${folder}/
`;
