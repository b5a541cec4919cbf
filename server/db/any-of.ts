import { type RawBuilder, sql } from 'kysely';

/** For `=`: one of these, as one parameter. A statement takes 65,535 of them, and a page of mail can hold more addresses. */
export const anyOf = <T>(values: readonly T[]): RawBuilder<T> => sql<T>`any(${[...values]})`;
