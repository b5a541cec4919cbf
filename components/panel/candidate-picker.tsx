import { X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { whyOf } from '../../lib/client/asking.ts';
import { useLive, type WhyUnanswered } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import { Button } from '../ui/button.tsx';
import { Combobox } from '../ui/combobox.tsx';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';
import { CandidateLine } from './candidate-card.tsx';

type Search =
  | { readonly state: 'idle' }
  | { readonly state: 'found'; readonly cards: readonly CandidateCard[] }
  | { readonly state: 'failed'; readonly why: WhyUnanswered };

/** Short enough to feel at once, long enough not to ask for every letter. */
const typingPauseMs = 120;

/** Finds one candidate on record by name or address. */
export const CandidatePicker = ({
  picked,
  onPick,
}: {
  picked: CandidateCard | undefined;
  onPick: (card: CandidateCard | undefined) => void;
}) => {
  const live = useLive();
  const [text, setText] = useState('');
  const [search, setSearch] = useState<Search>({ state: 'idle' });
  const wanted = text.trim();

  useEffect(() => {
    if (wanted === '') {
      setSearch({ state: 'idle' });
      return;
    }
    let isStale = false;
    const timer = setTimeout(() => {
      live.searchCandidates(wanted).then(
        (cards) => isStale || setSearch({ state: 'found', cards }),
        (thrown: unknown) => isStale || setSearch({ state: 'failed', why: whyOf(thrown) }),
      );
    }, typingPauseMs);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [live, wanted]);

  const options = useMemo(
    () =>
      search.state === 'found'
        ? search.cards.map((card) => ({
            id: card.candidateId,
            name: card.name,
            row: <CandidateLine card={card} />,
          }))
        : [],
    [search],
  );

  if (picked !== undefined) {
    return (
      <div className="row picked">
        <CandidateLine card={picked} />
        <Button look="icon" onClick={() => onPick(undefined)} icon={<X size={16} aria-hidden="true" />}>
          <span className="unseen">Pick somebody else than {picked.name}</span>
        </Button>
      </div>
    );
  }
  return (
    <Combobox
      label="Name or address"
      text={text}
      options={options}
      said={searchWords(search)}
      onText={setText}
      onChoose={(id) => {
        if (search.state === 'found') onPick(search.cards.find(({ candidateId }) => candidateId === id));
      }}
    />
  );
};

const searchWords = (search: Search): string => {
  if (search.state === 'idle') return '';
  if (search.state === 'failed') {
    const { happened, next } = whyWords(search.why);
    return `${happened} ${next}`;
  }
  return search.cards.length === 0
    ? 'No candidate by that name or address.'
    : counted(search.cards.length, 'candidate');
};
