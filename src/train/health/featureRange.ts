import { percent } from '../../format/shares.ts';
import type { Problem } from '../types.ts';
import type { Diagnosis } from './diagnosis.ts';

/**
 * In units of a scaled feature: standard deviations from the mean, or widths of the range.
 */
export const FAR = 10;
/** What is scaled is somewhere beyond. */
export const NEAR = 1e-3;
/**
 * Of the rows that a feature was fitted on at most 1/100 lie so far out, whatever their distribution: five times that is another.
 * @see Chebyshev's inequality: P(|x| >= k) <= 1/k²
 */
export const MOST_FAR = 0.05;
/** Rows that are far out by chance among few. */
export const LEAST_COUNT = 4;
/** Rows that tell of numbers that are all small. */
export const LEAST_ROWS = 200;

/** What follows where something is not scaled: rates and weights are made for what is. */
export const ofScale: readonly Problem[] = [
  'boundedOutput',
  'copiedUnits',
  'smallInitialWeights',
  'largeInitialWeights',
  'vanishingGradient',
  'explodingGradient',
  'learningRateTooHigh',
  'deadUnits',
  'saturation',
  'shrinkingActivations',
  'growingActivations',
  'learningRateTooLow',
  'zeroGradient',
  'smallUpdates',
];

/** What rows tell of a feature, the worst of its columns. */
export interface FeatureCounts {
  readonly feature: string;
  /** Rows in which it lies beyond `FAR`, on either side. */
  readonly far: number;
  /** The largest, on either side; of columns that are not all zero. */
  readonly largest: number;
  /** Rows that were looked at. */
  readonly rows: number;
}

/** More features than these are told of in one. */
const NAMED = 3;

const ADVICE =
  "Scale it ('standard' or 'minMax'), or its logarithm; if it is scaled, the data has moved since it was fitted: fit anew, or look for a change of unit";

/** Features whose values lie far outside the range that they were fitted on, or that are not scaled at all. */
export function featureRange(features: readonly FeatureCounts[]): readonly Diagnosis[] {
  const found = features.flatMap((counts) => rangeOf(counts) ?? []);
  if (found.length <= NAMED) return found;
  const names = found.map(({ feature }) => feature);
  const { feature: _, ...rest } = found[0];
  return [
    {
      ...rest,
      message: `${found.length} features, ${names.slice(0, NAMED).join(', ')} and others, as ${rest.message}`,
    },
  ];
}

function rangeOf({ feature, far, largest, rows }: FeatureCounts): Diagnosis | undefined {
  const share = far / rows;
  const isFar = far >= LEAST_COUNT && share > MOST_FAR;
  if (!isFar && !(rows >= LEAST_ROWS && largest > 0 && largest < NEAR)) return undefined;
  const common = { problem: 'featureRange', feature, advice: ADVICE, explains: ofScale } as const;
  return isFar
    ? {
        ...common,
        measured: share,
        expected: `at most ${MOST_FAR}`,
        message: `feature ${feature}: |x| > ${FAR} in ${percent(share)} of ${rows} rows, more than scaling leaves in the data that it was fitted on`,
      }
    : {
        ...common,
        measured: largest,
        expected: `at least ${NEAR}`,
        message: `feature ${feature}: |x| < ${NEAR} in all of ${rows} rows: it is not scaled, and can hardly be seen beside others`,
      };
}
