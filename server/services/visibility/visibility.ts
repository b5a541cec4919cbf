/* What the company lets its people see by default, with the change of it that is on its way or can still be taken back. */
import type { PersonRef } from '../../../lib/contract/person.ts';
import { Visibility, type VisibilityState } from '../../../lib/contract/visibility.ts';
import {
  changeUndoMs,
  explainSightChange,
  isSameVisibility,
  presetOf,
  type SightCount,
} from '../../../lib/domain/visibility.ts';
import type { VisibilityChangeRow } from '../../db/people-tables.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';

export const readVisibilityState = (services: Services, actor: Actor): Promise<VisibilityState> =>
  services.db.transaction({ kind: 'company', companyId: actor.companyId, actorId: actor.personId }, (tx) =>
    readState(services, tx, actor),
  );

export const readState = async (services: Services, tx: Tx, actor: Actor): Promise<VisibilityState> => {
  const now = await readVisibility(tx, actor.companyId);
  const [open] = await readChanges(tx, ['waiting', 'scheduled']);
  const [last] = await readChanges(tx, ['applied']);
  const preset = presetOf(now);
  const names = await readNames(tx, actor);
  const canUndo =
    last !== undefined &&
    last.applied_at !== null &&
    last.applied_at + changeUndoMs > services.clock.now() &&
    isSameVisibility(last.wanted, now);
  return {
    now,
    ...(preset === undefined ? {} : { preset }),
    ...(open === undefined
      ? {}
      : {
          pending: {
            changeId: open.id,
            to: open.wanted,
            said: explainSightChange(open.opened, open.closed),
            ...whoIs(names, open.proposed_by),
            proposedAt: toIso(open.proposed_at),
            ...(open.due_at === null ? {} : { dueAt: toIso(open.due_at) }),
            mayAgree: open.state === 'waiting' && open.proposed_by !== actor.personId,
          },
        }),
    ...(canUndo
      ? {
          undoable: {
            changeId: last.id,
            said: explainSightChange(last.opened, last.closed),
            ...whoIs(names, last.proposed_by),
            appliedAt: toIso(last.applied_at ?? 0),
            undoUntil: toIso((last.applied_at ?? 0) + changeUndoMs),
          },
        }
      : {}),
  };
};

export const readVisibility = async (tx: Tx, companyId: Actor['companyId']): Promise<Visibility> => {
  const row = await tx
    .selectFrom('candor.policy')
    .select(['default_visibility', 'hidden_tier', 'keeps', 'allowed_access_levels'])
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  return {
    defaultVisibility: row.default_visibility,
    hiddenTier: row.hidden_tier,
    keeps: row.keeps,
    isReadingAllowed: row.allowed_access_levels.includes('full'),
  };
};

/** A change as it stands on record, its facts read. */
export type Change = Omit<VisibilityChangeRow, 'wanted' | 'before' | 'opened' | 'closed'> & {
  readonly wanted: Visibility;
  readonly before: Visibility | undefined;
  readonly opened: SightCount;
  readonly closed: SightCount;
};

/** Newest first. */
export const readChanges = async (
  tx: Tx,
  states: readonly VisibilityChangeRow['state'][],
): Promise<readonly Change[]> => {
  const rows = await tx
    .selectFrom('candor.visibility_change')
    .selectAll()
    .where('state', 'in', states)
    .orderBy('proposed_at', 'desc')
    .limit(10)
    .execute();
  return rows.map((row) => ({
    ...row,
    wanted: Visibility.parse(row.wanted),
    before: row.before === null ? undefined : Visibility.parse(row.before),
    opened: row.opened as SightCount,
    closed: row.closed as SightCount,
  }));
};

const readNames = async (tx: Tx, actor: Actor): Promise<ReadonlyMap<string, PersonRef>> => {
  const people = await tx.selectFrom('candor.person').select(['id', 'name']).execute();
  return new Map(
    people.map(({ id, name }) => [id, { personId: id, name, isYou: id === actor.personId }] as const),
  );
};

const whoIs = (names: ReadonlyMap<string, PersonRef>, personId: string | null) => {
  const by = personId === null ? undefined : names.get(personId);
  return by === undefined ? {} : { by };
};

const toIso = (epochMs: number): string => new Date(epochMs).toISOString();
