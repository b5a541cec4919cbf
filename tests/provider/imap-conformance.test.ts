import { afterAll, beforeAll, describe } from 'vitest';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { describeProvider } from './conformance.ts';
import { openImapAtDovecot } from './imap-at-dovecot.ts';

describe.each(['modern', 'old'] as const)('a %s server', (persona) => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona });
  });
  afterAll(() => dovecot.close());

  describeProvider('IMAP', () => openImapAtDovecot(dovecot));
});
