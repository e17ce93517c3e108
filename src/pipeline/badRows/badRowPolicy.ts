import { OptionError } from '../../errors.ts';

/** What becomes of rows that cannot be used, and how many there may be: `skipRows(...)` or `deadLetter(...)`. Plain JSON. */
export interface BadRowPolicy {
  readonly kind: 'skipRows' | 'deadLetter';
  /** The share of the rows read that may be left out; in `[0, 1]`. */
  readonly maxShare: number;
  /** The file, from the run's folder on, that they are written to; null for none. */
  readonly path: string | null;
}

export interface BadRowLimit {
  /**
   * The share of rows that may be left out; in `[0, 1]`. The run fails when more than this share of the rows read so far cannot be used,
   * of 10,000 rows as long as fewer have been read; the first bad row alone never fails it so, unless the share is 0. When all
   * have been read once, it fails when more than this share of them cannot be used.
   * @default 0.01
   */
  readonly maxShare?: number;
}

/** @throws OptionError where the share is out of bounds */
export function checkMaxShare(where: string, maxShare: number): void {
  if (typeof maxShare === 'number' && maxShare >= 0 && maxShare <= 1) return;
  throw new OptionError({ where: `${where}: maxShare`, expected: 'a share in [0, 1]', received: `${maxShare}` });
}

/** @throws OptionError where it is no policy, or the share is out of bounds */
export function checkBadRows(policy: BadRowPolicy | 'fail'): void {
  if (policy === 'fail') return;
  const where = 'definePipeline: badRows';
  if (typeof policy?.maxShare !== 'number') {
    const expected = "'fail', skipRows(...) or deadLetter(...)";
    throw new OptionError({ where, expected, received: `${JSON.stringify(policy)}` });
  }
  checkMaxShare(where, policy.maxShare);
}
