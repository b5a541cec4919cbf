import { useState } from 'react';
import type { CandidateCard as Card } from '../../lib/contract/candidate.ts';
import type { OutsideParticipant, ThreadView } from '../../lib/contract/thread.ts';
import { StanceAllDialog } from '../thread/stance-all-dialog.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { listed, shortName } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { AddAddress, CandidateMenu } from './candidate-menu.tsx';
import { candidatesSenderFirst, nameToBeginWith, strangersSenderFirst } from './file-on.ts';
import { HoldNotice } from './hold-notice.tsx';
import { RetireNotice } from './retire-notice.tsx';
import { SyncLine, useSync } from './sync-emails.tsx';
import { VouchedLines, VouchForm } from './vouch-form.tsx';

/** Who the thread is with: one candidate in full, several as rows, or the people nobody knows yet. */
export const Candidates = ({
  view,
  now,
  isOffline,
}: {
  view: ThreadView;
  now: number;
  isOffline: boolean;
}) => {
  const [first, ...others] = candidatesSenderFirst(view);
  if (first === undefined)
    return <NobodyFound strangers={strangersSenderFirst(view)} state={view.thread.state} />;
  if (others.length === 0) return <OneCandidate view={view} card={first} now={now} isOffline={isOffline} />;
  return (
    <section className="part" aria-label="Candidates on this thread">
      <h2 className="small muted">{others.length + 1} candidates on this thread</h2>
      <ul className="rows">
        {[first, ...others].map((card) => (
          <CandidateRow key={card.candidateId} view={view} card={card} now={now} isOffline={isOffline} />
        ))}
      </ul>
    </section>
  );
};

/** Avatar, name and job on one row; also used where a candidate is picked. */
export const CandidateLine = ({ card }: { card: Card }) => {
  const job = card.jobs[0];
  return (
    <>
      <Avatar id={card.candidateId} name={card.name} />
      <div className="grow">
        <p className="one-line">{card.name}</p>
        <p className="small muted one-line">
          {job === undefined ? (card.addresses[0] ?? 'No job yet') : `${job.stage} · ${job.title}`}
        </p>
      </div>
    </>
  );
};

const StancesOf = ({ card, onClose }: { card: Card; onClose: () => void }) => (
  <StanceAllDialog scope={{ candidateId: card.candidateId }} of={`with ${card.name}`} onClose={onClose} />
);

type OfOne = {
  readonly view: ThreadView;
  readonly card: Card;
  readonly now: number;
  readonly isOffline: boolean;
};

const CandidateRow = ({ view, card, now, isOffline }: OfOne) => {
  const [open, setOpen] = useState<'add' | 'vouch' | 'stances'>();
  const { sync, failedWhy } = useSync({ view, card, isOffline });
  return (
    <li>
      <div className="row">
        <CandidateLine card={card} />
        <CandidateMenu
          card={card}
          sync={sync}
          onAdd={() => setOpen('add')}
          onVouch={() => setOpen('vouch')}
          onStances={() => setOpen('stances')}
        />
      </div>
      <VouchedLines card={card} now={now} />
      <RetireNotice card={card} now={now} />
      <HoldNotice card={card} now={now} />
      {open === 'add' ? (
        <AddAddress
          card={card}
          suggested={strangersSenderFirst(view)[0]?.address}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
      {open === 'vouch' ? <VouchForm card={card} onClose={() => setOpen(undefined)} /> : null}
      {open === 'stances' ? <StancesOf card={card} onClose={() => setOpen(undefined)} /> : null}
      <SyncLine view={view} card={card} notBegunFor={failedWhy} />
    </li>
  );
};

const OneCandidate = ({ view, card, now, isOffline }: OfOne) => {
  const [open, setOpen] = useState<'add' | 'vouch' | 'stances'>();
  const { sync, failedWhy } = useSync({ view, card, isOffline });
  const [job, ...moreJobs] = card.jobs;
  return (
    <section className="part candidate" aria-label="Candidate">
      <Avatar id={card.candidateId} name={card.name} size="large" />
      <div className="grow">
        <h2 className="candidate-name any-break">{card.name}</h2>
        <p className="any-break">
          {job === undefined ? (
            <span className="muted">No job yet</span>
          ) : (
            <>
              <span className="strong">{job.stage}</span>
              <span className="muted">
                {' '}
                · {job.title} · {`since ${dayWords(job.stageSince, now)}`.replaceAll(' ', '\u00a0')}
              </span>
            </>
          )}
        </p>
        {moreJobs.length === 0 ? null : (
          <ul className="chips" aria-label="Other jobs">
            {moreJobs.map((other) => (
              <li key={other.jobId} className="chip small">
                {other.stage} · {other.title}
              </li>
            ))}
          </ul>
        )}
        <p className="small muted any-break">{card.addresses.join(' · ')}</p>
        <VouchedLines card={card} now={now} />
        {card.owner === undefined ? null : (
          <p className="small muted">
            {card.owner.isYou ? 'You own this candidate' : `${shortName(card.owner, [])} owns this candidate`}
          </p>
        )}
        <RetireNotice card={card} now={now} />
        <HoldNotice card={card} now={now} />
        {open === 'add' ? (
          <AddAddress
            card={card}
            suggested={strangersSenderFirst(view)[0]?.address}
            onClose={() => setOpen(undefined)}
          />
        ) : null}
        {open === 'vouch' ? <VouchForm card={card} onClose={() => setOpen(undefined)} /> : null}
        {open === 'stances' ? <StancesOf card={card} onClose={() => setOpen(undefined)} /> : null}
        <SyncLine view={view} card={card} notBegunFor={failedWhy} />
      </div>
      <CandidateMenu
        card={card}
        sync={sync}
        onAdd={() => setOpen('add')}
        onVouch={() => setOpen('vouch')}
        onStances={() => setOpen('stances')}
      />
    </section>
  );
};

const NobodyFound = ({
  strangers,
  state,
}: {
  strangers: readonly OutsideParticipant[];
  state: ThreadView['thread']['state'];
}) => {
  const [sender] = strangers;
  if (sender === undefined) {
    return (
      <section className="part" aria-label="Candidate">
        <h2 className="candidate-name">No candidate here</h2>
        <p className="muted">
          {state === 'unknown' ? 'Candor does not know this thread.' : 'Only colleagues are on this thread.'}
        </p>
      </section>
    );
  }
  const names = strangers.map((stranger) => nameToBeginWith(stranger) || stranger.address);
  return (
    <section className="part candidate" aria-label="Candidate">
      <Avatar id={sender.address} name={names[0] ?? sender.address} size="large" />
      <div className="grow">
        <h2 className="candidate-name any-break">{listed(names)}</h2>
        <p className="muted">
          {names.length === 1
            ? 'Not on a candidate’s record yet.'
            : 'None of them is on a candidate’s record yet.'}
        </p>
        <p className="small muted any-break">
          {listed(
            strangers.map(({ address }) => address),
            2,
          )}
        </p>
      </div>
    </section>
  );
};
