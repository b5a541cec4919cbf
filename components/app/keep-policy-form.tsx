import { useEffect, useRef, useState } from 'react';
import { type Live, useLive } from '../../lib/client/live.ts';
import { Alternatives, type KeepPolicy } from '../../lib/contract/keeping.ts';
import {
  explainMatching,
  knownCandidates,
  type MatchRule,
  matchRules,
  repliesOnly,
} from '../../lib/domain/matching.ts';
import { Button } from '../ui/button.tsx';
import { PolicyForm, PolicySection, PolicyTick } from './policy-form.tsx';

/** For admins: which mail is kept by itself, and whether mail may make a candidate. */
export const KeepSettings = () => (
  <PolicySection
    title="Which mail is kept"
    intro="Mail that none of the ways below keeps leaves no trace in Candor. Within one way, all that is ticked must hold."
    read={readPolicy}
  >
    {(policy) => <KeepPolicyForm policy={policy} />}
  </PolicySection>
);

const readPolicy = (live: Live): Promise<KeepPolicy> => live.keepPolicy();

type Way = { readonly key: number; readonly rules: readonly MatchRule[] };
/** Ways come and go, so each is told from the others by a number of its own. */
let lastKey = 0;
const toWay = (rules: readonly MatchRule[]): Way => {
  lastKey += 1;
  return { key: lastKey, rules };
};
type Draft = { readonly ways: readonly Way[]; readonly mayCreateCandidates: boolean };
const toDraft = ({ matching, mayCreateCandidates }: KeepPolicy): Draft => ({
  ways: matching.map(toWay),
  mayCreateCandidates,
});

const KeepPolicyForm = ({ policy }: { policy: KeepPolicy }) => {
  const live = useLive();
  const [first] = useState(() => toDraft(policy));
  const [error, setError] = useState<string>();
  const save = ({ ways, mayCreateCandidates }: Draft) => {
    const matching = Alternatives.safeParse(ways.map(({ rules }) => rules));
    setError(matching.success ? undefined : 'Tick something in each way, or remove it. There can be eight.');
    return matching.success
      ? async () => toDraft(await live.setKeepPolicy({ matching: matching.data, mayCreateCandidates }))
      : undefined;
  };
  return (
    <PolicyForm
      name="Which mail is kept"
      first={first}
      submit="Save which mail is kept"
      saved="Saved. It holds for mail that comes from now on; what is kept stays."
      save={save}
    >
      {({ ways, mayCreateCandidates }, change) => (
        <>
          <Ways ways={ways} onChange={(now) => change({ ways: now })} />
          {error === undefined ? null : (
            <p className="field-error" role="alert">
              {error}
            </p>
          )}
          <p aria-live="polite">{explainMatching(ways.map(({ rules }) => rules))}</p>
          <PolicyTick
            name="create-candidates"
            isOn={mayCreateCandidates}
            onChange={(isOn) => change({ mayCreateCandidates: isOn })}
            follows="By a click of theirs for one thread, never by itself. Off: a thread is logged on candidates who are on record."
          >
            People may create a candidate from mail
          </PolicyTick>
        </>
      )}
    </PolicyForm>
  );
};

const Ways = ({ ways, onChange }: { ways: readonly Way[]; onChange: (ways: readonly Way[]) => void }) => {
  const add = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [focusOn, setFocusOn] = useState<'last' | 'add'>();
  // What had the focus may be gone: it goes to what was added, or to the button that adds.
  useEffect(() => {
    if (focusOn === 'add') add.current?.focus();
    if (focusOn === 'last')
      list.current?.querySelector<HTMLInputElement>('fieldset:last-of-type input')?.focus();
    setFocusOn(undefined);
  }, [focusOn]);
  return (
    <div className="stack" ref={list}>
      {ways.map((way, at) => (
        <fieldset className="choices" key={way.key}>
          <legend className="strong">{at === 0 ? 'Mail is kept when' : 'Or when'}</legend>
          {matchRules.map((rule) => (
            <PolicyTick
              key={rule}
              name={`${rule}-${way.key}`}
              isOn={way.rules.includes(rule)}
              onChange={(isOn) =>
                onChange(
                  ways.map((each) =>
                    each === way ? { ...way, rules: toggled(way.rules, rule, isOn) } : each,
                  ),
                )
              }
            >
              {ruleWords[rule]}
            </PolicyTick>
          ))}
          <div className="button-row">
            <Button
              onClick={() => {
                onChange(ways.filter((each) => each !== way));
                setFocusOn('add');
              }}
            >
              Remove this way
              <span className="unseen">
                {' '}
                ({at + 1} of {ways.length})
              </span>
            </Button>
          </div>
        </fieldset>
      ))}
      <div className="button-row">
        <Button
          ref={add}
          onClick={() => {
            onChange([...ways, toWay([])]);
            setFocusOn('last');
          }}
        >
          Add another way
        </Button>
        <Button onClick={() => onChange(knownCandidates.map(toWay))}>All mail with known candidates</Button>
        <Button onClick={() => onChange(repliesOnly.map(toWay))}>Replies only</Button>
      </div>
    </div>
  );
};

const toggled = (rules: readonly MatchRule[], rule: MatchRule, isOn: boolean): readonly MatchRule[] =>
  matchRules.filter((each) => (each === rule ? isOn : rules.includes(each)));

const ruleWords: Readonly<Record<MatchRule, string>> = {
  ancestry: 'It answers mail that Candor sent or already keeps',
  'candidate-address': 'An address on it is on a candidate’s record',
  'verified-address': 'That address is verified, and the candidate agreed to be found by it',
  label: 'Its thread has the candidate label in the mailbox',
};
