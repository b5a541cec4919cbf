import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address } from '../../lib/domain/address.ts';
import { baseSubject, driftOf, sideBranches } from '../../lib/domain/withheld.ts';

const jane = 'jane@mailbox.test' as Address;
const rita = 'rita@agency.test' as Address;
const known = { isKnown: (address: Address) => address === jane, isSameSubject: true };

describe('a share stands still [N-10] [P-21]', () => {
  test('from the message on with which somebody new stands on the thread', () => {
    expect(driftOf([jane, rita], known)).toEqual({ cause: 'newcomer', address: rita });
  });
  test('and from the one with which it is about something else', () => {
    expect(driftOf([jane], { ...known, isSameSubject: false })).toEqual({ cause: 'subject' });
  });
  test('not where the same people go on about the same', () => {
    expect(driftOf([jane], known)).toBeUndefined();
  });
  test('who joined is told before what it is about', () => {
    expect(driftOf([rita], { ...known, isSameSubject: false })?.cause).toBe('newcomer');
  });
});

describe('what a message is about', () => {
  test.each([
    ['On-site interview', 're: RE: On-site  interview '],
    ['On-site interview', 'Fwd: AW: Re[2]: on-site interview'],
    ['On-site interview', '[External] Re: On-site interview'],
    ['On-site interview', 'RE：On-site interview (fwd)'],
    ['On-site interview', '  Re : [List]  Re: On-site interview'],
    ['On-site interview', '[List]Re[12]: On-site interview(fwd)'],
  ])('%s stays the same as %s', (one, other) => {
    expect(baseSubject(other)).toBe(baseSubject(one));
  });
  test('is another, when its words are', () => {
    expect(baseSubject('Re: Your offer')).not.toBe(baseSubject('On-site interview'));
    for (const [one, other] of [
      ['Interview re: visit', 'visit'],
      ['Next week', 'Nextweek'],
      ['Notes (fwd) of today', 'Notes of today'],
      ['Reading: on queues', 'on queues'],
    ] as const)
      expect(baseSubject(one)).not.toBe(baseSubject(other));
  });
  test('loses marks of an answer where it begins alone', () => {
    expect(baseSubject('Interview re: visit')).toBe('interview re: visit');
  });
  test('is not found out by marks of an answer alone', () => {
    expect(baseSubject('Re: Fwd:')).toBe('');
    expect(baseSubject('Report')).toBe('report');
  });
  test('is the same however often it was answered', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.constantFrom('Re: ', 'AW: ', 'fwd: ', 'SV: ')),
        (subject, marks) => {
          expect(baseSubject(marks.join('') + baseSubject(subject))).toBe(baseSubject(baseSubject(subject)));
        },
      ),
    );
  });
  test('is found in time, whatever it is', () => {
    expect(baseSubject(`${'Re: '.repeat(20_000)}x`)).toBe('x');
  });
});

describe('a side branch [P-04]', () => {
  const messages = [
    { participants: [{ address: jane }, { address: 'ana@acme.test' }] },
    { participants: [{ address: 'ana@acme.test' }, { address: 'tom@acme.test' }] },
  ];
  test('is a message that went past the candidates, where others did not', () => {
    expect(sideBranches(messages, new Set([jane]))).toEqual([1]);
  });
  test('is none where no message went to them, or every one did', () => {
    expect(sideBranches(messages.slice(1), new Set([jane]))).toEqual([]);
    expect(sideBranches(messages.slice(0, 1), new Set([jane]))).toEqual([]);
  });
});
