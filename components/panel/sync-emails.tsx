/* "Sync e-mails": all mail between one candidate and the mailbox of the page, by the person's own click, and what came of it. */
import { RefreshCw } from 'lucide-react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive, type WhyUnanswered } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import type { ImportRow } from '../../lib/contract/import.ts';
import type { ThreadView } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { syncResultWords } from '../words/import-words.ts';
import { whyWords } from '../words/why-words.ts';

type OfCandidate = { readonly view: ThreadView; readonly card: CandidateCard };

/** Undefined where there is no mailbox to look in, or no way to ask. */
export const useSync = ({ view, card, isOffline }: OfCandidate & { readonly isOffline: boolean }) => {
  const live = useLive();
  const errand = useErrand();
  const { mailbox } = view;
  const isUnderWay = errand.isBusy || isLooking(searchFor({ view, card }));
  const sync =
    mailbox.state !== 'connected' || mailbox.access !== 'full' || isOffline || isUnderWay
      ? undefined
      : (): void =>
          errand.run(async () => {
            await live.syncCandidate({ mailboxId: mailbox.mailboxId, candidateId: card.candidateId });
          });
  return { sync, failedWhy: errand.failedWhy };
};

export const isSendOnly = ({ mailbox }: ThreadView): boolean =>
  mailbox.state === 'connected' && mailbox.access === 'send-only';
/** Why it is refused there. */
export const notWithSendOnly =
  '“Sync e-mails” does not work here: this mailbox is connected to send only, so Candor may not read it.';

/** The second way to it, beside the history. */
export const SyncButton = (props: OfCandidate & { readonly isOffline: boolean }) => {
  const { sync, failedWhy } = useSync(props);
  return (
    <>
      <Button
        look="icon"
        title={isSendOnly(props.view) ? notWithSendOnly : 'Sync e-mails: bring all mail between them and you'}
        isDisabled={sync === undefined}
        icon={<RefreshCw size={16} aria-hidden="true" />}
        onClick={() => sync?.()}
      >
        <span className="unseen">
          Sync e-mails with {props.card.name}
          {isSendOnly(props.view) ? `. ${notWithSendOnly}` : ''}
        </span>
      </Button>
      {failedWhy === undefined ? null : <Refused why={failedWhy} />}
    </>
  );
};

/** How far the newest search for this candidate is, or what came of it. */
export const SyncLine = ({
  view,
  card,
  notBegunFor,
}: OfCandidate & { readonly notBegunFor: WhyUnanswered | undefined }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const row = searchFor({ view, card });
  const why = notBegunFor ?? failedWhy;
  if (isSendOnly(view)) return <p className="small muted">{notWithSendOnly}</p>;
  if (row === undefined) return why === undefined ? null : <Refused why={why} />;
  return (
    <div className="small" role="status">
      <p>{syncWords(row)}</p>
      {row.state === 'done' && row.keptMessages > 0 ? (
        <Button
          look="link"
          isDisabled={isBusy}
          onClick={() => run(() => live.steerImport({ importId: row.importId, how: 'cancel' }))}
        >
          Take these back
        </Button>
      ) : null}
      {why === undefined ? null : <Refused why={why} />}
    </div>
  );
};

const Refused = ({ why }: { why: WhyUnanswered }) => (
  <p className="small field-error" role="alert">
    {whyWords(why).happened} {whyWords(why).next}
  </p>
);

const searchFor = ({ view, card }: OfCandidate): ImportRow | undefined =>
  view.imports.find(({ reason, candidateId }) => reason === 'asked' && candidateId === card.candidateId);

const isLooking = (row: ImportRow | undefined): boolean =>
  row?.state === 'estimating' || row?.state === 'running' || row?.state === 'cancelling';

const syncWords = (row: ImportRow): string => {
  if (row.state === 'estimating') return 'Looking for mail with them…';
  if (row.state === 'running') return `Bringing mail with them in: ${row.percent} %`;
  if (row.state === 'cancelling') return 'Taking back what came in…';
  if (row.state === 'failed') {
    const words = whyWords(row.failedFor ?? 'bug');
    return `Mail with them was not all brought in. ${words.happened} ${words.next}`;
  }
  return syncResultWords(row);
};
