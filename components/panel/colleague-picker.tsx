import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { type Live, useLive } from '../../lib/client/live.ts';
import type { Colleague } from '../../lib/contract/person.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Combobox } from '../ui/combobox.tsx';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

const mostShown = 8;

/** Finds one colleague by name or address, as one types. */
export const ColleaguePicker = ({
  picked,
  onPick,
}: {
  picked: Colleague | undefined;
  onPick: (colleague: Colleague | undefined) => void;
}) => {
  const live = useLive();
  const [text, setText] = useState('');
  const { answer } = useAnswer(useMemo(() => () => readColleagues(live), [live]));
  const all = answer.state === 'here' ? answer.value : undefined;
  const wanted = text.trim().toLowerCase();
  const found = useMemo(
    () => (all ?? []).filter((each) => wanted !== '' && matches(each, wanted)),
    [all, wanted],
  );
  const options = useMemo(
    () =>
      found.slice(0, mostShown).map((colleague) => ({
        id: colleague.personId,
        name: colleague.name,
        row: <ColleagueLine colleague={colleague} />,
      })),
    [found],
  );
  if (picked !== undefined) {
    return (
      <div className="row picked">
        <ColleagueLine colleague={picked} />
        <Button look="icon" onClick={() => onPick(undefined)} icon={<X size={16} aria-hidden="true" />}>
          <span className="unseen">Pick somebody else than {picked.name}</span>
        </Button>
      </div>
    );
  }
  return (
    <Combobox
      label="Colleague"
      hint="Type a name or an address."
      text={text}
      options={options}
      said={
        answer.state === 'failed'
          ? `${whyWords(answer.why).happened} ${whyWords(answer.why).next}`
          : foundWords(wanted, found.length)
      }
      onText={setText}
      onChoose={(id) => onPick(found.find(({ personId }) => personId === id))}
    />
  );
};

const readColleagues = (live: Live): Promise<readonly Colleague[]> => live.colleagues();

/** Each word that is typed begins a word of the name, or stands in the address. */
const matches = ({ name, address }: Colleague, wanted: string): boolean => {
  const words = name.toLowerCase().split(/\s+/);
  return wanted
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)) || address.toLowerCase().includes(part));
};

const foundWords = (wanted: string, count: number): string => {
  if (wanted === '') return '';
  if (count === 0) return 'No colleague by that name or address.';
  return count <= mostShown ? counted(count, 'colleague') : `The first ${mostShown} of ${count} colleagues`;
};

const ColleagueLine = ({ colleague: { personId, name, address } }: { colleague: Colleague }) => (
  <>
    <Avatar id={personId} name={name} />
    <div className="grow">
      <p className="one-line">{name}</p>
      <p className="small muted any-break">{address}</p>
    </div>
  </>
);
