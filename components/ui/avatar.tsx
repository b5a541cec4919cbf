/** Initials on a colour of the person's own; said nowhere, since the name stands beside it. */
export const Avatar = ({
  id,
  name,
  size = 'small',
}: {
  id: string;
  name: string;
  size?: 'small' | 'large';
}) => (
  <span className="avatar" data-size={size} data-hue={hueOf(id)} aria-hidden="true">
    {initialsOf(name)}
  </span>
);

const hueCount = 8;

/** The same id has the same colour in every place and every session. */
const hueOf = (id: string): number => {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % hueCount;
};

/** First letters of the first and the last word; at most two. */
const initialsOf = (name: string): string => {
  const words = name.split(/[\s.@_-]+/u).filter((word) => /^\p{L}|^\p{N}/u.test(word));
  const first = words[0];
  if (first === undefined) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [first, last].map((word) => firstLetter(word ?? '')).join('');
};

const firstLetter = (word: string): string => (Array.from(word)[0] ?? '').toLocaleUpperCase();
