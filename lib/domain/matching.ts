/*
 * By which rules a company keeps mail: alternatives, each a set of rules that must all hold. Pure data, which `interest` asks.
 * No alternative keeps no mail; what a person does by hand is not decided here.
 */
export const matchRules = ['ancestry', 'candidate-address', 'verified-address', 'label'] as const;
/**
 * ancestry: it answers what Candor sent or keeps. candidate-address: an address on it is on a candidate's record.
 * verified-address: that address is verified, and the candidate agreed to be found by it. label: the candidate label in the mailbox.
 */
export type MatchRule = (typeof matchRules)[number];

export type Matching = readonly (readonly MatchRule[])[];

/** All mail with known candidates, what answers it, and what is labelled by hand. */
export const knownCandidates = [['ancestry'], ['candidate-address'], ['label']] as const satisfies Matching;
/** Of the mail itself only answers: a thread begins by a send or by hand. */
export const repliesOnly = [['ancestry'], ['label']] as const satisfies Matching;

/**
 * Every rule of every alternative that holds, in the order of `matchRules`; empty when none does. An alternative without a
 * rule never holds: as "all of none" it would keep every message there is.
 */
export const rulesThatKeep = (matching: Matching, holding: ReadonlySet<MatchRule>): readonly MatchRule[] => {
  const met = matching.filter((rules) => rules.length > 0 && rules.every((rule) => holding.has(rule)));
  return matchRules.filter((rule) => met.some((rules) => rules.includes(rule)));
};

/** The rule keeps mail by itself, whatever else holds. */
export const keepsAlone = (matching: Matching, rule: MatchRule): boolean =>
  rulesThatKeep(matching, new Set([rule])).length > 0;

/** What the alternatives keep, in whole sentences. */
export const explainMatching = (matching: Matching): string => {
  const clause = matchClause(matching);
  return clause === undefined
    ? 'No mail is kept by itself, only what a person logs by hand or asks for with “Sync e-mails”.'
    : `Mail is kept ${clause}. So is what a person logs by hand or asks for with “Sync e-mails”.`;
};

/** "when it answers … and …, or when …"; undefined when nothing is kept by itself. */
export const matchClause = (matching: Matching): string | undefined => {
  const ways = matching
    .map((rules) => matchRules.filter((rule) => rules.includes(rule)))
    .filter((rules) => rules.length > 0)
    .map((rules) => `when ${rules.map((rule) => wordsForRule[rule]).join(' and ')}`);
  return ways.length === 0 ? undefined : [...new Set(ways)].join(', or ');
};

const wordsForRule: Readonly<Record<MatchRule, string>> = {
  ancestry: 'it answers mail that Candor sent or already keeps',
  'candidate-address': 'an address on it is on a candidate’s record',
  'verified-address': 'an address on it is verified and its candidate agreed to be found by it',
  label: 'its thread has the candidate label in the mailbox',
};
