import type { ReactNode } from 'react';
import type { MarkedText } from '../../lib/contract/search.ts';

/** The text, with what was looked for marked in it. */
export const Marked = ({ text, marks }: MarkedText) => {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
};
