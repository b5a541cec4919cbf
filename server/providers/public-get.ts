/*
 * Reads a small text from a host somebody else named, by https alone: from public addresses only, the one that was looked at,
 * a little of it, within a short time, without following it anywhere else.
 */
import { request } from 'node:https';
import type { Dns } from './dns.ts';
import { isPublicAddress } from './mail-hosts.ts';

/** The text, or undefined for whatever is none: no host, no answer, another status than 200, too much of it. */
export type PublicGet = (host: string, path: string, signal: AbortSignal) => Promise<string | undefined>;

export type PublicGetOptions = {
  /** Only for a stand-in on this machine. */
  readonly isAllowed?: (address: string) => boolean;
  readonly port?: number;
  readonly ca?: string;
};

export const publicGet = (
  dns: Dns,
  { isAllowed = isPublicAddress, port = 443, ca }: PublicGetOptions = {},
): PublicGet => {
  return async (host, path, signal) => {
    const addresses = await dns.addresses(host);
    const [address] = addresses;
    // One address among them that is not public, and the name is not to be trusted.
    if (address === undefined || !addresses.every(isAllowed)) return undefined;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)]);
    return new Promise((resolve) => {
      const none = () => resolve(undefined);
      const asked = request(
        {
          host: address,
          servername: host,
          port,
          path,
          headers: { Host: host, Accept: 'text/xml, application/xml' },
          agent: false,
          minVersion: 'TLSv1.2',
          signal: limited,
          ...(ca === undefined ? {} : { ca }),
        },
        (response) => {
          if (response.statusCode !== 200) {
            asked.destroy();
            none();
            return;
          }
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            size += chunk.length;
            if (size <= mostBytes) return;
            none();
            asked.destroy();
          });
          response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
          response.once('error', none);
          response.once('close', none);
        },
      );
      // A host that does not answer is as good as none: the next way is tried.
      asked.once('error', none);
      asked.end();
    });
  };
};

const longestWaitMs = 4_000;
const mostBytes = 64 * 1024;
