/* Generated mail as files of mailboxes on a Dovecot: as fast as it can be laid there, and read as if another program had filed it. */
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dovecot } from '../lab/imap/dovecot.ts';
import { password } from '../provider/imap-at-dovecot.ts';
import type { GeneratedMail } from './generated-mail.ts';

export type MailFile = { readonly folder: string; readonly name: string; readonly path: string };

/** Once, in a folder of its own; mailboxes link to it. Every second one, which is what its person wrote, lies in Sent. */
export const writeMail = async (
  dovecot: Dovecot,
  mail: readonly GeneratedMail[],
): Promise<readonly MailFile[]> => {
  const store = join(dovecot.folder, 'mail', 'store');
  await mkdir(store, { recursive: true });
  const files: MailFile[] = [];
  for (const [nth, { raw, at }] of mail.entries()) {
    const name = `${Math.floor(at / 1_000)}.M${nth}P1.lab,S=${Buffer.byteLength(raw)}:2,S`;
    const path = join(store, name);
    await writeFile(path, raw);
    files.push({ folder: nth % 2 === 1 ? '.Sent' : '', name, path });
  }
  return files;
};

/** Makes the mailbox where it is not there yet. */
export const layIn = async (dovecot: Dovecot, user: string, files: readonly MailFile[]): Promise<void> => {
  await dovecot.addUser(user, password);
  const maildir = join(dovecot.home(user), 'Maildir');
  for (const folder of ['', '.Sent'])
    for (const place of ['cur', 'new', 'tmp']) await mkdir(join(maildir, folder, place), { recursive: true });
  for (const { folder, name, path } of files) await link(path, join(maildir, folder, 'cur', name));
  await dovecot.own(dovecot.home(user));
};
