/* All the panel shows of one open thread, asked by the provider's id in the person's own mailbox. */
import type { CandidateId, MailboxId } from '../../../lib/contract/ids.ts';
import type { ThreadRef } from '../../../lib/contract/page.ts';
import type {
  MailboxStanding,
  OutsideParticipant,
  ThreadState,
  ThreadView,
} from '../../../lib/contract/thread.ts';
import { foldAddress } from '../../../lib/domain/address.ts';
import { explainDrop, explainHold } from '../../../lib/domain/explain-keeping.ts';
import { decideInterest } from '../../../lib/domain/interest.ts';
import type { Participant } from '../../../lib/domain/message.ts';
import { outsideParticipants } from '../../../lib/domain/participant.ts';
import { failureReason } from '../../base/failure.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import type { ReadableMessage } from '../access.ts';
import { readAccessRequests } from '../access-requests/answer.ts';
import { readUndoable } from '../actions/actions.ts';
import { type Actor, idsOf } from '../actor.ts';
import { readImportsBeside } from '../import/import-rows.ts';
import { toSubject } from '../ingest/decide-copies.ts';
import { readInterestContext } from '../ingest/interest-context.ts';
import { readRemoved } from '../ingest/removals.ts';
import { readHealth } from '../mailboxes/health.ts';
import { findMailbox } from '../mailboxes/mailboxes.ts';
import { findByAddress, readCards } from '../people/candidates.ts';
import { readOutgoingBeside } from '../sending/outgoing-beside.ts';
import { readSender } from '../sending/reply.ts';
import type { Services } from '../services.ts';
import { noHistory, readHistory } from './history.ts';
import { readHeldThread, readParticipants, readThreadByIds } from './kept-messages.ts';
import { type LiveThread, readLiveThread } from './live-thread.ts';
import { describeParts } from './thread-parts.ts';

export const viewThread = async (
  services: Services,
  actor: Actor,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<ThreadView> => {
  const person = { kind: 'person', ...idsOf(actor) } as const;
  const { standing, policy } = await services.db.transaction(person, async (tx) => ({
    standing: await readStanding(services, tx, actor, ref),
    policy: await tx
      .selectFrom('candor.policy')
      .select(['label_name', 'is_candidate_creation_allowed'])
      .executeTakeFirstOrThrow(),
  }));
  const { label_name: labelName, is_candidate_creation_allowed: mayCreateCandidates } = policy;
  if (standing.state === 'not-connected' || standing.state === 'other-account') {
    return {
      ref,
      mailbox: standing,
      labelName,
      mayCreateCandidates,
      participants: [],
      candidates: [],
      thread: { state: 'unknown' },
      history: noHistory,
      accessRequests: { mine: [], toMe: [] },
      imports: [],
      outgoing: [],
      undoable: [],
    };
  }

  const held = await services.db.transaction(person, (tx) => readHeldThread(tx, standing.mailboxId, ref));
  // A kept thread is told from the record alone: the panel then waits for no provider.
  const { live, isRefused } =
    held.length === 0 && standing.state === 'connected' && standing.access === 'full'
      ? await readLive(services, actor, standing.mailboxId, ref.providerThreadId, signal)
      : { live: undefined, isRefused: false };
  const kept =
    live === undefined
      ? held
      : await services.db.transaction(person, (tx) => readThreadByIds(services, tx, actor, live));

  const parts = await describeParts(services, actor, kept, standing.mailboxId);
  const thread =
    parts[0]?.thread ??
    (await describeUnkept(services, actor, { live, labelName, mailboxId: standing.mailboxId }));

  return services.db.transaction(person, async (tx) => {
    const spoken =
      live?.messages.map((each) => each.headers.participants) ?? (await readParticipants(services, tx, kept));
    const { participants, candidateIds } = await placeCandidates(services, tx, actor, spoken, kept);
    const sender = await readSender(tx, actor);
    return {
      ref,
      mailbox: isRefused ? { ...standing, state: 'needs-reconnect' } : standing,
      labelName,
      mayCreateCandidates,
      participants,
      candidates: await readCards(services, tx, actor, candidateIds),
      thread,
      ...(parts.length < 2 ? {} : { parts: [...parts] }),
      accessRequests: await readAccessRequests(services, tx, actor, candidateIds),
      history: await readHistory(services, tx, actor, candidateIds, kept[0]?.rootId),
      imports: await readImportsBeside(tx, standing.mailboxId, candidateIds, services.clock.now()),
      ...(typeof sender === 'object' ? { sendsFrom: sender.address } : {}),
      outgoing: await readOutgoingBeside(tx, actor, kept[0]?.rootId, services.clock.now()),
      undoable: await readUndoable(services, tx, actor, standing.mailboxId, ref.providerThreadId),
    };
  });
};

/** A mailbox that does not let us in any more is told as such; the rest of the panel needs no provider. */
const readLive = async (
  services: Services,
  actor: Actor,
  mailboxId: MailboxId,
  providerThreadId: string,
  signal: AbortSignal,
): Promise<{ readonly live: LiveThread | undefined; readonly isRefused: boolean }> => {
  try {
    const live = await readLiveThread(services, actor, mailboxId, providerThreadId, signal);
    return { live, isRefused: false };
  } catch (thrown) {
    if (failureReason(thrown) !== 'mailbox-disconnected') throw thrown;
    return { live: undefined, isRefused: true };
  }
};

const readStanding = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  ref: ThreadRef,
): Promise<MailboxStanding> => {
  const mailbox = await findMailbox(tx, actor, ref.mailboxAddress);
  if (mailbox !== undefined && mailbox.state !== 'off') {
    const { mailboxId, address, provider, state, access } = mailbox;
    const theirs = { mailboxId, address, provider };
    return state === 'connected'
      ? { state, ...theirs, access, health: await readHealth(services, tx, mailboxId) }
      : { state, ...theirs };
  }
  const others = await tx
    .selectFrom('candor.mailbox')
    .select('address')
    .where('person_id', '=', actor.personId)
    .where('state', '<>', 'off')
    .orderBy('address')
    .execute();
  return others.length === 0
    ? { state: 'not-connected' }
    : {
        state: 'other-account',
        pageAddress: ref.mailboxAddress,
        connected: others.map((row) => row.address),
      };
};

/** The people from outside, and the candidates to show: the sender's first, then the others on the thread, then those it is filed on. */
const placeCandidates = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  spoken: readonly (readonly Participant[])[],
  kept: readonly ReadableMessage[],
): Promise<{ participants: OutsideParticipant[]; candidateIds: readonly CandidateId[] }> => {
  const policy = await tx.selectFrom('candor.policy').select('own_domains').executeTakeFirstOrThrow();
  const colleagues = await tx.selectFrom('candor.person_address').select('address').execute();
  const outside = outsideParticipants(spoken, {
    ownDomains: new Set(policy.own_domains),
    colleagueAddresses: new Set(colleagues.map((row) => row.address)),
  });
  const known = await findByAddress(
    services,
    tx,
    actor.companyId,
    outside.map((each) => each.address),
  );
  const participants = outside.map((each) => {
    const candidateId = known.get(foldAddress(each.address))?.[0];
    return {
      address: each.address,
      isSender: each.isSender,
      ...(each.name === undefined ? {} : { name: each.name }),
      ...(candidateId === undefined ? {} : { candidateId }),
    };
  });
  const threadIds = [...new Set(kept.map((each) => each.threadId))];
  const filed =
    threadIds.length === 0
      ? []
      : await tx
          .selectFrom('candor.thread_candidate')
          .select('candidate_id')
          .where('thread_id', 'in', threadIds)
          .orderBy('filed_at')
          .execute();
  const fromAddresses = outside.flatMap((each) => known.get(foldAddress(each.address)) ?? []);
  return {
    participants,
    candidateIds: [...new Set([...fromAddresses, ...filed.map((row) => row.candidate_id)])],
  };
};

const describeUnkept = async (
  services: Services,
  actor: Actor,
  open: {
    readonly live: LiveThread | undefined;
    readonly labelName: string;
    readonly mailboxId: MailboxId;
  },
): Promise<ThreadState> => {
  if (open.live === undefined) return { state: 'unknown' };
  const { live } = open;
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const context = await readInterestContext(
        services,
        tx,
        { companyId: actor.companyId, personId: actor.personId, windowFrom: live.windowFrom },
        live.messages.map((each) => each.headers),
      );
      const owner = {
        companyId: actor.companyId,
        personId: actor.personId,
        mailboxId: open.mailboxId,
      };
      const removed = await readRemoved(services, tx, owner, live.messages);
      const because = new Set<string>();
      for (const message of live.messages) {
        const decided = decideInterest(toSubject(message, removed.get(message)), context);
        if (decided.decision === 'drop')
          because.add(
            explainDrop(decided.because, { labelName: open.labelName, matching: context.matching }),
          );
        else if (decided.decision === 'hold') because.add(explainHold(decided.because));
        else because.add('Candor keeps this thread the next time it looks at your mailbox.');
      }
      return {
        state: 'not-kept' as const,
        isLabelled: live.messages.some((each) => each.copy.place.isLabelled),
        notKeptBecause: [...because],
      };
    },
  );
};
