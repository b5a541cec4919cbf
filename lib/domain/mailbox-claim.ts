/*
 * Whether a person may connect the mailbox with some address as their own, and whether the address thereby counts as theirs,
 * which decides what they may read as somebody who is on a message. Google and Microsoft vouch for an address. A login with
 * name and password proves only that the two are right: whoever runs a server can let themselves in under any address.
 */
import type { AccessLevel } from './access-level.ts';
import { type Address, foldAddress, isOwnDomain } from './address.ts';

export type ProviderKind = 'gmail' | 'graph' | 'imap';

/** What the company decided on connecting. */
export type ConnectRules = {
  /** Off: nobody connects a mailbox, whatever else is allowed. */
  readonly isConnectingOn: boolean;
  readonly allowedProviders: ReadonlySet<ProviderKind>;
  readonly allowedAccess: ReadonlySet<AccessLevel>;
  readonly isPasswordLoginAllowed: boolean;
  /** In lower case; each covers its sub-domains. */
  readonly forbiddenDomains: ReadonlySet<string>;
  readonly ownDomains: ReadonlySet<string>;
};

export type MailboxClaim = {
  readonly address: Address;
  readonly provider: ProviderKind;
  readonly access: AccessLevel;
  /** Folded. */
  readonly signInAddress: string;
  /** A colleague signs in with it, or it was proven to be a colleague's. */
  readonly isColleagues: boolean;
  /** A colleague has a mailbox under this address. */
  readonly isColleaguesMailbox: boolean;
  /** A box or list of the company that several people read. */
  readonly isShared: boolean;
};

export type ClaimRefusal =
  | 'connecting-off'
  | 'provider-not-allowed'
  | 'access-not-allowed'
  | 'passwords-not-allowed'
  | 'domain-forbidden'
  | 'colleagues';

export type ClaimDecision =
  | { readonly may: false; readonly because: ClaimRefusal }
  | {
      readonly may: true;
      /** Whether the address becomes one of the person's own. */
      readonly provesAddress: boolean;
      /** At none of the company's domains: allowed, and advised against. */
      readonly isPersonal: boolean;
    };

export const decideClaim = (claim: MailboxClaim, rules: ConnectRules): ClaimDecision => {
  const because = refusalOf(claim, rules);
  if (because !== undefined) return { may: false, because };
  const isVouchedFor = claim.provider !== 'imap' && !claim.isShared;
  return {
    may: true,
    provesAddress: isSignIn(claim) || isVouchedFor,
    isPersonal: !isOwnDomain(claim.address, rules.ownDomains),
  };
};

const refusalOf = (claim: MailboxClaim, rules: ConnectRules): ClaimRefusal | undefined => {
  if (!rules.isConnectingOn) return 'connecting-off';
  if (!rules.allowedProviders.has(claim.provider)) return 'provider-not-allowed';
  if (!rules.allowedAccess.has(claim.access)) return 'access-not-allowed';
  if (claim.provider === 'imap' && !rules.isPasswordLoginAllowed) return 'passwords-not-allowed';
  if (isOwnDomain(claim.address, rules.forbiddenDomains)) return 'domain-forbidden';
  // Who was quicker to claim an address by a login must not keep out the one who signs in with it.
  const isTaken = claim.isColleagues || (claim.isColleaguesMailbox && !isSignIn(claim));
  return isTaken ? 'colleagues' : undefined;
};

const isSignIn = ({ address, signInAddress }: MailboxClaim): boolean =>
  foldAddress(address) === signInAddress;
