import type { SightOfPerson, VisibilityTrial } from '../../lib/contract/visibility.ts';
import { Button } from '../ui/button.tsx';

/** Person by person what would change, and how it would come into effect. */
export const TrialResult = ({
  trial: { people, needsSecond, waitMs },
  isBusy,
  onPropose,
}: {
  trial: VisibilityTrial;
  isBusy: boolean;
  onPropose: () => void;
}) => (
  <>
    {people.length === 0 ? null : (
      <ul className="entries" aria-label="What would change for whom">
        {people.map((sight) => (
          <li className="entry" key={sight.person.personId}>
            <details>
              <summary>
                {sight.person.isYou ? 'You' : sight.person.name}: {countsOf(sight)}
              </summary>
              <ul>
                {sight.named.map(({ threadId, subject, change }) => (
                  <li key={threadId}>
                    {change === 'gains' ? 'gains' : 'loses'} “{subject || 'no subject'}”
                  </li>
                ))}
                {sight.unnamedCount === 0 ? null : (
                  <li className="muted">
                    {sight.named.length === 0 ? '' : 'and '}
                    {sight.unnamedCount === 1
                      ? '1 conversation that is not yours to see, or not named here'
                      : `${sight.unnamedCount} conversations that are not yours to see, or not named here`}
                  </li>
                )}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    )}
    <p>{termsWords(needsSecond, waitMs)}</p>
    <Button look="primary" isDisabled={isBusy} onClick={onPropose}>
      {needsSecond ? 'Propose it to a second admin' : 'Make the change'}
    </Button>
  </>
);

const countsOf = ({ gainsCount, losesCount }: SightOfPerson): string =>
  [...(gainsCount === 0 ? [] : [`+${gainsCount}`]), ...(losesCount === 0 ? [] : [`−${losesCount}`])].join(
    ', ',
  ) || 'nothing';

const termsWords = (needsSecond: boolean, waitMs: number): string => {
  const after = waitWords(waitMs);
  if (needsSecond)
    return `It opens so much that a second admin has to agree. It takes effect ${after} after that, and can be taken back for a day.`;
  return `It takes effect ${after} after you make it; until then it can be withdrawn, and for a day after it can be taken back.`;
};

const hourMs = 3_600_000;
const waitWords = (waitMs: number): string =>
  waitMs < hourMs ? `${Math.round(waitMs / 60_000)} minutes` : `${Math.round(waitMs / (24 * hourMs))} days`;
