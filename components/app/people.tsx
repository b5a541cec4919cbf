import { type FormEvent, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { Invite, type Invited } from '../../lib/contract/person.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { clockWords } from '../words/when.ts';
import { Colleagues } from './colleagues.tsx';
import { ConnectInstructions } from './connect-instructions.tsx';
import { FailedNotice } from './failed-notice.tsx';

type Role = Invite['role'];
type Handed = { readonly name: string; readonly invited: Invited };

/** For admins: let a colleague in by a link that is shown once, and end an access. */
export const People = ({ serverAddress }: { serverAddress: string }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [role, setRole] = useState<Role>('recruiter');
  const [errors, setErrors] = useState<{ name?: string; address?: string }>({});
  const [handed, setHanded] = useState<Handed>();

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = Invite.safeParse({ name, address: address.trim(), role });
    const wrong = new Set(parsed.error?.issues.map(({ path }) => path[0]));
    setErrors({
      ...(wrong.has('name') ? { name: 'Give their name.' } : {}),
      ...(wrong.has('address') ? { address: 'This is no e-mail address.' } : {}),
    });
    if (!parsed.success) {
      form.current
        ?.querySelector<HTMLInputElement>(wrong.has('name') ? '[name=name]' : '[name=address]')
        ?.focus();
      return;
    }
    run(async () => {
      const invited = await live.invite(parsed.data);
      setHanded({ name: parsed.data.name, invited });
      setName('');
      setAddress('');
    });
  };

  return (
    <>
      <h1 className="title">People</h1>
      <p className="muted">
        Invite a colleague. They sign in with the link and then connect their own mailbox; nobody else can do
        that for them.
      </p>
      {handed === undefined ? null : <InviteLink handed={handed} now={live.now()} />}
      <FailedNotice why={failedWhy} />
      <form className="stack" ref={form} aria-label="Invite a colleague" onSubmit={submit} noValidate>
        <Field label="Name" error={errors.name}>
          {(parts) => (
            <input
              {...parts}
              className="input"
              name="name"
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="E-mail address" error={errors.address}>
          {(parts) => (
            <input
              {...parts}
              className="input"
              name="address"
              type="email"
              autoComplete="off"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
          )}
        </Field>
        <Field label="Role" hint={roles.find((known) => known.role === role)?.may ?? ''}>
          {(parts) => (
            <select
              {...parts}
              className="input"
              value={role}
              onChange={(event) => setRole(Invite.shape.role.parse(event.target.value))}
            >
              {roles.map((known) => (
                <option key={known.role} value={known.role}>
                  {known.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Button type="submit" look="primary" isDisabled={isBusy}>
          Invite
        </Button>
      </form>
      <Colleagues />
      <ConnectInstructions serverAddress={serverAddress} />
    </>
  );
};

const InviteLink = ({ handed, now }: { handed: Handed; now: number }) => {
  const { name, invited } = handed;
  const [copied, setCopied] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(invited.link).then(
      () => setCopied('Copied.'),
      () => setCopied('This browser did not let Candor copy. Select the link and copy it by hand.'),
    );
  };
  return (
    <section className="handed" aria-label="Invitation link">
      <p className="strong">Hand this link to {name}.</p>
      <p className="muted">
        It is shown only now and works once, until {clockWords(invited.expiresAt, now)}.
      </p>
      <div className="handed-line">
        <input
          className="input"
          readOnly
          aria-label={`Invitation link for ${name}`}
          value={invited.link}
          onFocus={(event) => event.target.select()}
        />
        <Button onClick={copy}>Copy</Button>
      </div>
      <p className="small muted" role="status">
        {copied}
      </p>
    </section>
  );
};

const roles: readonly { role: Role; name: string; may: string }[] = [
  { role: 'recruiter', name: 'Recruiter', may: 'Works with all candidates.' },
  { role: 'hiring-manager', name: 'Hiring manager', may: 'Sees candidates of their own jobs.' },
  { role: 'interviewer', name: 'Interviewer', may: 'Sees candidates they interview.' },
  {
    role: 'admin',
    name: 'Admin',
    may: 'Also invites people. Reads a private thread only by the company’s override, if its owner turned that on.',
  },
  { role: 'owner', name: 'Owner', may: 'Everything an admin may, for the whole company.' },
];
