import { expect, test } from 'vitest';
import { z } from 'zod';
import { bugWords, FailureReason, failureWords } from '../../lib/contract/failure.ts';
import { codeOf } from '../../server/trpc/init.ts';
import { appRouter } from '../../server/trpc/router.ts';

type Procedure = { readonly _def: { readonly inputs: readonly unknown[]; readonly output?: unknown } };
// Flat and by path, whatever the types of the routers say.
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);

test('every procedure says what goes in and what comes out', () => {
  expect(procedures.length).toBeGreaterThan(10);
  for (const [path, { _def }] of procedures)
    expect([path, _def.inputs.length > 0, _def.output !== undefined]).toEqual([path, true, true]);
});

test('who may read is decided for a whole thread: nothing that takes a stance takes a message [LF-15]', () => {
  const fieldsOf = (schema: unknown): readonly string[] =>
    schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const inputs = procedures.map(([path, { _def }]) => ({ path, fields: _def.inputs.flatMap(fieldsOf) }));
  const onStances = inputs.filter(({ fields }) => fields.includes('stance'));
  const whole = ['previewStance', 'previewStanceAll', 'setStance', 'setStanceAll'];
  expect(onStances.map(({ path }) => path).sort()).toEqual(whole.map((name) => `thread.${name}`));
  for (const { path, fields } of onStances) {
    expect(fields).toContain(path.endsWith('All') ? 'scope' : 'threadId');
    expect(fields).not.toContain('messageId');
  }
});

test('every reason to refuse has a code, and whole sentences for the person', () => {
  for (const reason of FailureReason.options) {
    expect(codeOf[reason]).toMatch(/^[A-Z_]+$/);
    for (const sentence of Object.values(failureWords[reason])) expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
  for (const sentence of Object.values(bugWords)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
