/* A change of visibility on its way: proposed, agreed to, put into effect when it is due, taken back. */
import type {
  ChangeId,
  ChangeRequest,
  Visibility,
  VisibilityState,
} from '../../../lib/contract/visibility.ts';
import { changeDelayMs, changeUndoMs, isSameVisibility } from '../../../lib/domain/visibility.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';
import { tryVisibility } from './trial.ts';
import { type Change, readChanges, readState, readVisibility } from './visibility.ts';

/** Tried out once more, for what counts is the record as it is now. Throws: already-done while another is on its way, or when it changes nothing. */
export const proposeVisibility = async (
  services: Services,
  actor: Actor,
  wanted: Visibility,
): Promise<VisibilityState> => {
  const trial = await tryVisibility(services, actor, wanted);
  return asActor(services, actor, async (tx) => {
    await lockPolicy(tx, actor);
    if (isSameVisibility(await readVisibility(tx, actor.companyId), wanted))
      throw new Failure('already-done', 'it is so already');
    const open = await readChanges(tx, ['waiting', 'scheduled']);
    if (open.length > 0) throw new Failure('already-done', 'another change is on its way');
    const now = services.clock.now();
    await tx
      .insertInto('candor.visibility_change')
      .values({
        company_id: actor.companyId,
        state: trial.needsSecond ? 'waiting' : 'scheduled',
        wanted: JSON.stringify(wanted),
        opened: JSON.stringify(trial.opened),
        closed: JSON.stringify(trial.closed),
        proposed_by: actor.personId,
        proposed_at: now,
        due_at: trial.needsSecond ? null : now + trial.waitMs,
      })
      .execute();
    return readState(services, tx, actor);
  });
};

/** Throws: not-found for a change that is not in the state for it; policy-forbids for agreeing to one's own. */
export const steerVisibility = (
  services: Services,
  actor: Actor,
  { changeId, how }: ChangeRequest,
): Promise<VisibilityState> =>
  asActor(services, actor, async (tx) => {
    await lockPolicy(tx, actor);
    if (how === 'agree') await agree(services, tx, actor, changeId);
    else if (how === 'withdraw') await withdraw(tx, changeId);
    else await undo(services, tx, actor, changeId);
    return readState(services, tx, actor);
  });

/** Of every company what is due by now; one company's trouble keeps no other's. */
export const applyDueVisibility = async (services: Services, signal: AbortSignal): Promise<void> => {
  const due = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.visibility_change')
      .select(['id', 'company_id'])
      .where('state', '=', 'scheduled')
      .where('due_at', '<=', services.clock.now())
      .execute(),
  );
  let trouble: { readonly thrown: unknown } | undefined;
  for (const { id, company_id: companyId } of due) {
    signal.throwIfAborted();
    try {
      await services.db.transaction({ kind: 'company', companyId }, async (tx) => {
        await lockPolicy(tx, { companyId });
        const change = (await readChanges(tx, ['scheduled'])).find((each) => each.id === id);
        if (change !== undefined) await apply(services, tx, { companyId }, change);
      });
    } catch (thrown) {
      services.log.error('a change of visibility could not be put into effect', { companyId, error: thrown });
      trouble = { thrown };
    }
  }
  if (trouble !== undefined) throw trouble.thrown;
};

const asActor = <T>(services: Services, actor: Actor, fn: (tx: Tx) => Promise<T>): Promise<T> =>
  services.db.transaction({ kind: 'company', companyId: actor.companyId, actorId: actor.personId }, fn);

/** Two who decide at once do so one after the other. */
const lockPolicy = async (tx: Tx, { companyId }: Pick<Actor, 'companyId'>): Promise<void> => {
  await tx
    .selectFrom('candor.policy')
    .select('company_id')
    .where('company_id', '=', companyId)
    .forUpdate()
    .execute();
};

const agree = async (services: Services, tx: Tx, actor: Actor, changeId: ChangeId): Promise<void> => {
  const change = await requireChange(tx, changeId, ['waiting']);
  if (change.proposed_by === actor.personId)
    throw new Failure('policy-forbids', 'nobody agrees to a change of their own');
  await tx
    .updateTable('candor.visibility_change')
    .set({
      state: 'scheduled',
      agreed_by: actor.personId,
      due_at: services.clock.now() + changeDelayMs,
    })
    .where('id', '=', changeId)
    .execute();
};

const withdraw = async (tx: Tx, changeId: ChangeId): Promise<void> => {
  await requireChange(tx, changeId, ['waiting', 'scheduled']);
  await tx
    .updateTable('candor.visibility_change')
    .set({ state: 'withdrawn' })
    .where('id', '=', changeId)
    .execute();
};

const undo = async (services: Services, tx: Tx, actor: Actor, changeId: ChangeId): Promise<void> => {
  const change = await requireChange(tx, changeId, ['applied']);
  const isStill = isSameVisibility(await readVisibility(tx, actor.companyId), change.wanted);
  if (
    !isStill ||
    change.before === undefined ||
    (change.applied_at ?? 0) + changeUndoMs <= services.clock.now()
  )
    throw new Failure('not-found', 'the change can no longer be taken back');
  await writeVisibility(services, tx, actor, change.before);
  await tx
    .updateTable('candor.visibility_change')
    .set({ state: 'undone' })
    .where('id', '=', changeId)
    .execute();
};

const apply = async (
  services: Services,
  tx: Tx,
  { companyId }: Pick<Actor, 'companyId'>,
  { id, wanted }: Change,
): Promise<void> => {
  const before = await readVisibility(tx, companyId);
  await writeVisibility(services, tx, { companyId }, wanted);
  await tx
    .updateTable('candor.visibility_change')
    .set({ state: 'applied', before: JSON.stringify(before), applied_at: services.clock.now() })
    .where('id', '=', id)
    .execute();
};

/** Mailboxes that are connected already stay so: each is its person's to turn off. */
const writeVisibility = async (
  services: Services,
  tx: Tx,
  { companyId }: Pick<Actor, 'companyId'>,
  visibility: Visibility,
): Promise<void> => {
  const { isReadingAllowed } = await readVisibility(tx, companyId);
  await tx
    .updateTable('candor.policy')
    .set({
      default_visibility: visibility.defaultVisibility,
      hidden_tier: visibility.hiddenTier,
      keeps: visibility.keeps,
      ...(visibility.isReadingAllowed === isReadingAllowed
        ? {}
        : { allowed_access_levels: visibility.isReadingAllowed ? ['full', 'send-only'] : ['send-only'] }),
      updated_at: services.clock.now(),
    })
    .where('company_id', '=', companyId)
    .execute();
};

const requireChange = async (
  tx: Tx,
  changeId: ChangeId,
  states: readonly Change['state'][],
): Promise<Change> => {
  const change = (await readChanges(tx, states)).find(({ id }) => id === changeId);
  if (change === undefined) throw new Failure('not-found', 'no such change');
  return change;
};
