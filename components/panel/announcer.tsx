import { useEffect, useRef, useState } from 'react';
import { refusedTitle, waitingWords } from './act-words.ts';
import type { Standing } from './standing.ts';

/** Says aloud what became of an act, once, when it turns out. Seen by nobody: the same words stand in place. */
export const Announcer = ({ standing, isOffline }: { standing: Standing; isOffline: boolean }) => {
  const known = useRef<ReadonlySet<string>>(undefined);
  const [said, setSaid] = useState('');

  useEffect(() => {
    const outcomes = outcomesOf(standing, isOffline);
    // What stood there when the thread was opened is no news.
    const news = known.current === undefined ? [] : outcomes.filter(({ id }) => !known.current?.has(id));
    known.current = new Set([...(known.current ?? []), ...outcomes.map(({ id }) => id)]);
    if (news.length > 0) setSaid(news.map(({ words }) => words).join(' '));
  }, [standing, isOffline]);

  return (
    <p className="unseen" role="status">
      {said}
    </p>
  );
};

const outcomesOf = (standing: Standing, isOffline: boolean): { id: string; words: string }[] => [
  ...standing.undoable.map(({ key, said }) => ({ id: `done ${key}`, words: said })),
  ...standing.refused.map(({ key, action }) => ({ id: `refused ${key}`, words: refusedTitle(action) })),
  ...standing.underWay
    .filter(({ how }) => how === 'waiting')
    .map(({ action }) => ({ id: `waits ${action.key}`, words: waitingWords(action, isOffline) })),
];
