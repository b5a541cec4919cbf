import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyAutomatic } from '../../lib/domain/automatic.ts';

const headers = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));

const report = (type: string) => `multipart/report; report-type=${type}; boundary="b"`;
const leave = { 'List-Unsubscribe': '<https://x.test/u>' };

describe('classifyAutomatic', () => {
  test.each([
    ['auto-reply', 'an answer of a machine', { 'Auto-Submitted': 'auto-replied' }],
    ['auto-reply', 'one with a parameter', { 'auto-submitted': 'Auto-Replied; owner-email="a@x.test"' }],
    ['auto-reply', 'one with a comment', { 'Auto-Submitted': ' (vacation) auto-replied' }],
    ['auto-reply', 'an older mark', { 'X-Autoreply': 'yes' }],
    ['auto-reply', 'another older mark', { 'X-Autorespond': 'Out of office' }],
    ['auto-reply', 'an older precedence', { Precedence: 'auto_reply' }],
    ['auto-reply', 'an answer sent as bulk', { 'Auto-Submitted': 'auto-replied', Precedence: 'bulk' }],
    ['auto-generated', 'a notice of a machine', { 'Auto-Submitted': 'auto-generated' }],
    ['auto-generated', 'a notice by a filter', { 'Auto-Submitted': 'auto-notified; owner-email=a@x.test' }],
    ['auto-generated', 'a keyword of the future', { 'Auto-Submitted': 'auto-dreamt' }],
    [
      'auto-generated',
      'a read receipt',
      { 'Content-Type': report('disposition-notification'), 'Return-Path': '<>' },
    ],
    ['auto-generated', 'a complaint report', { 'Content-Type': report('feedback-report') }],
    ['bounce', 'a delivery report', { 'Content-Type': report('delivery-status') }],
    [
      'bounce',
      'one in quotes',
      { 'Content-Type': 'Multipart/Report; boundary=b;\r\n Report-Type="delivery-status"' },
    ],
    [
      'bounce',
      'a report of no type from nobody',
      { 'Content-Type': 'multipart/report', 'Return-Path': '<>' },
    ],
    ['bounce', 'words of a mail system', { From: 'Mail <MAILER-DAEMON@x.test>' }],
    ['bounce', 'words of a postmaster from nobody', { 'Return-Path': '< >', From: 'postmaster@x.test' }],
    ['bulk', 'junk that anybody can post to', { 'List-Post': '<mailto:l@x.test>', Precedence: 'junk' }],
    ['bounce', 'a list of who could not be reached', { 'X-Failed-Recipients': 'jane@example.test' }],
    [
      'bounce',
      'one that is marked as an answer',
      { 'Auto-Submitted': 'auto-replied', 'Content-Type': report('delivery-status') },
    ],
    ['bulk', 'bulk by its own word', { Precedence: 'bulk' }],
    ['bulk', 'junk by its own word', { Precedence: ' Junk ' }],
    [
      'bulk',
      'a campaign that can be left by one click',
      { ...leave, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    ],
    ['bulk', 'a campaign of a sending service', { ...leave, 'Feedback-ID': '1:2:3:x' }],
    [
      'bulk',
      'a list nobody can post to',
      { ...leave, Precedence: 'list', 'List-Post': 'NO (announcements)' },
    ],
  ])('%s: %s', (kind, _, fields) => {
    expect(classifyAutomatic(headers(fields))).toBe(kind);
  });

  test.each([
    ['a message without marks', { From: 'jane@example.test', Subject: 'Out of office' }],
    ['one that says a person wrote it', { 'Auto-Submitted': 'no' }],
    ['one that says so with a comment', { 'Auto-Submitted': 'no (really)' }],
    ['an empty mark', { 'Auto-Submitted': '' }],
    ['one that asks others not to answer', { 'X-Auto-Response-Suppress': 'All' }],
    ['a List-Id alone', { 'List-Id': '<jobs.x.test>' }],
    ['a way to leave alone', leave],
    [
      'a discussion list',
      { ...leave, 'List-Id': '<l.x.test>', 'List-Post': '<mailto:l@x.test>', Precedence: 'list' },
    ],
    ['a discussion list whose software says bulk', { 'List-Post': '<mailto:l@x.test>', Precedence: 'bulk' }],
    ['a list that says it is one', { Precedence: 'list' }],
    ['an empty return path alone', { 'Return-Path': '<>' }],
    [
      'a postmaster who writes in person',
      { From: 'postmaster@x.test', 'Return-Path': '<postmaster@x.test>' },
    ],
    [
      'a body of another type that speaks of reports',
      { 'Content-Type': 'text/plain; report-type=delivery-status' },
    ],
    ['a name from the prototype', { ['__proto__']: 'auto-replied', constructor: 'bulk' }],
  ])('nothing: %s', (_, fields) => {
    expect(classifyAutomatic(headers(fields))).toBeUndefined();
  });

  test.each([
    ['comments', '('.repeat(1_000_000)],
    ['quotes', '"\\'.repeat(500_000)],
    ['parameters', `multipart/report${'; report-type ='.repeat(70_000)}`],
    ['white space', ' '.repeat(1_000_000)],
    ['NULs', '\0'.repeat(1_000_000)],
  ])('a megabyte of %s in every header is read', (_, value) => {
    const names = ['Auto-Submitted', 'Content-Type', 'Return-Path', 'From', 'Precedence', 'List-Post'];
    expect(() => classifyAutomatic(names.map((name) => ({ name, value })))).not.toThrow();
  });

  test('the case of names, the order of headers and unknown headers change nothing', () => {
    const field = fc.record({
      name: fc.constantFrom(
        'Auto-Submitted',
        'Precedence',
        'Return-Path',
        'Content-Type',
        'List-Unsubscribe',
        'List-Post',
        'From',
      ),
      value: fc.constantFrom(
        'no',
        'auto-replied',
        'bulk',
        'list',
        '<>',
        report('delivery-status'),
        'MAILER-DAEMON@x.test',
        '',
      ),
    });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 6 }), fc.string(), (fields, noise) => {
        const changed = [
          { name: `X-${noise}`, value: 'auto-replied' },
          ...fields
            .toReversed()
            .map(({ name, value }) => ({ name: name.toUpperCase(), value: ` ${value.toUpperCase()} ` })),
        ];
        expect(classifyAutomatic(changed)).toBe(classifyAutomatic(fields));
      }),
    );
  });
});
