/**
 * What a person lets Candor do with a mailbox of theirs. `full`: read mail with candidates, label it, and send. `send-only`:
 * send and nothing else, for companies that let no third party read their mail.
 */
export const accessLevels = ['full', 'send-only'] as const;
export type AccessLevel = (typeof accessLevels)[number];
