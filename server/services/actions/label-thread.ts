/* Label as candidate: the company's label on the thread in the person's mailbox, which opts the thread in. */
import { Alternatives } from '../../../lib/contract/keeping.ts';
import type { ActionOutcome, LabelAction } from '../../../lib/contract/thread-action.ts';
import { explainMatching, keepsAlone } from '../../../lib/domain/matching.ts';
import { Failure } from '../../base/failure.ts';
import { type Actor, idsOf } from '../actor.ts';
import { decideCopies, fetchKept } from '../ingest/decide-copies.ts';
import { withMailbox } from '../mailboxes/mailbox-access.ts';
import { readLimits, requireMailbox } from '../mailboxes/mailboxes.ts';
import type { Services } from '../services.ts';
import { doOnce, recordAction } from './actions.ts';
import { addressesToCreate, bringThread, saidOfRest } from './bring-thread.ts';

/**
 * Throws: policy-forbids where the company keeps nothing by label; mailbox-disconnected, provider-busy, provider-refused,
 * not-found. Labelling twice is labelling once.
 */
export const labelThread = (
  services: Services,
  actor: Actor,
  action: LabelAction,
  signal: AbortSignal,
): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, () => label(services, actor, action, signal));

const label = async (
  services: Services,
  actor: Actor,
  action: LabelAction,
  signal: AbortSignal,
): Promise<ActionOutcome> => {
  const person = { kind: 'person', ...idsOf(actor) } as const;
  const { mailbox, limits, policy } = await services.db.transaction(person, async (tx) => ({
    mailbox: await requireMailbox(tx, actor, action.ref.mailboxAddress),
    limits: await readLimits(tx),
    policy: await tx.selectFrom('candor.policy').select(['label_name', 'matching']).executeTakeFirstOrThrow(),
  }));
  const matching = Alternatives.parse(policy.matching);
  if (action.on && !matching.some((rules) => rules.includes('label')))
    throw new Failure('policy-forbids', 'the company keeps nothing by label');
  const labelName = policy.label_name;
  const { wasOn, kept } = await withMailbox(
    services,
    { companyId: actor.companyId, mailboxId: mailbox.mailboxId },
    'person',
    async (provider, open) => {
      const asItWas = await provider.readThread(action.ref.providerThreadId, signal);
      const wasOn = asItWas.some((copy) => copy.place.isLabelled);
      await provider.label(action.ref.providerThreadId, open.labelName, action.on, signal);
      if (!action.on) return { wasOn, kept: [] };
      const labelled = asItWas.map((copy) => ({ ...copy, place: { ...copy.place, isLabelled: true } }));
      const takesOn = addressesToCreate(action.fileOn);
      const decided = await decideCopies(services, open, labelled, undefined, takesOn);
      return { wasOn, kept: await fetchKept(provider, decided, limits.messageBytes, signal) };
    },
    signal,
  );
  const owner = { companyId: actor.companyId, mailboxId: mailbox.mailboxId, personId: actor.personId };
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      await tx
        .updateTable('candor.message_copy')
        .set({ is_labelled: action.on })
        .where('mailbox_id', '=', mailbox.mailboxId)
        .where('provider_thread_id', '=', action.ref.providerThreadId)
        .execute();
      const { brought, threadId, isSomeLeftOut } = await bringThread(services, tx, actor, owner, kept, {
        because: 'label',
        fileOn: action.on ? action.fileOn : [],
      });
      return recordAction(services, tx, actor, {
        key: action.key,
        kind: 'label',
        ref: action.ref,
        said: action.on
          ? `Labelled “${labelName}”. ${keepsAlone(matching, 'label') ? 'New mail of this thread is kept from now on.' : explainMatching(matching)}${isSomeLeftOut ? saidOfRest : ''}`
          : `The label “${labelName}” is off. What was kept stays.`,
        threadId,
        undo: { kind: 'label', wasOn, brought },
      });
    },
  );
};
