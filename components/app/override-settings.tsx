import { useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { type Live, useLive } from '../../lib/client/live.ts';
import type { OverrideSetting } from '../../lib/contract/override.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { FailedNotice } from './failed-notice.tsx';
import { PolicySection } from './policy-form.tsx';

/** For admins: whether hidden threads can be opened against the will of those who hold them. Its switch is the owner's. */
export const OverrideSettings = () => (
  <PolicySection
    title="The override"
    intro="With it the owner and admins can open threads that are hidden from them, for a day and with a reason. Whoever holds such a thread is told at once."
    read={readSetting}
  >
    {(setting) => <OverrideSwitch first={setting} />}
  </PolicySection>
);

const readSetting = (live: Live): Promise<OverrideSetting> => live.overrideSetting();

const OverrideSwitch = ({ first }: { first: OverrideSetting }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [{ isAllowed, canChange }, setSetting] = useState(first);
  const [isAsking, setAsking] = useState(false);
  const turn = (on: boolean): void => {
    setAsking(false);
    run(async () => setSetting(await live.setOverrideAllowed({ isAllowed: on })));
  };
  return (
    <>
      <p role="status">
        {isAllowed
          ? 'The override is on.'
          : 'The override is off: nobody opens a thread that is hidden from them.'}
        {canChange ? '' : ' Only the owner of your company can change that.'}
      </p>
      {canChange ? (
        <div className="button-row">
          <Button isDisabled={isBusy} onClick={() => (isAllowed ? turn(false) : setAsking(true))}>
            {isAllowed ? 'Turn the override off' : 'Turn the override on…'}
          </Button>
        </div>
      ) : null}
      <FailedNotice why={failedWhy} />
      {isAsking ? (
        <ConfirmDialog
          title="Turn the override on?"
          confirm="Turn it on"
          cancel="Leave it off"
          isDanger
          onConfirm={() => turn(true)}
          onClose={() => setAsking(false)}
        >
          <p>
            You and every admin can then open threads that your colleagues made private. Each use needs a
            reason and ends after 24 hours.
          </p>
          <p>
            Those who hold the thread see who used it, when, and the reason. Nobody can hide that, also not
            you. Turning the override off closes at once what it opened.
          </p>
        </ConfirmDialog>
      ) : null}
    </>
  );
};
