/* What every provider keeps of the port, whatever it is built on. */
import { afterEach, beforeEach, describe } from 'vitest';
import { deltaRules, lostCursorRules } from './conformance-delta.ts';
import { readingRules } from './conformance-reading.ts';
import { refusalRules } from './conformance-refusals.ts';
import { removalRules } from './conformance-removal.ts';
import { sendingRules } from './conformance-sending.ts';
import type { MailboxUnderTest } from './mailbox-under-test.ts';

export const describeProvider = (name: string, open: () => Promise<MailboxUnderTest>) =>
  describe(`${name} keeps the port`, () => {
    let opened: MailboxUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const box = () => opened;

    describe('what changed since a cursor', () => deltaRules(box));
    describe('a cursor that was lost', () => lostCursorRules(box));
    describe('reading and labelling', () => readingRules(box));
    describe('deleting one message', () => removalRules(box));
    describe('sending', () => sendingRules(box));
    describe('refusals', () => refusalRules(box));
  });
