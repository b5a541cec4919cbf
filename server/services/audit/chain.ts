/*
 * The audit's rows as a chain: each row's hash covers the row and the hash before it. The database writes it (app.audit_row);
 * here it is worked out a second time, so that neither it nor a file that was exported has to be believed.
 */
import { createHash } from 'node:crypto';
import type { CompanyId, PersonId } from '../../../lib/contract/ids.ts';

export type AuditRow = {
  readonly companyId: CompanyId;
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly actorId: PersonId | null;
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Hex. */
  readonly prevHash: string;
  readonly hash: string;
};

/** How far a chain was followed. */
export type Followed = { readonly rowCount: number; readonly head: string };

/** `said`: one whole sentence that names the first link that does not hold. */
export type Broken = { readonly seq: number; readonly said: string };

export const chainStart = (companyId: CompanyId): Followed => ({
  rowCount: 0,
  head: sha256(Buffer.from(`candor ${companyId}`)),
});

/** `withheld`: some of the row's facts were left out, so that its own hash can't be worked out; the links to it and from it can. */
export const follow = (
  { rowCount, head }: Followed,
  row: AuditRow,
  withheld: readonly string[] = [],
): Followed | Broken => {
  const { seq } = row;
  if (seq !== rowCount + 1) return { seq, said: wrongPlace(seq, rowCount) };
  if (row.prevHash !== head)
    return {
      seq,
      said: `Row ${seq} does not follow ${rowCount === 0 ? 'the beginning' : `row ${rowCount}`}: the hash it names as the one before it is another, so one of the two was put there later.`,
    };
  if (withheld.length === 0 && row.hash !== hashOf(row))
    return {
      seq,
      said: `Row ${seq} was changed after it was written: its hash is not that of what it says.`,
    };
  return { rowCount: seq, head: row.hash };
};

const wrongPlace = (seq: number, rowCount: number): string => {
  if (seq <= rowCount) return `Row ${seq} stands there twice.`;
  const missing = seq === rowCount + 2 ? `Row ${rowCount + 1} is` : `Rows ${rowCount + 1} to ${seq - 1} are`;
  return `${missing} missing: row ${seq} follows ${rowCount === 0 ? 'the beginning' : `row ${rowCount}`}.`;
};

const hashOf = ({ companyId, seq, at, actorId, kind, facts, prevHash }: AuditRow): string =>
  sha256(Buffer.from(prevHash, 'hex'), Buffer.from(jsonbText([companyId, seq, at, actorId, kind, facts])));

const sha256 = (...parts: readonly Buffer[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/**
 * A JSON value as PostgreSQL writes a jsonb: shorter keys first, those of one length by their bytes.
 * Source: PostgreSQL 18, section 8.14, and lengthCompareJsonbString in jsonb_util.c
 */
const jsonbText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, of]) => ({ key, bytes: Buffer.from(key), of }));
  entries.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
  return `{${entries.map(({ key, of }) => `${JSON.stringify(key)}: ${jsonbText(of)}`).join(', ')}}`;
};
