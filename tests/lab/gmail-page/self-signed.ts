/* A certificate for this run alone, as Node makes keys but no certificates: the few DER structures of RFC 5280 sec. 4.1 by hand. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export type SelfSigned = { readonly key: string; readonly cert: string };

/** For the browser of a demo or test that is told to accept it. Valid for one day before and 30 after `now` (epoch ms). */
export const selfSigned = (hostname: string, now: number): SelfSigned => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(oid('550403'), node(0x0c, Buffer.from(hostname)))));
  const dnsNames = sequence(node(0x82, Buffer.from(hostname)));
  const content = sequence(
    node(0xa0, node(0x02, Buffer.from([2]))),
    node(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(now - dayMs), time(now + 30 * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    node(0xa3, sequence(sequence(oid('551d11'), node(0x04, dnsNames)))),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = sequence(
    content,
    ecdsaWithSha256,
    node(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
};

const dayMs = 86_400_000;

const node = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => node(0x30, ...parts);
const set = (...parts: readonly Buffer[]): Buffer => node(0x31, ...parts);
const oid = (hex: string): Buffer => node(0x06, Buffer.from(hex, 'hex'));
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

/** UTCTime: two digits of the year, to the second. */
const time = (at: number): Buffer =>
  node(0x17, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
