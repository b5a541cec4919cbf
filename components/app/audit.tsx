import { useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { type Live, useLive, useNow } from '../../lib/client/live.ts';
import type { AuditCheck, AuditEntry, AuditPage } from '../../lib/contract/audit.ts';
import { type AuditGroup, auditGroups } from '../../lib/domain/audit.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { clockWords, fullWords } from '../words/when.ts';
import { FailedAnswer, FailedNotice } from './failed-notice.tsx';
import { saveFile } from './save-file.ts';

const lookAtClockEveryMs = 60_000;

/** For admins: who changed what others may read, in words that name no thread and no candidate. */
export const Audit = () => {
  const [group, setGroup] = useState<AuditGroup>();
  return (
    <>
      <h1 className="title">Audit</h1>
      <p className="muted">
        Every change of who may read what, newest first: who made it and when, never which thread or
        candidate. Each row is chained to the one before it, so that none can be changed or taken out unseen.
      </p>
      <WholeChain />
      <div className="stack">
        <Field label="Show">
          {(parts) => (
            <select
              {...parts}
              className="input"
              value={group ?? ''}
              onChange={(event) => setGroup(auditGroups.find((each) => each === event.target.value))}
            >
              <option value="">Everything</option>
              {auditGroups.map((each) => (
                <option key={each} value={each}>
                  {groupWords[each]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Rows key={group ?? ''} group={group} />
    </>
  );
};

const groupWords: Readonly<Record<AuditGroup, string>> = {
  access: 'Who may read threads',
  override: 'The override',
  readings: 'Who opened threads of others',
  policy: 'The company’s settings',
  mailboxes: 'Mailboxes',
  people: 'Colleagues and teams',
  candidates: 'Candidates',
  erasure: 'What was erased or stays',
  audit: 'Exports of the audit',
};

const WholeChain = () => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [check, setCheck] = useState<AuditCheck>();
  const [said, setSaid] = useState('');
  const doAnew = (errand: () => Promise<void>): void => {
    setCheck(undefined);
    setSaid('');
    run(errand);
  };
  return (
    <section className="stack" aria-label="The whole audit">
      <div className="button-row">
        <Button isDisabled={isBusy} onClick={() => doAnew(async () => setCheck(await live.checkAudit()))}>
          Check that it is whole
        </Button>
        <Button
          isDisabled={isBusy}
          onClick={() =>
            doAnew(async () => {
              const count = await download(live);
              setSaid(
                `${counted(count, 'row')} downloaded, one row of JSON a line. That is in the audit too.`,
              );
            })
          }
        >
          Download it
        </Button>
      </div>
      <div role="status">
        {check === undefined ? null : check.broken === undefined ? (
          <p className="any-break">
            {check.rowCount === 1 ? 'The one row holds.' : `All ${check.rowCount} rows hold.`} The hash of the
            last one is <code>{check.head}</code>. Keep that elsewhere: with it you can tell later whether
            rows were taken from the end.
          </p>
        ) : (
          <Notice tone="failed" title="The audit was tampered with.">
            <p>{check.broken} The rows before it hold. Speak to whoever runs this server.</p>
          </Notice>
        )}
        {said === '' ? null : <p>{said}</p>}
      </div>
      <FailedNotice why={failedWhy} />
    </section>
  );
};

/** Portion by portion, up to where the audit stood at the first. Gives how many rows there were. */
const download = async (live: Live): Promise<number> => {
  const parts: string[] = [];
  let portion = await live.exportAudit({ afterSeq: 0 });
  parts.push(portion.lines);
  while (portion.lastSeq < portion.upToSeq) {
    portion = await live.exportAudit({ afterSeq: portion.lastSeq, upToSeq: portion.upToSeq });
    parts.push(portion.lines);
  }
  saveFile('audit.jsonl', 'application/jsonl', parts);
  return portion.lastSeq;
};

const Rows = ({ group }: { group: AuditGroup | undefined }) => {
  const live = useLive();
  const { answer, again } = useAnswer(
    useCallback(() => live.readAudit(group === undefined ? {} : { group }), [live, group]),
  );
  if (answer.state === 'asking') return <Skeleton name="Reading the audit" widths={['70%', '60%', '75%']} />;
  if (answer.state === 'failed') return <FailedAnswer why={answer.why} again={again} />;
  return <Pages first={answer.value} group={group} />;
};

const Pages = ({ first, group }: { first: AuditPage; group: AuditGroup | undefined }) => {
  const live = useLive();
  const now = useNow(lookAtClockEveryMs);
  const { isBusy, failedWhy, run } = useErrand();
  const [shown, setShown] = useState(first);
  const [said, setSaid] = useState('');
  const { entries, nextBeforeSeq } = shown;
  const showOlder = (beforeSeq: number): void =>
    run(async () => {
      const older = await live.readAudit({ beforeSeq, ...(group === undefined ? {} : { group }) });
      setShown({ ...older, entries: [...entries, ...older.entries] });
      setSaid(`${counted(older.entries.length, 'older row')} shown.`);
    });
  if (entries.length === 0) return <p>There is no row of this kind.</p>;
  return (
    <>
      <table className="table">
        <caption className="unseen">The audit, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What was done</th>
            <th scope="col">Row</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.seq} entry={entry} now={now} />
          ))}
        </tbody>
      </table>
      {nextBeforeSeq === undefined ? null : (
        <div className="button-row">
          <Button isDisabled={isBusy} onClick={() => showOlder(nextBeforeSeq)}>
            Show older rows
          </Button>
        </div>
      )}
      <p className="unseen" role="status">
        {said}
      </p>
      <FailedNotice why={failedWhy} />
    </>
  );
};

const Row = ({ entry: { seq, at, said }, now }: { entry: AuditEntry; now: number }) => (
  <tr>
    <td className="nowrap muted">
      <time dateTime={at} title={fullWords(at)}>
        {clockWords(at, now)}
      </time>
    </td>
    <td className="any-break">{said}</td>
    <td className="muted">{seq}</td>
  </tr>
);
