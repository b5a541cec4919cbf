/* Whose certificates are believed. */
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { StartRefusal } from '../../base/start-refusal.ts';

/** Made once and shared: each connection with a list of its own would hold all of it anew. */
export type Trust = SecureContext;

/** `certificates`: PEM, in place of those everybody trusts. */
export const trusting = (certificates: readonly string[]): Trust =>
  createSecureContext({ ca: [...certificates], minVersion: oldestTls });

/** Those everybody trusts, and those in the file besides. Throws StartRefusal for a file without any. */
export const readTrust = async (path: string): Promise<Trust> => {
  try {
    const own = await readFile(path, 'utf8');
    if (!own.includes('-----BEGIN CERTIFICATE-----')) throw new TypeError('No certificate');
    return trusting([...getCACertificates('default'), own]);
  } catch (cause) {
    throw new StartRefusal('IMAP_CA_FILE must be the path of a file with certificates (PEM).', cause);
  }
};

export const oldestTls = 'TLSv1.2';
