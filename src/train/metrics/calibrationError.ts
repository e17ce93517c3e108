import { integer } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { countClasses } from './classCounts.ts';
import { predictedClass } from './predictedClass.ts';
import type { Metric } from './types.ts';

/** Of each bin: rows, the sum of their probabilities, and how many of them came true; and rows by class. */
export interface CalibrationBins {
  readonly rows: readonly number[];
  readonly confidence: readonly number[];
  readonly hits: readonly number[];
  readonly classes: readonly number[];
}

/**
 * Expected calibration error: how far probabilities are from what comes true, by bins of equal width. Of the probability of class 1 for
 * a binary target, of that of the most probable class for more.
 *
 *   sum over bins of rows / all rows |share that came true - mean probability|
 *
 * Baseline: 0, by always predicting the share of the class.
 *
 * Convention: over the bins of sklearn.calibration.calibration_curve, strategy 'uniform'.
 * @param bins an integer, at least 1
 * @throws OptionError where `bins` is out of bounds
 * @example
 * ```ts
 * const metric = calibrationError().begin();
 * metric.add(Float64Array.of(0.5, 0.5), Float64Array.of(1, 0), 2, 1);
 * metric.result(); //=> 0
 * ```
 * @see Naeini, Cooper and Hauskrecht 2015, Obtaining well calibrated probabilities using Bayesian binning
 */
export function calibrationError(bins = 15): Metric<CalibrationBins> {
  checkOption('calibrationError: bins', bins, integer({ least: 1 }));

  return {
    name: bins === 15 ? 'calibrationError' : `calibrationError${bins}`,
    options: { bins },
    better: 'lower',
    tasks: ['binary', 'classes'],
    begin() {
      const zeros = () => new Array<number>(bins).fill(0);
      const [rows, confidence, hits] = [zeros(), zeros(), zeros()];
      const classes = countClasses();
      return {
        add(p, y, n, outputs) {
          for (let row = 0; row < n; row++) {
            const meant = outputs === 1 ? 1 : predictedClass(p, row, outputs, 0.5);
            const probability = outputs === 1 ? p[row] : p[row * outputs + meant];
            if (Number.isNaN(probability)) confidence[0] = Number.NaN;
            // A probability between two bins belongs to the lower.
            const bin = Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1)) || 0;
            rows[bin]++;
            confidence[bin] += probability;
            if (y[row] === meant) hits[bin]++;
          }
          classes.add(y, n);
        },
        state: () => ({
          rows: rows.slice(),
          confidence: confidence.slice(),
          hits: hits.slice(),
          classes: classes.state(),
        }),
        merge(other) {
          for (let bin = 0; bin < bins; bin++) {
            rows[bin] += other.rows[bin];
            confidence[bin] += other.confidence[bin];
            hits[bin] += other.hits[bin];
          }
          classes.merge(other.classes);
        },
        result: () => rows.reduce((sum, _, bin) => sum + Math.abs(hits[bin] - confidence[bin]), 0) / classes.rows,
        baseline: () => (classes.rows > 0 ? 0 : Number.NaN),
        constant: () => ({ kind: 'shares', shares: classes.shares() }),
      };
    },
  };
}
