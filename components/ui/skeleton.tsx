/** Grey lines in the place of what is coming; unseen for the first 300 ms, so that a quick answer never flickers. */
export const Skeleton = ({ name, widths }: { name: string; widths: readonly string[] }) => (
  <div className="late skeleton">
    <p className="unseen">{name}</p>
    {widths.map((width, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines never change places
      <div key={at} className="bone" style={{ width }} />
    ))}
  </div>
);
