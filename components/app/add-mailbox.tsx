import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { type MailboxWay, WayRequest } from '../../lib/contract/connecting.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import type { End } from './adding-end.ts';
import { ConnectWay } from './connect-way.tsx';
import { FailedNotice } from './failed-notice.tsx';

/** From an address to a connected mailbox: whose it is, by which way, and how it ended. */
export const AddMailbox = ({
  address: first,
  isAskedFor,
  onClose,
}: {
  address: string;
  /** By a click of the person, who is then led to its first field. */
  isAskedFor: boolean;
  onClose: (() => void) | undefined;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const input = useRef<HTMLInputElement>(null);
  const ended = useRef<HTMLDivElement>(null);
  const [address, setAddress] = useState(first);
  const [error, setError] = useState<string>();
  const [way, setWay] = useState<MailboxWay>();
  const [end, setEnd] = useState<End>();

  useEffect(() => {
    if (isAskedFor) input.current?.focus();
  }, [isAskedFor]);
  useEffect(() => {
    if (end !== undefined) ended.current?.focus();
  }, [end]);

  /** At the provider things may have gone otherwise: another account, or no. */
  const startAgain = (): void => {
    setEnd(undefined);
    setWay(undefined);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = WayRequest.safeParse({ address: address.trim() });
    setError(parsed.success ? undefined : 'This is no e-mail address.');
    if (!parsed.success) {
      input.current?.focus();
      return;
    }
    setWay(undefined);
    run(async () => setWay(await live.findWay(parsed.data.address)));
  };

  return (
    <section className="adding" aria-label="Add a mailbox">
      <h2 className="strong">Add a mailbox</h2>
      {end === undefined ? (
        <>
          <form className="stack" aria-label="Its address" onSubmit={submit} noValidate>
            <Field
              label="E-mail address"
              hint="Your own. Nobody can connect a colleague’s mailbox for them."
              error={error}
            >
              {(parts) => (
                <input
                  {...parts}
                  ref={input}
                  className="input"
                  name="address"
                  type="email"
                  autoComplete="email"
                  value={address}
                  onChange={(event) => {
                    setAddress(event.target.value);
                    setWay(undefined);
                  }}
                />
              )}
            </Field>
            {way === undefined ? (
              <div className="button-row">
                <Button type="submit" look="primary" isDisabled={isBusy}>
                  Continue
                </Button>
                {onClose === undefined ? null : <Button onClick={onClose}>Not now</Button>}
              </div>
            ) : null}
          </form>
          {isBusy ? (
            <p className="muted late" role="status">
              Looking who serves this address…
            </p>
          ) : null}
          <FailedNotice why={failedWhy} />
          {way === undefined ? null : (
            <ConnectWay key={way.address} way={way} onEnd={setEnd} onClose={onClose} />
          )}
        </>
      ) : (
        <div ref={ended} tabIndex={-1} role="status">
          <Notice
            title={end.said}
            actions={
              <>
                {end.isConnected ? null : <Button onClick={startAgain}>Start again</Button>}
                {onClose === undefined ? null : <Button onClick={onClose}>Done</Button>}
              </>
            }
          >
            <p>Old mail is not looked at. You can pause the mailbox or turn it off above at any time.</p>
          </Notice>
        </div>
      )}
    </section>
  );
};
