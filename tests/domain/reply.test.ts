import { expect, test } from 'vitest';
import type { Address } from '../../lib/domain/address.ts';
import type { Participant } from '../../lib/domain/message.ts';
import {
  possibleRecipients,
  replyRecipients,
  replyReferences,
  replySubject,
} from '../../lib/domain/reply.ts';

const who = (role: Participant['role'], address: string, name?: string): Participant => ({
  role,
  address: address as Address,
  ...(name === undefined ? {} : { name }),
});
const isOwn = (address: Address) => address.startsWith('ana@');

test.each([
  ['Interview', 'Re: Interview'],
  ['Re: Interview', 'Re: Interview'],
  ['RE : Interview', 'RE : Interview'],
  ['Fwd: Interview', 'Re: Fwd: Interview'],
  ['', 'Re:'],
])('the subject %j is answered as %j', (subject, reply) => {
  expect(replySubject(subject)).toBe(reply);
});

test('a reply names what its parent names, and the parent last', () => {
  const answered = { messageId: 'c', inReplyTo: ['b'], references: ['a', 'b'] };
  expect(replyReferences(answered)).toEqual(['a', 'b', 'c']);
});

test('where the parent has no References, what it answers stands for them', () => {
  expect(replyReferences({ messageId: 'c', inReplyTo: ['b'], references: [] })).toEqual(['b', 'c']);
  expect(replyReferences({ inReplyTo: [], references: [] })).toEqual([]);
});

test('of a long chain the first and the last ones are named', () => {
  const references = Array.from({ length: 40 }, (_, nr) => `id-${nr}`);
  const named = replyReferences({ messageId: 'own', inReplyTo: [], references });
  expect(named).toHaveLength(20);
  expect([named[0], named.at(-2), named.at(-1)]).toEqual(['id-0', 'id-39', 'own']);
});

test('a reply goes to who sent the message, and to one’s own recipients where that was oneself', () => {
  const received = { participants: [who('from', 'jane@x.test'), who('to', 'ana@acme.test')] };
  const sent = {
    participants: [who('from', 'ana@acme.test'), who('to', 'jane@x.test'), who('cc', 'tom@acme.test')],
  };
  expect(replyRecipients(received, isOwn).map(({ address }) => address)).toEqual(['jane@x.test']);
  expect(replyRecipients(sent, isOwn).map(({ address }) => address)).toEqual(['jane@x.test']);
});

test('it may go to everybody on the thread once, but oneself and who was on Bcc', () => {
  const people = possibleRecipients(
    [
      { participants: [who('from', 'jane@x.test'), who('to', 'ana@acme.test'), who('bcc', 'eve@x.test')] },
      { participants: [who('from', 'Jane@X.test', 'Jane Doe'), who('cc', 'tom@acme.test')] },
    ],
    isOwn,
  );
  expect(people.map(({ address, name }) => name ?? address)).toEqual(['Jane Doe', 'tom@acme.test']);
});
