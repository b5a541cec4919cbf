import { type FormEvent, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { Visibility, VisibilityState, VisibilityTrial } from '../../lib/contract/visibility.ts';
import {
  type HiddenTier,
  hiddenTiers,
  isSameVisibility,
  presetNames,
  presetOf,
  presets,
  presetWords,
} from '../../lib/domain/visibility.ts';
import { Button } from '../ui/button.tsx';
import { FailedNotice } from './failed-notice.tsx';
import { PolicyTick } from './policy-form.tsx';
import { TrialResult } from './trial-result.tsx';

/** A choice, tried out before it can be sent: what is sent is always what was tried. */
export const VisibilityForm = ({
  state,
  onProposed,
}: {
  state: VisibilityState;
  onProposed: (state: VisibilityState) => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [draft, setDraft] = useState<Visibility>(state.now);
  const [trial, setTrial] = useState<VisibilityTrial>();
  const change = (next: Partial<Visibility>): void => {
    setDraft({ ...draft, ...next });
    setTrial(undefined);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    run(async () => setTrial(await live.tryVisibility(draft)));
  };
  const isAsNow = isSameVisibility(draft, state.now);
  const preset = presetOf(draft);
  return (
    <form className="stack" aria-label="Who sees what" onSubmit={submit} noValidate>
      <fieldset className="choices">
        <legend className="strong">Choose one</legend>
        {presetNames.map((name) => (
          <label className="choice" key={name}>
            <input
              type="radio"
              name="preset"
              checked={preset === name}
              onChange={() => change(presets[name])}
            />
            {presetWords[name].name}
            {state.preset === name ? ' (now)' : ''}
            <span className="choice-hint small muted">{presetWords[name].means}</span>
          </label>
        ))}
      </fieldset>
      <details>
        <summary>{preset === undefined ? 'A choice of your own' : 'Change single points of it'}</summary>
        <div className="stack">
          <fieldset className="choices">
            <legend className="strong">Conversations that nobody said anything about</legend>
            <Radio
              name="default-visibility"
              isOn={draft.defaultVisibility === 'owner-only'}
              onChoose={() => change({ defaultVisibility: 'owner-only' })}
            >
              Are read by the people who were on them
            </Radio>
            <Radio
              name="default-visibility"
              isOn={draft.defaultVisibility === 'record-access'}
              onChoose={() => change({ defaultVisibility: 'record-access' })}
            >
              Are read by everybody who works with the candidate
            </Radio>
          </fieldset>
          <fieldset className="choices">
            <legend className="strong">Of conversations that are hidden from them, people see</legend>
            {hiddenTiers.map((tier) => (
              <Radio
                key={tier}
                name="hidden-tier"
                isOn={draft.hiddenTier === tier}
                onChoose={() => change({ hiddenTier: tier })}
              >
                {tierWords[tier]}
              </Radio>
            ))}
          </fieldset>
          <PolicyTick
            name="keeps-headers"
            isOn={draft.keeps === 'headers'}
            onChange={(isOn) => change({ keeps: isOn ? 'headers' : 'whole' })}
            follows="For mail that comes from then on. What is on record stays as it is."
          >
            Keep only who wrote to whom, when and about what
          </PolicyTick>
          <PolicyTick
            name="reading"
            isOn={draft.isReadingAllowed}
            onChange={(isReadingAllowed) => change({ isReadingAllowed })}
            follows="Off: people can connect a mailbox to send from, and not to be read. Mailboxes that are connected stay so."
          >
            People may let Candor read their mailbox
          </PolicyTick>
        </div>
      </details>
      <Button type="submit" look={trial === undefined ? 'primary' : 'quiet'} isDisabled={isBusy || isAsNow}>
        See what would change
      </Button>
      {isAsNow ? <p className="small muted">This is how it is now.</p> : null}
      <div role="status">{trial === undefined ? null : <p>{trial.said}</p>}</div>
      {trial === undefined ? null : (
        <TrialResult
          trial={trial}
          isBusy={isBusy}
          onPropose={() => run(async () => onProposed(await live.proposeVisibility(draft)))}
        />
      )}
      <FailedNotice why={failedWhy} />
    </form>
  );
};

const tierWords: Readonly<Record<HiddenTier, string>> = {
  nothing: 'Nothing',
  count: 'How many there are',
  contact: 'How many there are, and which colleagues are in contact',
};

const Radio = ({
  name,
  isOn,
  onChoose,
  children,
}: {
  name: string;
  isOn: boolean;
  onChoose: () => void;
  children: string;
}) => (
  <label className="choice">
    <input type="radio" name={name} checked={isOn} onChange={onChoose} />
    {children}
  </label>
);
