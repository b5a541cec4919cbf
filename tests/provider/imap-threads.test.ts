/* Our threads beside those of a real Dovecot, on a mailbox of our own: whatever way the messages come in. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinThreads } from '../../lib/domain/thread.ts';
import { parseHead, readHeaders } from '../../server/providers/mime.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { threadRefs } from '../lab/imap/thread-refs.ts';
import { letter } from './letter.ts';

let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot({ persona: 'modern' });
});
afterAll(() => dovecot.close());

type Fact = Parameters<typeof letter>[0];
const sources = (facts: readonly Fact[]) => facts.map((fact) => new Uint8Array(Buffer.from(letter(fact))));
const canonical = (threads: readonly (readonly number[])[]) =>
  threads.map((thread) => [...thread].sort((a, b) => a - b)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
const ours = async (raws: readonly Uint8Array[]) => {
  const messages = [];
  for (const [place, raw] of raws.entries())
    messages.push({ place, ...readHeaders(await parseHead(raw), Date.UTC(2026, 1)) });
  return canonical(joinThreads(messages).map((thread) => thread.map(({ place }) => place)));
};

/** Threads of replies, forwards and siblings, with parents missing or late, and the same subject on all. */
const mailbox: fc.Arbitrary<readonly Fact[]> = fc
  .array(
    fc.record({ parent: fc.nat(), by: fc.constantFrom('references', 'in-reply-to', 'both', 'nothing') }),
    {
      minLength: 200,
      maxLength: 200,
    },
  )
  .chain((steps) => {
    const ancestors: string[][] = [];
    const facts = steps.map(({ parent, by }, nth): Fact => {
      const id = `m${nth}@x.test`;
      const at = nth === 0 ? 0 : parent % nth;
      const line = by === 'nothing' || nth === 0 ? [] : [...(ancestors[at] ?? []), `m${at}@x.test`];
      ancestors.push(line);
      return {
        id,
        subject: 'Re: Your application',
        ...(line.length > 0 && by !== 'in-reply-to' ? { references: line } : {}),
        ...(line.length > 0 && by !== 'references' ? { inReplyTo: line.at(-1) ?? '' } : {}),
      };
    });
    // A tenth is never found, so that others stand on ids that are only mentioned.
    return fc.shuffledSubarray(facts, { minLength: 180, maxLength: 180 });
  });

test('the threads of a mailbox are those of THREAD=REFS [N-11]', async () => {
  for (const [nth, facts] of fc.sample(mailbox, { numRuns: 3, seed: 7 }).entries()) {
    const raws = sources(facts);
    expect(await ours(raws)).toEqual(canonical(await threadRefs(dovecot, `sample-${nth}`, raws)));
  }
});

test('where In-Reply-To names a person, Dovecot joins what was answered to them, and we what was answered', async () => {
  const answering = (who: string, id: string) => [`In-Reply-To: Message from Bo <${who}> of "Thu" <${id}>`];
  const raws = sources([
    { id: '1@x.test' },
    { id: '2@x.test', headers: answering('bo@x.test', '1@x.test') },
    { id: '3@x.test' },
    { id: '4@x.test', headers: answering('bo@x.test', '3@x.test') },
  ]);
  expect(await ours(raws)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(canonical(await threadRefs(dovecot, 'sentences', raws))).toEqual([[0], [1, 3], [2]]);
});
