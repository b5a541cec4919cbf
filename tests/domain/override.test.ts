import { expect, test } from 'vitest';
import { decideOverride, isReason } from '../../lib/domain/override.ts';

test.each([
  ['owner', true, { allowed: true }],
  ['admin', true, { allowed: true }],
  ['owner', false, { allowed: false, because: 'switched-off' }],
  ['admin', false, { allowed: false, because: 'switched-off' }],
  ['recruiter', true, { allowed: false, because: 'role' }],
  ['hiring-manager', true, { allowed: false, because: 'role' }],
  ['interviewer', false, { allowed: false, because: 'role' }],
] as const)('%s, the switch on: %s [P-03]', (role, isOn, decided) => {
  expect(decideOverride(role, isOn)).toEqual(decided);
});

test.each([
  ['', false],
  ['because', false],
  ['                          ', false],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', false],
  ['a b c d e f', false],
  ['The candidate complained about how we wrote.', true],
  ['  Beschwerde der Kandidatin über den Ton  ', true],
])('“%s” is a reason: %s', (text, is) => {
  expect(isReason(text)).toBe(is);
});
