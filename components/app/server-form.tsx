import { type FormEvent, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import {
  ConnectServer,
  connectRefusalWords,
  type MailboxWay,
  type ServerConnected,
} from '../../lib/contract/connecting.ts';
import { mailboxTroubleWords, mailServerWords } from '../../lib/contract/mailbox-trouble.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import type { End } from './adding-end.ts';
import { FailedNotice } from './failed-notice.tsx';
import { Permissions, tickMailFirst } from './permissions.tsx';
import { emptyServer, ServerFields, type ServerText } from './server-fields.tsx';

/** Servers, name and password of a mailbox. The password goes to the server once, and is kept nowhere in this browser. */
export const ServerForm = ({ way, onEnd }: { way: MailboxWay; onEnd: (end: End) => void }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const form = useRef<HTMLFormElement>(null);
  const [user, setUser] = useState(way.address);
  const [password, setPassword] = useState('');
  const [imap, setImap] = useState<ServerText>(() => emptyServer(way.servers?.imap, 993));
  const [smtp, setSmtp] = useState<ServerText>(() => emptyServer(way.servers?.smtp, 465));
  const [isMailTicked, setMailTicked] = useState(false);
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const [answer, setAnswer] = useState<ServerConnected>();
  const errorOf = (name: string, words: string): string | undefined => (wrong.has(name) ? words : undefined);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = ConnectServer.safeParse({
      address: way.address,
      user,
      password,
      imap: toServer(imap),
      ...(smtp.host.trim() === '' ? {} : { smtp: toServer(smtp) }),
    });
    const found = new Set(parsed.error?.issues.map(({ path }) => path.join('-')));
    if (!isMailTicked) found.add('mail');
    setWrong(found);
    setAnswer(undefined);
    const first = fieldOrder.find((name) => found.has(name));
    if (first !== undefined) form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
    if (!parsed.success || found.size > 0) return;
    run(async () => {
      const said = await live.connectServer(parsed.data);
      setAnswer(said);
      if (said.outcome !== 'connected') return;
      setPassword('');
      onEnd({ said: `${said.address} is connected.`, isConnected: true });
    });
  };

  return (
    <form className="stack" ref={form} aria-label="Connect by password" onSubmit={submit} noValidate>
      <Notice tone="warn" title="A password is not the best way.">
        <p>
          Whoever has it can read and send all your mail. If your provider makes app passwords, make one for
          Candor and take it back there at any time. Candor keeps it sealed on your company’s server, and not
          in this browser.
        </p>
      </Notice>
      {serversHint(way) === undefined ? null : <p>{serversHint(way)}</p>}
      <Field
        label="Name"
        hint="Usually the whole address."
        error={errorOf('user', 'Give the name you log in with.')}
      >
        {(parts) => (
          <input
            {...parts}
            className="input"
            name="user"
            autoComplete="off"
            spellCheck={false}
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password" error={errorOf('password', 'Give the password, or an app password.')}>
        {(parts) => (
          <input
            {...parts}
            className="input"
            name="password"
            type="password"
            autoComplete="off"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <ServerFields
        name="imap"
        title="Incoming mail: IMAP"
        hint="Candor reads by IMAP. It does not read by POP, which knows neither folders nor what you sent."
        server={imap}
        wrong={wrong}
        onChange={setImap}
      />
      <ServerFields
        name="smtp"
        title="Outgoing mail: SMTP"
        hint="Only for sending from Candor. Leave the host empty to let it read only."
        server={smtp}
        wrong={wrong}
        onChange={setSmtp}
      />
      <Permissions
        isMailTicked={isMailTicked}
        error={errorOf('mail', tickMailFirst)}
        onTick={setMailTicked}
      />
      <Button type="submit" look="primary" isDisabled={isBusy}>
        Try it and connect
      </Button>
      {isBusy ? (
        <p className="muted late" role="status">
          Logging in…
        </p>
      ) : null}
      <FailedNotice why={failedWhy} />
      {answer === undefined ? null : <AnswerNotice answer={answer} />}
    </form>
  );
};

const toServer = ({ host, port, security }: ServerText) => ({ host, port: Number(port), security });

const fieldOrder = ['user', 'password', 'imap-host', 'imap-port', 'smtp-host', 'smtp-port', 'mail'] as const;

const serversHint = ({ servers }: MailboxWay): string | undefined => {
  if (servers === undefined)
    return 'Host and port are not known. Your IT or your provider’s help pages name them.';
  return {
    own: 'Host and port are those this mailbox was connected with before.',
    colleague: 'Host and port already work for a colleague at your company. Leave them as they are.',
    provider: 'Host and port are those your provider names. Change them only if your IT says so.',
  }[servers.from];
};

const AnswerNotice = ({ answer }: { answer: ServerConnected }) => {
  if (answer.outcome === 'connected') return null;
  if (answer.outcome === 'refused') {
    const { happened, next } = connectRefusalWords[answer.refusal];
    return (
      <div role="alert">
        <Notice tone="failed" title={happened}>
          <p>Nothing was connected. {next}</p>
        </Notice>
      </div>
    );
  }
  const { happened, safe, next } = mailboxTroubleWords[answer.trouble];
  return (
    <div role="alert">
      <Notice tone="failed" title={`${mailServerWords[answer.server]}: ${happened}`}>
        <p>
          {safe} {next}
        </p>
      </Notice>
    </div>
  );
};
