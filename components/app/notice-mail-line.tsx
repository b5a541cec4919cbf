import { useCallback } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';

/** Whether people hear by mail of a mailbox that needs them; without that they only see it here. */
export const NoticeMailLine = () => {
  const live = useLive();
  const { answer } = useAnswer(useCallback(() => live.noticeMail(), [live]));
  if (answer.state !== 'here') return null;
  return (
    <p className="small muted">
      {answer.value.isOn
        ? `When a mailbox needs its owner, they and the admins get one mail from ${answer.value.from}.`
        : 'Mail notices are off: no outgoing mail server is set. Whoever runs this server can set one.'}
    </p>
  );
};
