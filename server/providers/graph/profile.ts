import { type Address, parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import { Profile } from './answers.ts';
import type { GraphHttp } from './http.ts';

/**
 * The address and the account's own id in its tenant. A guest's address belongs to another company, and their mailbox lies
 * there. Throws: provider-refused for an account without an address of its own; otherwise as GraphHttp.call.
 */
export const readProfile = async (
  http: GraphHttp,
  signal: AbortSignal,
): Promise<{ readonly address: Address; readonly accountId: string }> => {
  const { id, mail, userPrincipalName } = await http.call(
    'me',
    { path: '/me?$select=id,mail,userPrincipalName' },
    Profile,
    signal,
  );
  if (userPrincipalName?.toLowerCase().includes('#ext#'))
    throw new Failure('provider-refused', 'A guest of the tenant has no mailbox in it');
  const address = parseAddress(mail ?? userPrincipalName ?? '');
  if (address === undefined) throw new Failure('provider-refused', 'Microsoft vouches for no address');
  return { address, accountId: id };
};
