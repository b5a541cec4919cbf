/* Takes one's own act back within ten minutes. */
import type { ActionOutcome, UndoAction } from '../../../lib/contract/thread-action.ts';
import { Failure } from '../../base/failure.ts';
import { type Actor, idsOf } from '../actor.ts';
import { withMailbox } from '../mailboxes/mailbox-access.ts';
import type { Services } from '../services.ts';
import { doOnce, markUndone, recordAction, takeForUndo } from './actions.ts';
import { restoreGrants } from './grants.ts';
import { moveBack } from './move-thread.ts';
import { putBack } from './remove-thread.ts';
import { joinAgain } from './split-thread.ts';
import { restoreStances } from './stances.ts';
import { takeAway } from './take-away.ts';

/** Without a ref for an act on many threads. */
type Undo = Pick<UndoAction, 'key' | 'of'> & { readonly ref?: UndoAction['ref'] };

/** Throws: not-found; already-done when it was undone before or its ten minutes are over; mailbox-disconnected for a label. */
export const undoAction = (
  services: Services,
  actor: Actor,
  action: Undo,
  signal: AbortSignal,
): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, () => undoNow(services, actor, action, signal));

const undoNow = async (
  services: Services,
  actor: Actor,
  action: Undo,
  signal: AbortSignal,
): Promise<ActionOutcome> => {
  const person = { kind: 'person', ...idsOf(actor) } as const;
  const act = await services.db.transaction(person, (tx) => takeForUndo(services, tx, actor, action.of));
  const { undo, mailboxId, providerThreadId } = act;
  const record = {
    key: action.key,
    kind: 'undo',
    ref: action.ref,
    said: 'Undone.',
    threadId: undefined,
    undo: undefined,
  } as const;

  if (undo.kind === 'stance' || undo.kind === 'grant') {
    return services.db.transaction(person, async (tx) => {
      await markUndone(services, tx, action.of);
      if (undo.kind === 'stance') await restoreStances(services, tx, actor, undo);
      else await restoreGrants(services, tx, actor, undo);
      return recordAction(services, tx, actor, record);
    });
  }
  if (undo.kind === 'label') {
    if (mailboxId === null || providerThreadId === null)
      throw new Failure('not-found', 'the label’s mailbox is gone');
    await withMailbox(
      services,
      { companyId: actor.companyId, mailboxId },
      'person',
      (provider, open) => provider.label(providerThreadId, open.labelName, undo.wasOn, signal),
      signal,
    );
  }
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      await markUndone(services, tx, action.of);
      if (undo.kind === 'remove' || undo.kind === 'move' || undo.kind === 'split') {
        if (undo.kind === 'remove') await putBack(services, tx, actor, undo);
        else if (undo.kind === 'move') await moveBack(services, tx, actor, undo.refiled);
        else await joinAgain(services, tx, actor, undo);
        return recordAction(services, tx, actor, record);
      }
      await takeAway(services, tx, actor, action.of, undo.brought);
      if (undo.kind === 'label' && mailboxId !== null && providerThreadId !== null) {
        await tx
          .updateTable('candor.message_copy')
          .set({ is_labelled: undo.wasOn })
          .where('mailbox_id', '=', mailboxId)
          .where('provider_thread_id', '=', providerThreadId)
          .execute();
      }
      return recordAction(services, tx, actor, record);
    },
  );
};
