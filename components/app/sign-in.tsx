import { type FormEvent, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { whyWords } from '../words/why-words.ts';

export type MayReach = (origin: string) => Promise<boolean>;

/** Which server, and then off to it: signing in itself happens on the server's own page. */
export const SignIn = ({
  serverAddress,
  mayReach,
  button = 'Connect to your Candor server',
}: {
  serverAddress: string;
  mayReach: MayReach;
  button?: string;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [address, setAddress] = useState(serverAddress);
  const [error, setError] = useState<string>();

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const origin = serverOrigin(address);
    if (origin === undefined) {
      setError('This is no server address. It looks like https://candor.example.com.');
      return;
    }
    setError(undefined);
    run(async () => {
      if (await mayReach(origin)) await live.pair(origin);
      else setError('The browser was not allowed to reach this server. Connect again and allow it.');
    });
  };

  return (
    <>
      <h1 className="title">Sign in</h1>
      <p>
        Candor shows, beside the open mail, who the candidate is and what your team has said to them. It reads
        nothing until you connect a mailbox.
      </p>
      <form className="stack" onSubmit={submit} noValidate>
        <Field
          label="Server address"
          hint="Your company’s own. Ask whoever invited you if you do not know it."
          error={error}
        >
          {(parts) => (
            <input
              {...parts}
              className="input"
              type="url"
              inputMode="url"
              spellCheck={false}
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="primary" isDisabled={isBusy}>
          {button}
        </Button>
      </form>
      {failedWhy === undefined ? null : (
        <div role="alert">
          <Notice tone="failed" title={whyWords(failedWhy).happened}>
            <p>
              {whyWords(failedWhy).safe} {whyWords(failedWhy).next}
            </p>
          </Notice>
        </div>
      )}
    </>
  );
};

/** The code this browser shows, to be confirmed on the server's page. */
export const Pairing = ({
  serverAddress,
  userCode,
  verificationUrl,
}: {
  serverAddress: string;
  userCode: string;
  verificationUrl: string;
}) => {
  const live = useLive();
  const { run } = useErrand();
  return (
    <>
      <h1 className="title">Confirm this browser</h1>
      <p>Open your server’s page, sign in there, and check that it shows the same code:</p>
      <p className="code" role="status" aria-label={`Code ${[...userCode].join(' ')}`}>
        {userCode}
      </p>
      <div className="button-row">
        <a className="button" data-look="primary" href={verificationUrl} target="_blank" rel="noreferrer">
          Open {hostOf(verificationUrl)}
        </a>
        <Button onClick={() => run(() => live.pair(serverAddress))}>Get a new code</Button>
      </div>
      <p className="muted">
        This page goes on by itself once you have confirmed. Only confirm a code that you see here.
      </p>
    </>
  );
};

export const Unreachable = ({ serverAddress, mayReach }: { serverAddress: string; mayReach: MayReach }) => {
  const live = useLive();
  const words = whyWords('server-unreachable');
  return (
    <>
      <Notice tone="warn" title={words.happened} actions={<Button onClick={live.refresh}>Try again</Button>}>
        <p>
          {words.safe} {words.next}
        </p>
      </Notice>
      <SignIn serverAddress={serverAddress} mayReach={mayReach} button="Connect to this server instead" />
    </>
  );
};

/** "https://candor.example.com" from what was typed; undefined for what cannot be a server. */
const serverOrigin = (typed: string): string | undefined => {
  const text = typed.trim();
  const isLocal = /^(?:localhost|127\.0\.0\.1)(?::|\/|$)/i.test(text);
  const withScheme = /^https?:\/\//i.test(text) ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  return text !== '' && URL.canParse(withScheme) ? new URL(withScheme).origin : undefined;
};

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the page');
