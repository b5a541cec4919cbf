import { useCallback, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { AccessRequests } from '../../lib/contract/access-request.ts';
import { AccessAskNotice } from '../thread/access-ask.tsx';
import { FailedAnswer } from './failed-notice.tsx';

/** What colleagues ask of this person; nothing where nobody does. */
export const AccessAsks = () => {
  const live = useLive();
  const { answer, again } = useAnswer(useCallback(() => live.accessRequests(), [live]));
  const [changed, setChanged] = useState<AccessRequests>();
  if (answer.state === 'asking') return null;
  if (answer.state === 'failed') return <FailedAnswer why={answer.why} again={again} />;
  return (changed ?? answer.value).toMe.map((ask) => (
    <AccessAskNotice key={ask.id} ask={ask} now={live.now()} onAnswered={setChanged} />
  ));
};
