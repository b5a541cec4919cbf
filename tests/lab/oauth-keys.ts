/* The key id tokens are signed with. Made once for all labs of a process: it takes longer than everything else in starting one. */
import { generateKeyPairSync, sign } from 'node:crypto';

export const publicJwk = () => ({
  ...signingKeys().publicKey.export({ format: 'jwk' }),
  kid: keyId,
  alg: 'RS256',
  use: 'sig',
});

export const publicKeyOfLab = () => signingKeys().publicKey;

export const signJwt = (claims: Record<string, unknown>): string => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', kid: keyId, typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), signingKeys().privateKey).toString('base64url')}`;
};

const keyId = 'lab-key-1';
const makeKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
let keys: ReturnType<typeof makeKeys> | undefined;
const signingKeys = () => {
  keys ??= makeKeys();
  return keys;
};
