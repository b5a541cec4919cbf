import { useState } from 'react';
import { type Live, useLive } from '../../lib/client/live.ts';
import { RetentionRules, type RetentionSettings as Settings } from '../../lib/contract/retention.ts';
import { explainRetention } from '../../lib/domain/retention.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { PolicyForm, PolicySection } from './policy-form.tsx';

/** For admins: how long candidates stay on record, by the stage they stand in. */
export const RetentionSettings = () => (
  <PolicySection title="How long candidates stay" read={readSettings}>
    {(settings) => <RetentionForm settings={settings} />}
  </PolicySection>
);

const readSettings = (live: Live): Promise<Settings> => live.retention();

/** The months as they are typed. Times come and go, so each is told from the others by a number of its own. */
type Time = { readonly key: number; readonly stage: string; readonly months: string };
type Draft = { readonly times: readonly Time[] };
let lastKey = 0;
const toTime = ({ stage, months }: { stage: string; months: number }): Time => {
  lastKey += 1;
  return { key: lastKey, stage, months: String(months) };
};
const toDraft = ({ rules }: Pick<Settings, 'rules'>): Draft => ({ times: rules.map(toTime) });
const toRules = ({ times }: Draft) =>
  RetentionRules.safeParse(times.map(({ stage, months }) => ({ stage, months: Number(months) })));

const RetentionForm = ({ settings }: { settings: Settings }) => {
  const live = useLive();
  const [first] = useState(() => toDraft(settings));
  const [isWrong, setWrong] = useState(false);
  const save = (draft: Draft) => {
    const rules = toRules(draft);
    setWrong(!rules.success);
    return rules.success ? async () => toDraft(await live.setRetention({ rules: rules.data })) : undefined;
  };
  return (
    <PolicyForm
      name="How long candidates stay"
      first={first}
      submit="Save how long candidates stay"
      saved="Saved. Whose time is over is told on their record, and goes a week later at the earliest."
      save={save}
    >
      {(draft, change) => {
        const { times } = draft;
        const rules = toRules(draft);
        const put = (time: Time): void =>
          change({ times: times.map((each) => (each.key === time.key ? time : each)) });
        return (
          <>
            {times.map((time) => (
              <fieldset className="choices" key={time.key}>
                <legend className="unseen">A time for the stage {time.stage}</legend>
                <StageField
                  stage={time.stage}
                  known={settings.stages}
                  onStage={(stage) => put({ ...time, stage })}
                />
                <Field label="Months after they came to stand in it">
                  {(parts) => (
                    <input
                      {...parts}
                      className="input"
                      name="months"
                      type="number"
                      min={1}
                      max={120}
                      value={time.months}
                      onChange={(event) => put({ ...time, months: event.target.value })}
                    />
                  )}
                </Field>
                <div className="button-row">
                  <Button onClick={() => change({ times: times.filter((each) => each !== time) })}>
                    Remove this time<span className="unseen"> ({time.stage || 'no stage'})</span>
                  </Button>
                </div>
              </fieldset>
            ))}
            <div className="button-row">
              <Button onClick={() => change({ times: [...times, toTime({ stage: '', months: 12 })] })}>
                Add a time for a stage
              </Button>
            </div>
            {isWrong ? (
              <p className="field-error" role="alert">
                Each time needs a stage of its own and from 1 to 120 months.
              </p>
            ) : null}
            <p aria-live="polite">{rules.success ? explainRetention(rules.data) : ''}</p>
          </>
        );
      }}
    </PolicyForm>
  );
};

/** A stage by its name; those that candidates stand in now are suggested. */
const StageField = ({
  stage,
  known,
  onStage,
}: {
  stage: string;
  known: readonly string[];
  onStage: (stage: string) => void;
}) => (
  <Field label="Stage" hint={known.length === 0 ? undefined : `Stages in use: ${known.join(', ')}.`}>
    {(parts) => (
      <input
        {...parts}
        className="input"
        name="stage"
        autoComplete="off"
        maxLength={100}
        value={stage}
        onChange={(event) => onStage(event.target.value)}
      />
    )}
  </Field>
);
