import { ExternalLink } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { AccessLevel } from '../../lib/domain/access-level.ts';
import { Button } from '../ui/button.tsx';
import { providerNames } from '../words/mailbox-words.ts';
import { AccessChoice } from './access-choice.tsx';
import type { End } from './adding-end.ts';
import { FailedNotice } from './failed-notice.tsx';
import { Permissions, tickMailFirst } from './permissions.tsx';

/** One tick, and then the provider's own page, which asks the person itself. */
export const ConsentForm = ({
  provider,
  address,
  access: allowed,
  onEnd,
}: {
  provider: 'gmail' | 'graph';
  address: string;
  /** What the company lets people grant. */
  access: readonly AccessLevel[];
  onEnd: (end: End) => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [access, setAccess] = useState<AccessLevel>(allowed.includes('full') ? 'full' : 'send-only');
  const [isMailTicked, setMailTicked] = useState(false);
  const [error, setError] = useState<string>();
  const name = providerNames[provider];

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(isMailTicked ? undefined : tickMailFirst);
    if (!isMailTicked) return;
    run(async () => {
      await live.connectMailbox({ provider, address, access });
      const said = `${name} asks you in the tab that has opened. Once you have said yes there, ${address} stands among your mailboxes.`;
      onEnd({ said, isConnected: false });
    });
  };

  return (
    <form className="stack" aria-label={`Connect with ${name}`} onSubmit={submit} noValidate>
      <p className="muted">
        {name} serves this mailbox, and asks you itself: Candor never learns your password, and you can take
        the permission back at {name} too.
      </p>
      {allowed.length < 2 ? null : <AccessChoice access={access} onChoose={setAccess} />}
      <Permissions
        access={access}
        isMailTicked={isMailTicked}
        error={error}
        onTick={(isTicked) => {
          setMailTicked(isTicked);
          setError(undefined);
        }}
      />
      <Button
        type="submit"
        look="primary"
        isDisabled={isBusy}
        icon={<ExternalLink size={16} aria-hidden="true" />}
      >
        Continue to {name}
      </Button>
      <FailedNotice why={failedWhy} />
    </form>
  );
};
