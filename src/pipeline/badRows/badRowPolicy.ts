import {
  type Bound,
  either,
  exactly,
  type Fields,
  group,
  number,
  oneOf,
  required,
  text,
} from '../../options/bounds.ts';

/** What becomes of rows that cannot be used, and how many there may be: `skipRows(...)` or `badRowFile(...)`. Plain JSON. */
export interface BadRowPolicy {
  readonly kind: 'skipRows' | 'badRowFile';
  /** The share of the rows read that may be left out; in `[0, 1]`. */
  readonly maxShare: number;
  /** The file, from the run's folder on, that they are written to; null for none. */
  readonly path: string | null;
}

/** How many rows may be left out. */
export interface BadRowLimit {
  /**
   * The share of rows that may be left out; in `[0, 1]`. The run fails when more than this share of the rows read so far cannot be used,
   * of 10,000 rows as long as fewer have been read; the first bad row alone never fails it so, unless the share is 0. When all
   * have been read once, it fails when more than this share of them cannot be used.
   * @default 0.01
   */
  readonly maxShare?: number;
}

const shareBound: Bound<number> = { ...number({ least: 0, most: 1 }), expected: 'a share in [0, 1]' };

/** The options that `skipRows` and `badRowFile` have in common. */
export const limitFields: Fields<BadRowLimit> = { maxShare: shareBound };

/** What becomes of rows that cannot be used. */
export const badRowsBound: Bound<BadRowPolicy | 'fail'> = {
  ...either(
    exactly('fail'),
    group<BadRowPolicy>({
      kind: required(oneOf('skipRows', 'badRowFile')),
      maxShare: required(shareBound),
      path: required(either(text('the path of a file'), exactly(null))),
    }),
  ),
  expected: "'fail', skipRows(...) or badRowFile(...)",
};
