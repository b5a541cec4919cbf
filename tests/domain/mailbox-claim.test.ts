import { describe, expect, test } from 'vitest';
import type { Address } from '../../lib/domain/address.ts';
import { type ConnectRules, decideClaim, type MailboxClaim } from '../../lib/domain/mailbox-claim.ts';

const rules = (facts: Partial<ConnectRules> = {}): ConnectRules => ({
  isConnectingOn: true,
  allowedProviders: new Set(['gmail', 'graph', 'imap']),
  allowedAccess: new Set(['full', 'send-only']),
  isPasswordLoginAllowed: true,
  forbiddenDomains: new Set(),
  ownDomains: new Set(['acme.test']),
  ...facts,
});
const claim = (facts: Partial<MailboxClaim> & { readonly at?: string } = {}): MailboxClaim => ({
  address: (facts.at ?? 'mia@acme.test') as Address,
  provider: 'gmail',
  access: 'full',
  signInAddress: 'mia@acme.test',
  isColleagues: false,
  isColleaguesMailbox: false,
  isShared: false,
  ...facts,
});
const other = 'mia@home.test';

describe('whether an address becomes the person’s own', () => {
  test.each([
    ['gmail', 'mia@acme.test', true],
    ['graph', 'mia@acme.test', true],
    ['imap', 'mia@acme.test', true],
    ['imap', 'Mia@ACME.test', true],
    ['gmail', other, true],
    ['graph', other, true],
    // Whoever runs a server lets themselves in under any address.
    ['imap', other, false],
    ['imap', 'next.hire@acme.test', false],
  ] as const)('%s, %s: %s', (provider, at, provesAddress) => {
    expect(decideClaim(claim({ provider, at }), rules())).toMatchObject({ may: true, provesAddress });
  });

  test('a box that several people read is nobody’s own, whoever vouches for it', () => {
    const shared = claim({ at: 'jobs@acme.test', isShared: true });
    expect(decideClaim(shared, rules())).toMatchObject({ may: true, provesAddress: false });
  });
});

describe('an address of a colleague', () => {
  test.each(['gmail', 'graph', 'imap'] as const)('is refused over %s [JS-09] [LF-08]', (provider) => {
    for (const facts of [{ isColleagues: true }, { isColleaguesMailbox: true }]) {
      const decision = decideClaim(claim({ provider, at: 'tom@acme.test', ...facts }), rules());
      expect(decision).toEqual({ may: false, because: 'colleagues' });
    }
  });

  test('that a colleague only claimed by a login keeps nobody from the address they sign in with', () => {
    expect(decideClaim(claim({ isColleaguesMailbox: true }), rules())).toMatchObject({ may: true });
  });
});

describe('what the company decided', () => {
  test.each([
    ['connecting is off', { isConnectingOn: false }, {}, 'connecting-off'],
    ['so much access is not allowed', { allowedAccess: new Set(['send-only']) }, {}, 'access-not-allowed'],
    [
      'so little access is not allowed',
      { allowedAccess: new Set(['full']) },
      { access: 'send-only' },
      'access-not-allowed',
    ],
    ['the provider is not allowed', { allowedProviders: new Set(['graph']) }, {}, 'provider-not-allowed'],
    [
      'passwords are not allowed',
      { isPasswordLoginAllowed: false },
      { provider: 'imap' },
      'passwords-not-allowed',
    ],
    [
      'the domain is forbidden',
      { forbiddenDomains: new Set(['home.test']) },
      { at: other },
      'domain-forbidden',
    ],
    [
      'a domain above it is forbidden',
      { forbiddenDomains: new Set(['home.test']) },
      { at: 'mia@mail.home.test' },
      'domain-forbidden',
    ],
  ] as const)('%s: refused [P-11] [P-12] [P-14] [P-19]', (_, company, facts, because) => {
    expect(decideClaim(claim(facts), rules(company as Partial<ConnectRules>))).toEqual({
      may: false,
      because,
    });
  });

  test('passwords not allowed leaves Google and Microsoft open [P-12] [KL-24]', () => {
    for (const provider of ['gmail', 'graph'] as const)
      expect(decideClaim(claim({ provider }), rules({ isPasswordLoginAllowed: false })).may).toBe(true);
  });

  test('a mailbox outside the company’s domains is allowed, and told to be personal [LI-12] [P-14]', () => {
    expect(decideClaim(claim({ at: other }), rules())).toMatchObject({ may: true, isPersonal: true });
    expect(decideClaim(claim(), rules())).toMatchObject({ may: true, isPersonal: false });
  });
});
