/** Values, to be told from the keyed hashes that stand for them in the database. */
export const hashLookup = <Value extends string>(
  values: readonly Value[],
  hashOf: (value: Value) => Buffer,
): {
  readonly hashes: readonly Buffer[];
  /** Those of the values that the hashes stand for. */
  readonly among: (found: readonly (Buffer | null)[]) => ReadonlySet<Value>;
} => {
  const byHash = new Map(values.map((value) => [hashOf(value).toString('hex'), value]));
  return {
    hashes: [...byHash.keys()].map((hex) => Buffer.from(hex, 'hex')),
    among: (found) => new Set(found.flatMap((hash) => byHash.get(hash?.toString('hex') ?? '') ?? [])),
  };
};
