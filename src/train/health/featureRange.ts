import type { Diagnosis } from './diagnosis.ts';
import { percent } from './percent.ts';

/**
 * In units of a scaled feature: standard deviations from the mean, or widths of the range.
 */
export const FAR = 10;
/**
 * Of the rows that a feature was fitted on at most 1/100 lie so far out, whatever their distribution: five times that is another.
 * @see Chebyshev's inequality: P(|x| >= k) <= 1/k²
 */
const MOST_FAR = 0.05;
/** Rows that are far out by chance among few. */
const LEAST_COUNT = 4;

/**
 * A feature whose values lie far outside the range that it was fitted on, or that is not scaled at all.
 *
 * @param count rows in which it lies beyond `FAR`, on either side
 * @param rows rows that were looked at
 */
export function featureRange(feature: string, count: number, rows: number): Diagnosis | undefined {
  const share = count / rows;
  if (count < LEAST_COUNT || !(share > MOST_FAR)) return undefined;
  return {
    illness: 'featureRange',
    feature,
    measured: share,
    expected: `at most ${MOST_FAR}`,
    message: `feature ${feature}: |x| > ${FAR} in ${percent(share)} of ${rows} rows, more than scaling leaves in the data that it was fitted on`,
    advice:
      "Scale it ('standard' or 'minMax'), or its logarithm; if it is scaled, the data has moved since it was fitted: fit anew, or look for a change of unit",
  };
}
