import { keyed, randomKey } from '../engine/random.ts';
import { alone, type Metric } from '../train/metrics/types.ts';
import { score, scoreOf } from './outputsOf.ts';
import type { Sample } from './types.ts';

/** A metric on all rows that were looked at, and how far other rows might have moved it. */
export interface Score {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly value: number;
  /** The ends of the interval that the bootstrap gives in 95 of 100 cases. */
  readonly low: number;
  readonly high: number;
  /** The metric of the best constant answer on the same rows; null where there is none. */
  readonly baseline: number | null;
}

export interface ScoreOptions {
  readonly metrics: readonly Metric[];
  readonly threshold: number;
  readonly seed: number;
}

const REPEATS = 200;

/**
 * Each metric with the percentile interval of 200 drawings of as many rows with repeats; those that are not defined on the rows are left out.
 *
 * @param p what the model gives, `[n, outputs]`
 * @see Efron 1979, Bootstrap methods: another look at the jackknife, doi:10.1214/aos/1176344552
 */
export function scoresOf(sample: Sample, p: Float64Array, options: ScoreOptions): readonly Score[] {
  const { metrics, threshold, seed } = options;
  const { y } = sample;
  const drawings = Array.from({ length: REPEATS }, (_, repeat) => {
    const key = randomKey(seed, 'data', 4, repeat);
    return Uint32Array.from(y, (_, i) => Math.floor((keyed(key, i) / 2 ** 32) * y.length));
  });
  return metrics.flatMap((metric): Score[] => {
    const value = score(metric, p, y, threshold);
    if (!Number.isFinite(value)) return [];
    const drawn = drawings
      .map((rows) => scoreOf(metric, sample, p, rows, threshold))
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    const at = (share: number) => drawn[Math.round(share * (drawn.length - 1))] ?? Number.NaN;
    const baseline = baselineOf(metric, p, y);
    return [{ name: metric.name, better: metric.better, value, low: at(0.025), high: at(0.975), baseline }];
  });
}

function baselineOf(metric: Metric, p: Float64Array, y: Float64Array): number | null {
  const running = metric.begin(alone);
  running.add(p, y, y.length, p.length / y.length);
  const baseline = running.baseline?.();
  return baseline !== undefined && Number.isFinite(baseline) ? baseline : null;
}
