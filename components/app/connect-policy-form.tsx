import { useState } from 'react';
import { type Live, useLive } from '../../lib/client/live.ts';
import { ConnectPolicy } from '../../lib/contract/connecting.ts';
import { MailboxKind } from '../../lib/contract/mailbox.ts';
import { accessLevels } from '../../lib/domain/access-level.ts';
import { Field } from '../ui/field.tsx';
import { accessWords } from './access-choice.tsx';
import { PolicyForm, PolicySection, PolicyTick } from './policy-form.tsx';

/** For admins: who may connect which mailboxes, and how soon they are looked at. Connecting itself stays each person's own act. */
export const ConnectSettings = () => (
  <PolicySection
    title="Connecting mailboxes"
    intro="What you allow here, each colleague still has to do for themselves: turning it on connects nobody."
    read={readPolicy}
  >
    {(policy) => <ConnectPolicyForm policy={policy} />}
  </PolicySection>
);

const readPolicy = (live: Live): Promise<ConnectPolicy> => live.connectPolicy();

/** The domains as they are typed. */
type Draft = Omit<ConnectPolicy, 'forbiddenDomains'> & { readonly domains: string };
const toDraft = ({ forbiddenDomains, ...policy }: ConnectPolicy): Draft => ({
  ...policy,
  domains: forbiddenDomains.join('\n'),
});

const ConnectPolicyForm = ({ policy }: { policy: ConnectPolicy }) => {
  const live = useLive();
  const [error, setError] = useState<string>();
  const save = ({ domains, ...draft }: Draft) => {
    const parsed = ConnectPolicy.safeParse({
      ...draft,
      forbiddenDomains: domains.split(/[\s,]+/).filter((domain) => domain !== ''),
    });
    setError(parsed.success ? undefined : 'Each must be a domain, such as mail.example.');
    return parsed.success ? async () => toDraft(await live.setConnectPolicy(parsed.data)) : undefined;
  };
  return (
    <PolicyForm
      name="Connecting mailboxes"
      first={toDraft(policy)}
      submit="Save"
      saved="Saved. It holds from now on; mailboxes that are connected stay so."
      save={save}
    >
      {(draft, change) => (
        <>
          <PolicyTick
            name="connecting"
            isOn={draft.isConnectingOn}
            onChange={(isConnectingOn) => change({ isConnectingOn })}
            follows="Off: nobody connects one, and nobody turns one on again."
          >
            Colleagues may connect their mailboxes
          </PolicyTick>
          <fieldset className="choices">
            <legend className="strong">Providers allowed</legend>
            {MailboxKind.options.map((kind) => (
              <PolicyTick
                key={kind}
                name={kind}
                isOn={draft.allowedProviders.includes(kind)}
                onChange={(isOn) =>
                  change({
                    allowedProviders: isOn
                      ? [...draft.allowedProviders, kind]
                      : draft.allowedProviders.filter((each) => each !== kind),
                  })
                }
                follows={kindWords[kind].follows}
              >
                {kindWords[kind].name}
              </PolicyTick>
            ))}
          </fieldset>
          <fieldset className="choices">
            <legend className="strong">How much access people may give</legend>
            {accessLevels.map((level) => (
              <PolicyTick
                key={level}
                name={level}
                isOn={draft.allowedAccess.includes(level)}
                isDisabled={draft.allowedAccess.length === 1 && draft.allowedAccess.includes(level)}
                onChange={(isOn) =>
                  change({
                    allowedAccess: isOn
                      ? [...draft.allowedAccess, level]
                      : draft.allowedAccess.filter((each) => each !== level),
                  })
                }
                follows={accessWords[level].follows}
              >
                {accessWords[level].name}
              </PolicyTick>
            ))}
          </fieldset>
          <PolicyTick
            name="passwords"
            isOn={draft.isPasswordLoginAllowed}
            onChange={(isPasswordLoginAllowed) => change({ isPasswordLoginAllowed })}
            follows="Colleagues then give Candor the password of their mailbox. Needed for IMAP; leave it off if Google or Microsoft serves everybody."
          >
            Mailboxes may be connected by password
          </PolicyTick>
          <Field
            label="Domains not allowed"
            hint="One a line, sub-domains included. No mailbox at them is connected; use it for private mail providers."
            error={error}
          >
            {(parts) => (
              <textarea
                {...parts}
                className="input"
                name="domains"
                rows={3}
                spellCheck={false}
                value={draft.domains}
                onChange={(event) => change({ domains: event.target.value })}
              />
            )}
          </Field>
          <Field
            label="New mail comes"
            hint="At once: Candor hears of it where the provider tells, and looks each minute besides. Else it looks only so often, for all mailboxes; what a person clicks is done at once all the same."
          >
            {(parts) => (
              <select
                {...parts}
                className="input"
                name="freshness"
                value={draft.lookEveryMinutes ?? 0}
                onChange={(event) => {
                  const minutes = Number(event.target.value);
                  change({ lookEveryMinutes: minutes === 0 ? undefined : minutes });
                }}
              >
                <option value={0}>At once</option>
                {intervals.map(({ minutes, words }) => (
                  <option key={minutes} value={minutes}>
                    {words}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
    </PolicyForm>
  );
};

const intervals = [
  { minutes: 15, words: 'Every 15 minutes' },
  { minutes: 60, words: 'Every hour' },
  { minutes: 240, words: 'Every 4 hours' },
  { minutes: 1440, words: 'Once a day' },
] as const;

const kindWords: Readonly<Record<MailboxKind, { readonly name: string; readonly follows: string }>> = {
  gmail: { name: 'Google', follows: 'By each person’s consent at Google.' },
  graph: { name: 'Microsoft', follows: 'By each person’s consent at Microsoft.' },
  imap: { name: 'Any other server (IMAP)', follows: 'By name and password, which must be allowed below.' },
};
