import { type FormEvent, useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { ConnectPolicy } from '../../lib/contract/connecting.ts';
import { MailboxKind } from '../../lib/contract/mailbox.ts';
import { accessLevels } from '../../lib/domain/access-level.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { accessWords } from './access-choice.tsx';
import { DeletionSettings } from './deletion-policy-form.tsx';
import { FailedNotice } from './failed-notice.tsx';
import { NoticeMailLine } from './notice-mail-line.tsx';
import { TroubledMailboxes } from './troubled-mailboxes.tsx';

/** For admins: who may connect which mailboxes, and which need somebody. Connecting itself stays each person's own act. */
export const Company = () => {
  const live = useLive();
  const { answer, again } = useAnswer(useCallback(() => live.connectPolicy(), [live]));
  return (
    <>
      <h1 className="title">Company</h1>
      <TroubledMailboxes />
      <NoticeMailLine />
      <h2 className="strong">Connecting mailboxes</h2>
      <p className="muted">
        What you allow here, each colleague still has to do for themselves: turning it on connects nobody.
      </p>
      {answer.state === 'asking' ? (
        <Skeleton name="Reading the settings" widths={['60%', '80%', '40%']} />
      ) : null}
      {answer.state === 'failed' ? (
        <>
          <FailedNotice why={answer.why} />
          <div className="button-row">
            <Button onClick={again}>Try again</Button>
          </div>
        </>
      ) : null}
      {answer.state === 'here' ? <ConnectPolicyForm policy={answer.value} /> : null}
      <DeletionSettings />
    </>
  );
};

const ConnectPolicyForm = ({ policy: first }: { policy: ConnectPolicy }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [policy, setPolicy] = useState(first);
  const [domains, setDomains] = useState(first.forbiddenDomains.join('\n'));
  const [error, setError] = useState<string>();
  const [saved, setSaved] = useState('');
  const change = (what: Partial<ConnectPolicy>): void => {
    setPolicy({ ...policy, ...what });
    setSaved('');
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = ConnectPolicy.safeParse({
      ...policy,
      forbiddenDomains: domains.split(/[\s,]+/).filter((domain) => domain !== ''),
    });
    setSaved('');
    setError(parsed.success ? undefined : 'Each must be a domain, such as mail.example.');
    if (!parsed.success) return;
    run(async () => {
      const stored = await live.setConnectPolicy(parsed.data);
      setPolicy(stored);
      setDomains(stored.forbiddenDomains.join('\n'));
      setSaved('Saved. It holds from now on; mailboxes that are connected stay so.');
    });
  };

  return (
    <form className="stack" aria-label="Connecting mailboxes" onSubmit={submit} noValidate>
      <label className="choice">
        <input
          type="checkbox"
          name="connecting"
          checked={policy.isConnectingOn}
          onChange={(event) => change({ isConnectingOn: event.target.checked })}
        />
        Colleagues may connect their mailboxes
        <span className="choice-hint small muted">
          Off: nobody connects one, and nobody turns one on again.
        </span>
      </label>
      <fieldset className="choices">
        <legend className="strong">Providers allowed</legend>
        {MailboxKind.options.map((kind) => (
          <label className="choice" key={kind}>
            <input
              type="checkbox"
              name={kind}
              checked={policy.allowedProviders.includes(kind)}
              onChange={(event) =>
                change({
                  allowedProviders: event.target.checked
                    ? [...policy.allowedProviders, kind]
                    : policy.allowedProviders.filter((each) => each !== kind),
                })
              }
            />
            {kindWords[kind].name}
            <span className="choice-hint small muted">{kindWords[kind].follows}</span>
          </label>
        ))}
      </fieldset>
      <fieldset className="choices">
        <legend className="strong">How much access people may give</legend>
        {accessLevels.map((level) => (
          <label className="choice" key={level}>
            <input
              type="checkbox"
              name={level}
              checked={policy.allowedAccess.includes(level)}
              disabled={policy.allowedAccess.length === 1 && policy.allowedAccess.includes(level)}
              onChange={(event) =>
                change({
                  allowedAccess: event.target.checked
                    ? [...policy.allowedAccess, level]
                    : policy.allowedAccess.filter((each) => each !== level),
                })
              }
            />
            {accessWords[level].name}
            <span className="choice-hint small muted">{accessWords[level].follows}</span>
          </label>
        ))}
      </fieldset>
      <label className="choice">
        <input
          type="checkbox"
          name="passwords"
          checked={policy.isPasswordLoginAllowed}
          onChange={(event) => change({ isPasswordLoginAllowed: event.target.checked })}
        />
        Mailboxes may be connected by password
        <span className="choice-hint small muted">
          Colleagues then give Candor the password of their mailbox. Needed for IMAP; leave it off if Google
          or Microsoft serves everybody.
        </span>
      </label>
      <Field
        label="Domains not allowed"
        hint="One a line, sub-domains included. No mailbox at them is connected; use it for private mail providers."
        error={error}
      >
        {(parts) => (
          <textarea
            {...parts}
            className="input tall"
            name="domains"
            rows={3}
            spellCheck={false}
            value={domains}
            onChange={(event) => {
              setDomains(event.target.value);
              setSaved('');
            }}
          />
        )}
      </Field>
      <Button type="submit" look="primary" isDisabled={isBusy}>
        Save
      </Button>
      <p className="muted" role="status">
        {saved}
      </p>
      <FailedNotice why={failedWhy} />
    </form>
  );
};

const kindWords: Readonly<Record<MailboxKind, { readonly name: string; readonly follows: string }>> = {
  gmail: { name: 'Google', follows: 'By each person’s consent at Google.' },
  graph: { name: 'Microsoft', follows: 'By each person’s consent at Microsoft.' },
  imap: { name: 'Any other server (IMAP)', follows: 'By name and password, which must be allowed below.' },
};
