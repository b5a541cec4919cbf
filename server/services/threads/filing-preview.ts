/* Who would gain or lose sight of what if a thread were moved or split, before the click. */
import type { PersonId } from '../../../lib/contract/ids.ts';
import type { FilingPreview, FilingPreviewRequest } from '../../../lib/contract/thread-action.ts';
import { explainFilingPreview } from '../../../lib/domain/explain-change.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { planFiling, readSightChange } from './filing.ts';
import { readColleagues } from './readers.ts';
import { toChangeRow } from './stance-preview.ts';

/** Throws: thread-hidden, policy-forbids, not-found. */
export const previewFiling = async (
  services: Services,
  actor: Actor,
  request: FilingPreviewRequest,
): Promise<FilingPreview> => {
  const plan = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    planFiling(tx, actor, request.threadId, request),
  );
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const { gains, loses } = await readSightChange(services, tx, actor, colleagues, plan);
      const names = new Map(colleagues.map((each) => [each.personId, each.name]));
      const nameOf = (personId: PersonId): string => names.get(personId) ?? 'a former colleague';
      return {
        threadId: request.threadId,
        gains: gains.map((change) => toChangeRow(actor, change, nameOf)),
        loses: loses.map((change) => toChangeRow(actor, change, nameOf)),
        said: explainFilingPreview(gains, loses, nameOf),
      };
    },
  );
};
