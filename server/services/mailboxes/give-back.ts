import type { ConsentSecret } from '../../providers/consent.ts';
import type { ConsentAccounts } from '../../providers/provider.ts';
import type { Services } from '../services.ts';

const providerMs = 20_000;

/** Gives a consent back to the provider. We keep nothing of it whatever the provider answers, so a no is only noted. */
export const giveConsentBack = async (
  services: Services,
  { consent }: ConsentAccounts,
  secret: ConsentSecret,
): Promise<void> => {
  try {
    await consent.revoke(secret, AbortSignal.timeout(providerMs));
  } catch (thrown) {
    services.log.warn('provider did not take a consent back', { error: thrown });
  }
};
