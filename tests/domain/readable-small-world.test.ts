/* Every combination of the facts the five rules speak of, against the rules said a second time in other words. */
import { expect, test } from 'vitest';
import {
  decideReadable,
  type ReadableMessage,
  type Stance,
  type ThreadWorld,
} from '../../lib/domain/readable.ts';
import { addressOf, aWorld, grant, now, team, viewer } from './a-thread-world.ts';

const ownerStates = [
  'no copy',
  'default',
  'private',
  'shared',
  'private without a copy',
  'shared without a copy',
  'default and withheld',
  'shared and withheld',
] as const;
const choices = {
  copy: [true, false],
  stood: ['nowhere', 'from', 'to', 'cc', 'bcc'],
  grant: ['none', 'without end', 'live', 'ended', 'by a non-owner'],
  access: [true, false],
  ana: ownerStates,
  bo: ownerStates,
  visibility: ['record-access', 'owner-only'],
  isAllowed: [true, false],
  isUsed: [true, false],
} as const;
type Facts = { readonly [K in keyof typeof choices]: (typeof choices)[K][number] };
type Name = 'vera' | 'ana' | 'bo';

/* Copy, stood, grant and use are Vera's; access everybody's. Vera's own stance, where she holds a copy, is the default. */
const isVera = (who: Name) => who === 'vera';
const holds = (who: Name, facts: Facts) =>
  isVera(who) ? facts.copy : /^(default|private|shared)( and withheld)?$/.test(facts[who as 'ana' | 'bo']);
const holders = (facts: Facts) => (['vera', 'ana', 'bo'] as const).filter((who) => holds(who, facts));
/** Nothing, where what they say does not reach the message. */
const says = (who: Name, facts: Facts) => (isVera(who) ? 'default' : facts[who as 'ana' | 'bo']);

/** The five rules of the architecture, each as its own sentence over the facts. */
const sentences: readonly (readonly [string, (who: Name, facts: Facts) => boolean])[] = [
  ['copy', (who, facts) => holders(facts).includes(who)],
  ['participant', (who, facts) => isVera(who) && facts.stood !== 'nowhere'],
  [
    'grant',
    (who, facts) =>
      isVera(who) &&
      holds('ana', facts) &&
      !facts.ana.endsWith('withheld') &&
      /^(without end|live)$/.test(facts.grant),
  ],
  [
    'team',
    (_, facts) =>
      facts.access &&
      !holders(facts).some((who) => says(who, facts) === 'private') &&
      holders(facts).some((who) =>
        (facts.visibility === 'owner-only' ? ['shared'] : ['shared', 'default']).includes(says(who, facts)),
      ),
  ],
  ['override', (who, facts) => isVera(who) && facts.isAllowed && facts.isUsed],
];

const toWorld = (facts: Facts): ThreadWorld => {
  const ends = {
    none: [],
    'without end': [{}],
    live: [{ endsAt: now + 1 }],
    ended: [{ endsAt: now }],
    'by a non-owner': [{ ownerId: 'eve' }],
  };
  const stance = (state: string): readonly Stance[] =>
    (['default', 'private', 'shared'] as const).filter((one) => state.startsWith(one));
  return aWorld({
    defaultVisibility: facts.visibility,
    stances: new Map(
      (['ana', 'bo'] as const).flatMap((who) =>
        stance(facts[who]).map((one): [string, Stance] => [who, one]),
      ),
    ),
    grants: ends[facts.grant].map((end) => grant(end)),
    candidateAccess: new Map(facts.access ? ['vera', 'ana', 'bo'].map((who) => [who, team]) : []),
    isOverrideAllowed: facts.isAllowed,
    overrides: new Map(facts.isUsed ? [['vera', now]] : []),
  });
};
const toMessage = (facts: Facts): ReadableMessage => ({
  ownerIds: new Set(holders(facts)),
  withheldBy: new Set((['ana', 'bo'] as const).filter((who) => facts[who].endsWith('withheld'))),
  participants: facts.stood === 'nowhere' ? [] : [{ address: addressOf('vera'), role: facts.stood }],
});

const everyFacts = (Object.keys(choices) as (keyof Facts)[]).reduce<readonly Partial<Facts>[]>(
  (worlds, key) => worlds.flatMap((world) => choices[key].map((choice) => ({ ...world, [key]: choice }))),
  [{}],
) as readonly Facts[];

test('each right applies exactly where its sentence is true, for every viewer in every world', () => {
  const wrong: unknown[] = [];
  let asked = 0;
  for (const facts of everyFacts) {
    const [message, world] = [toMessage(facts), toWorld(facts)];
    for (const who of ['vera', 'ana', 'bo'] as const) {
      const decision = decideReadable(viewer(who), message, world);
      const rights = decision.readable ? decision.because.map(({ right }) => right) : [];
      const wanted = sentences.filter(([, isTrue]) => isTrue(who, facts)).map(([right]) => right);
      asked += 1;
      if (rights.join() !== wanted.join() || decision.readable !== wanted.length > 0)
        wrong.push({ who, facts, rights, wanted });
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(asked).toBe(3 * 2 * 5 * 5 * 2 * 8 * 8 * 2 * 2 * 2);
});
