export interface BinaryTarget {
  readonly kind: 'binary';
  readonly column: string;
}

/**
 * A label that is 0 or 1, false or true. Anything else, also null, is a DataError that names the row.
 *
 * @example binary('late').kind //=> 'binary'
 */
export function binary(column: string): BinaryTarget {
  return { kind: 'binary', column };
}
