/* What a person was let read by colleagues, as long as it holds; and what letting somebody read would open. */
import type { PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { PersonRef } from '../../../lib/contract/person.ts';
import type { GrantedThread } from '../../../lib/contract/thread.ts';
import type { GrantPreview, GrantPreviewRequest } from '../../../lib/contract/thread-action.ts';
import { explainStancePreview } from '../../../lib/domain/explain-change.ts';
import { compareReaders } from '../../../lib/domain/readable.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import { readMessages, requireManaged } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';
import { addUp } from './filing.ts';
import { knownReaders } from './known-readers.ts';
import { readColleagues, readThreadFacts } from './readers.ts';
import { toChangeRow } from './stance-preview.ts';
import { leavingOut } from './withheld.ts';

/** Newest grant first. */
export const readGranted = (services: Services, actor: Actor): Promise<readonly GrantedThread[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const grants = await grantsTo(tx, services.clock.now(), actor.personId);
    const messages = await readMessages(tx, (where) =>
      where('candor.message.thread_id', '=', anyOf(grants.map(({ threadId }) => threadId))),
    );
    const granted: GrantedThread[] = [];
    for (const grant of grants) {
      const onIt = messages.filter(({ threadId }) => threadId === grant.threadId);
      const newest = onIt.at(-1);
      if (newest === undefined) continue;
      granted.push({
        threadId: newest.rootId,
        subject: (await openHead(services, tx, newest)).subject,
        lastAt: new Date(newest.sentAt).toISOString(),
        by: grant.by,
        grantedAt: new Date(grant.grantedAt).toISOString(),
        ...(grant.endsAt === null ? {} : { endsAt: new Date(grant.endsAt).toISOString() }),
      });
    }
    return granted;
  });

/** Who would see how much more. Throws: thread-hidden, policy-forbids; not-found for somebody who is no colleague. */
export const previewGrant = async (
  services: Services,
  actor: Actor,
  { threadId, granteeId, leaveOut }: GrantPreviewRequest,
): Promise<GrantPreview> => {
  const thread = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    requireManaged(tx, actor, threadId),
  );
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const now = services.clock.now();
      const colleagues = await readColleagues(tx, actor.companyId);
      const grantee = colleagues.filter(({ personId }) => personId === granteeId);
      if (grantee.length === 0) throw new Failure('not-found', 'no such colleague');
      const facts = await readThreadFacts(tx, actor.companyId, thread.messageIds, colleagues, now);
      const grant = { ownerId: actor.personId, granteeId, grantedAt: now };
      const gains = addUp(
        facts.flatMap(
          ({ world, messages }) =>
            compareReaders(
              knownReaders(actor.personId, colleagues, messages, world),
              knownReaders(actor.personId, colleagues, leavingOut(messages, actor.personId, leaveOut), {
                ...world,
                grants: [...world.grants, grant],
              }),
            ).gains,
        ),
      );
      const names = new Map(colleagues.map((each) => [each.personId, each.name]));
      const nameOf = (personId: PersonId): string => names.get(personId) ?? 'a former colleague';
      return {
        threadId,
        granteeId,
        gains: gains.map((change) => toChangeRow(actor, change, nameOf)),
        said:
          gains.length === 0
            ? `${nameOf(granteeId)} can read all of this already. A grant keeps it so whatever you decide about the team.`
            : `${explainStancePreview(gains, [], nameOf)} They see new mail on it too, as far as it reaches you.`,
      };
    },
  );
};

/** Grants of the actor's own on these threads that hold now, by whom they are for; each with its latest end. */
export const readOwnGrants = async (
  tx: Tx,
  actor: Actor,
  threadIds: readonly ThreadId[],
  now: number,
): Promise<readonly { readonly person: PersonRef; readonly endsAt?: string }[]> => {
  const rows = await tx
    .selectFrom('candor.grant')
    .innerJoin('candor.person', 'candor.person.id', 'candor.grant.grantee_id')
    .select(['candor.person.id', 'candor.person.name', 'candor.grant.ends_at'])
    .where('candor.grant.owner_id', '=', actor.personId)
    .where('candor.grant.thread_id', '=', anyOf(threadIds))
    .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', now)]))
    .orderBy('candor.person.name')
    .orderBy('candor.person.id')
    .execute();
  const byPerson = Map.groupBy(rows, ({ id }) => id);
  return [...byPerson.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const ends = [first, ...others].map(({ ends_at }) => ends_at);
    const latest = ends.includes(null) ? undefined : Math.max(...ends.map((end) => end ?? 0));
    return [
      {
        person: { personId: first.id, name: first.name, isYou: false },
        ...(latest === undefined ? {} : { endsAt: new Date(latest).toISOString() }),
      },
    ];
  });
};

const grantsTo = async (tx: PersonTx, now: number, personId: PersonId) => {
  const rows = await tx
    .selectFrom('candor.grant')
    .innerJoin('candor.person', 'candor.person.id', 'candor.grant.owner_id')
    .select([
      'candor.grant.thread_id as threadId',
      'candor.grant.granted_at as grantedAt',
      'candor.grant.ends_at as endsAt',
      'candor.person.id as ownerId',
      'candor.person.name',
    ])
    .where('candor.grant.grantee_id', '=', personId)
    .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', now)]))
    .orderBy('granted_at', 'desc')
    .limit(mostGranted)
    .execute();
  return rows.map(({ ownerId, name, ...grant }) => ({
    ...grant,
    by: { personId: ownerId, name, isYou: false },
  }));
};

const mostGranted = 200;
