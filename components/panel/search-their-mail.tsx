import { Search } from 'lucide-react';
import { useState } from 'react';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import { MailSearch } from '../thread/mail-search.tsx';
import { Button } from '../ui/button.tsx';

/** What was written with one candidate, by its words. Out of the way until it is asked for. */
export const SearchTheirMail = ({ card, now }: { card: CandidateCard; now: number }) => {
  const [isOpen, setOpen] = useState(false);
  return isOpen ? (
    <MailSearch
      label={`Search mail with ${card.name}`}
      candidateId={card.candidateId}
      now={now}
      inputRef={focusAtOnce}
    />
  ) : (
    <Button look="link" icon={<Search size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
      Search what was written
    </Button>
  );
};

const focusAtOnce = (field: HTMLInputElement | null): void => field?.focus();
