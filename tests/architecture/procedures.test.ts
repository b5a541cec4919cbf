import { expect, test } from 'vitest';
import { bugWords, FailureReason, failureWords } from '../../lib/contract/failure.ts';
import { codeOf } from '../../server/trpc/init.ts';
import { appRouter } from '../../server/trpc/router.ts';

const procedures = Object.entries(appRouter._def.procedures);

test('every procedure says what goes in and what comes out', () => {
  expect(procedures.length).toBeGreaterThan(10);
  for (const [path, procedure] of procedures) {
    const { inputs, output } = procedure._def as unknown as { inputs: unknown[]; output?: unknown };
    expect([path, inputs.length > 0, output !== undefined]).toEqual([path, true, true]);
  }
});

test('every reason to refuse has a code, and whole sentences for the person', () => {
  for (const reason of FailureReason.options) {
    expect(codeOf[reason]).toMatch(/^[A-Z_]+$/);
    for (const sentence of Object.values(failureWords[reason])) expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
  for (const sentence of Object.values(bugWords)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
