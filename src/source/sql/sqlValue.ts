/**
 * What can stand for a parameter of a query; numbers with a fraction are doubles, whole ones are integers and at most 2^53, bigints have 128
 * bits.
 */
export type SqlValue = string | number | bigint | boolean | null;

/** The values of `$1`, `$2`, or of `$name`. */
export type SqlParameters = readonly SqlValue[] | { readonly [name: string]: SqlValue };
