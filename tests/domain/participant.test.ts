import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldAddress, isOwnDomain } from '../../lib/domain/address.ts';
import type { Participant } from '../../lib/domain/message.ts';
import { outsideParticipants, shownParticipants } from '../../lib/domain/participant.ts';
import { aMessage, anAddress, aParticipant } from '../build/a-message.ts';

const inside = { ownDomains: new Set(['acme.test']), colleagueAddresses: new Set(['tom@home.test']) };
const addressesOf = (people: readonly { readonly address: string }[]) => people.map(({ address }) => address);

describe('outsideParticipants', () => {
  test('people at the own domains and colleagues who write from elsewhere are not outside', () => {
    const message = aMessage({ to: ['jane@example.test', 'bo@eu.acme.test', 'Tom@home.test'] });
    expect(addressesOf(outsideParticipants([message.participants], inside))).toEqual(['jane@example.test']);
  });

  test('who sent something stands before who was only written to', () => {
    const first = aMessage({ to: ['carl@example.test', 'jane@example.test'] });
    const reply = aMessage({ from: 'Jane@example.test', to: ['ana@acme.test'] });
    expect(outsideParticipants([first.participants, reply.participants], inside)).toEqual([
      { address: 'jane@example.test', isSender: true },
      { address: 'carl@example.test', isSender: false },
    ]);
  });

  test('the name is the first one that says something', () => {
    const people = [
      aParticipant('to', 'jane@example.test', ' '),
      aParticipant('cc', 'JANE@example.test', ' Jane Doe '),
      aParticipant('cc', 'jane@example.test', 'J.'),
    ];
    expect(outsideParticipants([people], inside)).toEqual([
      { address: 'jane@example.test', name: 'Jane Doe', isSender: false },
    ]);
  });

  test('a thread without anybody from outside gives nobody', () => {
    expect(outsideParticipants([aMessage({ to: ['bo@acme.test'] }).participants, []], inside)).toEqual([]);
  });

  test('everybody outside is given once, nobody inside ever, senders first', () => {
    fc.assert(
      fc.property(fc.array(fc.array(someParticipant, { maxLength: 5 }), { maxLength: 5 }), (messages) => {
        const people = outsideParticipants(messages, inside);
        const folded = people.map(({ address }) => foldAddress(address));
        const wanted = messages
          .flat()
          .map(({ address }) => address)
          .filter(
            (address) => !isOwnDomain(address, inside.ownDomains) && foldAddress(address) !== 'tom@home.test',
          )
          .map(foldAddress);
        expect([...folded].sort()).toEqual([...new Set(wanted)].sort());
        expect(people.map(({ isSender }) => isSender)).toEqual(
          people
            .map(({ isSender }) => isSender)
            .sort()
            .reverse(),
        );
      }),
    );
  });
});

describe('shownParticipants', () => {
  const message = aMessage({
    from: 'ana@acme.test',
    to: ['jane@example.test'],
    cc: ['bo@acme.test'],
    bcc: ['tom@acme.test', 'eve@acme.test'],
  });
  const viewer = (address: string, hasCopy: boolean) => ({ addresses: new Set([address]), hasCopy });
  const open = ['ana@acme.test', 'jane@example.test', 'bo@acme.test'];

  test.each([
    ['the sender whose copy tells it', viewer('ana@acme.test', true), ['tom@acme.test', 'eve@acme.test']],
    ['the sender whose mailbox holds no copy', viewer('ana@acme.test', false), []],
    ['a person on Bcc, of themself', viewer('tom@acme.test', true), ['tom@acme.test']],
    ['a person on Bcc without a copy, of themself', viewer('tom@acme.test', false), ['tom@acme.test']],
    ['a person on Cc who holds a copy', viewer('bo@acme.test', true), []],
    ['a colleague by any other right', viewer('zoe@acme.test', false), []],
  ])('who is on Bcc is shown to %s', (_, one, bcc) => {
    expect(addressesOf(shownParticipants(one, message.participants))).toEqual([...open, ...bcc]);
  });

  test('From, To and Cc are shown to everybody, and of Bcc only oneself unless one sent it', () => {
    fc.assert(
      fc.property(
        fc.array(someParticipant, { maxLength: 6 }),
        someAddress,
        fc.boolean(),
        (participants, own, hasCopy) => {
          const shown = shownParticipants({ addresses: new Set([foldAddress(own)]), hasCopy }, participants);
          const notBcc = (list: readonly Participant[]) => list.filter(({ role }) => role !== 'bcc');
          expect(notBcc(shown)).toEqual(notBcc(participants));
          const isSender = participants.some(
            ({ role, address }) => role === 'from' && foldAddress(address) === foldAddress(own),
          );
          if (hasCopy && isSender) expect(shown).toEqual(participants);
          else
            for (const { role, address } of shown)
              if (role === 'bcc') expect(foldAddress(address)).toBe(foldAddress(own));
        },
      ),
    );
  });
});

const someAddress = fc
  .constantFrom(
    'ana@acme.test',
    'bo@eu.acme.test',
    'TOM@home.test',
    'jane@example.test',
    'Jane@example.test',
    'x@y.test',
  )
  .map(anAddress);
const someParticipant: fc.Arbitrary<Participant> = fc.record({
  address: someAddress,
  role: fc.constantFrom('from', 'to', 'cc', 'bcc'),
});
