import { useCallback, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MessageId } from '../../lib/contract/ids.ts';
import type { Colleague } from '../../lib/contract/person.ts';
import { EndingField, useEnding } from '../thread/ending-field.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ColleaguePicker } from './colleague-picker.tsx';
import { LeaveOut, useLeftOut, useSteady } from './leave-out.tsx';
import type { Part } from './parts.ts';
import { SightPreview } from './sight-preview.tsx';

/** Lets one colleague read a thread: who, until when, and what they would see, before anything changes. */
export const GrantDialog = ({
  part,
  onGrant,
  onClose,
}: {
  part: Part;
  onGrant: (grant: { granteeId: Colleague['personId']; endsAt?: string; leaveOut?: MessageId[] }) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const now = live.now();
  const [picked, setPicked] = useState<Colleague>();
  const until = useEnding(now);
  const left = useLeftOut(part.thread.threadId, true);
  const leaveOut = useSteady(left.isChanged ? [...left.chosen] : undefined);
  const { endsAt } = until;
  const isReady = picked !== undefined && until.isReady;
  return (
    <Dialog title={`Let one colleague read ${part.called}`} onClose={onClose}>
      <ColleaguePicker picked={picked} onPick={setPicked} />
      <EndingField chosen={until} />
      <LeaveOut left={left} now={now} />
      <div className="preview" aria-live="polite">
        {picked === undefined ? (
          <p className="muted">Pick a colleague to see what they would read.</p>
        ) : (
          <Preview threadId={part.thread.threadId} granteeId={picked.personId} leaveOut={leaveOut} />
        )}
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          isDisabled={!isReady}
          onClick={() => {
            if (picked === undefined) return;
            onGrant({
              granteeId: picked.personId,
              ...(endsAt === undefined ? {} : { endsAt }),
              ...(leaveOut === undefined ? {} : { leaveOut }),
            });
          }}
        >
          {picked === undefined ? 'Let them read it' : `Let ${picked.name} read it`}
        </Button>
      </div>
    </Dialog>
  );
};

const Preview = ({
  threadId,
  granteeId,
  leaveOut,
}: {
  threadId: Part['thread']['threadId'];
  granteeId: Colleague['personId'];
  leaveOut: MessageId[] | undefined;
}) => {
  const live = useLive();
  const { answer, again } = useAnswer(
    useCallback(
      async () => ({
        ...(await live.previewGrant({
          threadId,
          granteeId,
          ...(leaveOut === undefined ? {} : { leaveOut }),
        })),
        loses: [],
      }),
      [live, threadId, granteeId, leaveOut],
    ),
  );
  return <SightPreview answer={answer} again={again} first="gains" />;
};
