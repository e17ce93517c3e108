import { OptionError } from '../../errors.ts';
import { type Bound, bound, isObject } from '../../options/bounds.ts';
import type { PlateauOptions, WatchedMetric } from './schedule.ts';

/** Counters of a plateau; plain JSON. */
export interface PlateauState {
  /** The best value of the metric so far. */
  readonly best: number | null;
  /** Validations since then. */
  readonly stalled: number;
  /** Validations that are still not counted. */
  readonly cooling: number;
  /** What the learning rate is multiplied with. */
  readonly factor: number;
}

/** Watches a metric and cuts a factor when it stalls. */
export interface Plateau {
  readonly factor: number;
  /** @param value of the metric; NaN where it is not defined, which is no better than any */
  observe(value: number): void;
  snapshot(): PlateauState;
  restore(state: PlateauState): void;
}

/** @throws OptionError where it is not known which way is better of the metric */
export function createPlateau(options: PlateauOptions): Plateau {
  const { patience, cooldown } = options;
  const mode = options.mode ?? unknownMode('onPlateau', options.metric);
  let { best, stalled, cooling, factor }: PlateauState = { best: null, stalled: 0, cooling: 0, factor: 1 };
  return {
    get factor() {
      return factor;
    },
    observe(value) {
      if (improves({ mode, minDelta: options.minDelta }, best, value)) {
        best = value;
        stalled = 0;
      } else {
        stalled++;
      }
      if (cooling > 0) {
        cooling--;
        stalled = 0;
      }
      if (stalled <= patience) return;
      factor *= options.factor;
      cooling = cooldown;
      stalled = 0;
    },
    snapshot: () => ({ best, stalled, cooling, factor }),
    restore(state) {
      ({ best, stalled, cooling, factor } = state);
    },
  };
}

/** Whether a value is better than the best so far by more than `minDelta`. */
export function improves(
  { mode, minDelta }: { readonly mode: 'min' | 'max'; readonly minDelta: number },
  best: number | null,
  value: number,
): boolean {
  if (Number.isNaN(value)) return false;
  if (best === null) return true;
  return mode === 'max' ? value > best + minDelta : value < best - minDelta;
}

/** A metric by its name, or as it is declared. */
export const watchedBound: Bound<string | WatchedMetric> = bound(
  'the name of a metric, or a metric',
  (metric) =>
    (typeof metric === 'string' && metric !== '') || (isObject(metric) && 'name' in metric && 'better' in metric),
);

/** The name of a metric that may be given by its name, and the mode where it says which way is better. */
export function readWatched(metric: string | WatchedMetric): {
  readonly metric: string;
  readonly mode?: 'min' | 'max';
} {
  return typeof metric === 'string' ? { metric } : { metric: metric.name, mode: modeOf(metric.better) };
}

/** Whether the figure is to be as small or as large as can be. */
export function modeOf(better: WatchedMetric['better']): 'min' | 'max' {
  return better === 'higher' ? 'max' : 'min';
}

/** The same of the one of some metrics that has a name; undefined where none has. */
export function modeOfNamed(name: string, metrics: readonly WatchedMetric[]): 'min' | 'max' | undefined {
  const found = metrics.find((metric) => metric.name === name);
  return found && modeOf(found.better);
}

/** @throws OptionError since nothing says which way is better */
export function unknownMode(who: string, metric: string): never {
  throw new OptionError({
    where: `${who}: mode`,
    expected: `'min' or 'max', since ${metric} is no metric of Millrace's`,
    received: 'nothing',
    hint: 'Give it, or the metric itself in place of its name',
  });
}
