/* For admins: who works here, and the end of one's access. */
import { useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { ListedColleague } from '../../lib/contract/leaving.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { roleWords } from '../words/people-words.ts';
import { FailedNotice } from './failed-notice.tsx';
import { LeavingDialog } from './leaving-dialog.tsx';

export const Colleagues = () => {
  const live = useLive();
  const { answer } = useAnswer(useCallback(() => live.listColleagues(), [live]));
  const { isBusy, failedWhy, run } = useErrand();
  const [changed, setChanged] = useState<readonly ListedColleague[]>();
  const [leaver, setLeaver] = useState<ListedColleague>();
  const [said, setSaid] = useState('');
  const rows = changed ?? (answer.state === 'here' ? answer.value : []);
  const letBackIn = ({ personId, name }: ListedColleague): void =>
    run(async () => {
      setChanged(await live.letBackIn(personId));
      setSaid(`${name} can sign in again. Their mailboxes stay off until they connect them.`);
    });
  return (
    <section aria-label="Colleagues">
      <h2 className="strong">Colleagues</h2>
      {answer.state === 'asking' ? <Skeleton name="Looking up colleagues" widths={['60%', '50%']} /> : null}
      {answer.state === 'failed' ? <FailedNotice why={answer.why} /> : null}
      <FailedNotice why={failedWhy} />
      <p role="status">{said}</p>
      <ul className="entries">
        {rows.map((row) => (
          <li key={row.personId} className="question">
            <Avatar id={row.personId} name={row.name} />
            <div className="grow">
              <p className="any-break">
                <span className="strong">{row.name}</span>
                {row.isYou ? ' (you)' : ''}
              </p>
              <p className="small muted any-break">
                {row.address} · {row.isActive ? roleWords[row.role] : 'Access ended'}
              </p>
            </div>
            {row.canChange ? (
              <Button isDisabled={isBusy} onClick={() => (row.isActive ? setLeaver(row) : letBackIn(row))}>
                {row.isActive ? 'End access…' : 'Let back in'}
                <span className="unseen"> {row.name}</span>
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {leaver === undefined ? null : (
        <LeavingDialog
          leaver={leaver}
          others={rows.filter((row) => row.isActive && row.personId !== leaver.personId)}
          onEnded={(now) => {
            setChanged(now);
            setSaid(`${leaver.name}’s access is ended.`);
            setLeaver(undefined);
          }}
          onClose={() => setLeaver(undefined)}
        />
      )}
    </section>
  );
};
