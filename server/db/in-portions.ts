/** What one statement takes at most: parameters by the protocol, bytes so that a page of large mail is no single packet. */
const mostParameters = 65_535;
const mostBytes = 32 * 1024 * 1024;

/** Rows in their order, in portions that one statement each can write. A row over the limit of bytes is a portion of its own. */
export const inPortions = <Row>(
  rows: readonly Row[],
  parametersOfRow: number,
  bytesOf: (row: Row) => number = () => 0,
): readonly (readonly Row[])[] => {
  const portions: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const rowBytes = bytesOf(row);
    const last = portions.at(-1);
    if (
      last === undefined ||
      (last.length + 1) * parametersOfRow > mostParameters ||
      bytes + rowBytes > mostBytes
    ) {
      portions.push([row]);
      bytes = rowBytes;
    } else {
      last.push(row);
      bytes += rowBytes;
    }
  }
  return portions;
};
