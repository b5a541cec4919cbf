import type { Answer } from '../../lib/client/asking.ts';
import type { StancePreview } from '../../lib/contract/thread-action.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

type Sight = Pick<StancePreview, 'said' | 'gains' | 'loses'>;

/** Who would gain and who would lose sight of what, by name, before anything changes. */
export const SightPreview = ({
  answer,
  again,
  first,
}: {
  answer: Answer<Sight>;
  again: () => void;
  /** What is told first. */
  first: 'gains' | 'loses';
}) => {
  if (answer.state === 'asking') {
    return <Skeleton name="Looking up who would read this" widths={['80%', '60%']} />;
  }
  if (answer.state === 'failed') {
    const words = whyWords(answer.why);
    return (
      <Notice
        tone="warn"
        title="Candor cannot say who this changes."
        actions={<Button onClick={again}>Look again</Button>}
      >
        <p>
          {words.happened} {words.safe}
        </p>
      </Notice>
    );
  }
  const { said, gains, loses } = answer.value;
  const less = <Changes title="Will see less" changes={loses} verb="loses" />;
  return (
    <>
      <p>{said}</p>
      {first === 'loses' ? less : null}
      <Changes title="Will see more" changes={gains} verb="gains" />
      {first === 'gains' ? less : null}
    </>
  );
};

const Changes = ({
  title,
  changes,
  verb,
}: {
  title: string;
  changes: Sight['gains'];
  verb: 'gains' | 'loses';
}) =>
  changes.length === 0 ? null : (
    <section className="changes" aria-label={title}>
      <h3 className="small muted">{title}</h3>
      <ul className="rows">
        {changes.map(({ person, messageCount, keepsCount, because }) => (
          <li key={person.personId} className="row">
            <Avatar id={person.personId} name={person.name} />
            <div className="grow">
              <p className="one-line">{person.isYou ? 'You' : person.name}</p>
              <p className="small muted any-break">
                {verb} {counted(messageCount, 'message')}
                {keepsCount > 0 ? `, keeps ${keepsCount}` : ''} · {because}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
