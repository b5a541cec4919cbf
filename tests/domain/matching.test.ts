import { describe, expect, test } from 'vitest';
import { explainMatching, keepsAlone, knownCandidates, rulesThatKeep } from '../../lib/domain/matching.ts';

describe('what a company keeps', () => {
  test('is what it always kept until an admin decides: answers, candidates’ mail, labelled threads', () => {
    for (const rule of ['ancestry', 'candidate-address', 'label'] as const)
      expect(keepsAlone(knownCandidates, rule)).toBe(true);
  });

  test('is nothing by an alternative without rules', () => {
    expect(rulesThatKeep([[]], new Set(['label']))).toEqual([]);
  });

  test.each([
    [
      knownCandidates,
      'Mail is kept when it answers mail that Candor sent or already keeps, or when an address on it is on a candidate’s record, or when its thread has the candidate label in the mailbox. So is what a person logs by hand or asks for with “Sync e-mails”.',
    ],
    [
      [['label', 'verified-address']],
      'Mail is kept when an address on it is verified and its candidate agreed to be found by it and its thread has the candidate label in the mailbox. So is what a person logs by hand or asks for with “Sync e-mails”.',
    ],
    [[], 'No mail is kept by itself, only what a person logs by hand or asks for with “Sync e-mails”.'],
  ] as const)('is said in words: %j [P-05]', (matching, words) => {
    expect(explainMatching(matching)).toBe(words);
  });
});
