import type { Json } from '../json.ts';
import { improves, modeOfNamed, readWatched, unknownMode, watchedBound } from '../optimizer/schedules/plateau.ts';
import type { WatchedMetric } from '../optimizer/schedules/schedule.ts';
import { type Fields, integer, number, oneOf, required } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';
import { builtInMetrics } from './metrics/metricsFor.ts';
import { readMetric } from './readMetric.ts';
import type { Validation } from './types.ts';

/** The options of `earlyStopping`. */
export interface EarlyStoppingOptions {
  /** A metric of the validations, by its name, `auc`, `rmse`, or the metric itself. */
  readonly metric: string | WatchedMetric;
  /**
   * Whether less or more of the metric is better.
   * @default what the metric says
   */
  readonly mode?: 'min' | 'max';
  /**
   * Validations in a row that are no better than the best, after which training stops; an integer, at least 1.
   * @default 5
   */
  readonly patience?: number;
  /**
   * What a better metric must be better by, in the unit of the metric; at least 0.
   * @default 0
   */
  readonly minDelta?: number;
}

/** A declaration of when to stop. It remembers nothing: each run begins a watch of its own. */
export interface EarlyStopping {
  readonly name: string;
  /** The options in force. */
  readonly options: { readonly [key: string]: Json };
  begin(): StoppingWatch;
  /** The same one where it is known which way is better of some metrics. There is none where it knows that itself. */
  knowing?(metrics: readonly WatchedMetric[]): EarlyStopping;
}

/** What a validation means for the run. */
export type Verdict = 'better' | 'same' | 'stop';

/** Counters of early stopping; plain JSON. */
export interface StoppingState {
  /** The best value of the metric so far, and the step of its validation. */
  readonly best: number | null;
  readonly bestStep: number | null;
  /** Validations since then. */
  readonly stalled: number;
}

/** What is looked at of a validation. */
export type Observed = Pick<Validation, 'metrics' | 'step'> & Partial<Pick<Validation, 'notDefined' | 'rows'>>;

/** Watches a metric. */
export interface StoppingWatch {
  /** Whether it has said `stop`. */
  readonly stopped: boolean;
  /**
   * `better` where the metric is better than ever: the parameters are to be kept; `stop` where it has not been for too long.
   * A metric that is not defined is no better.
   * @throws OptionError where there is no such metric, or it is not known which way is better
   * @throws DataError where it is not defined at the first validation
   */
  update(validation: Observed): Verdict;
  snapshot(): StoppingState;
  restore(state: StoppingState): void;
}

/**
 * Stops training when a metric of the validations has stopped getting better, and goes back to the parameters that were best.
 *
 * @throws OptionError where an option is out of bounds
 * @example earlyStopping({ metric: 'auc' }).options //=> { metric: 'auc', mode: 'max', patience: 5, minDelta: 0 }
 * @see Prechelt 1998, Early stopping - but when?
 */
export function earlyStopping(options: EarlyStoppingOptions): EarlyStopping {
  const fields: Fields<EarlyStoppingOptions> = {
    metric: required(watchedBound),
    mode: oneOf('min', 'max'),
    patience: integer({ least: 1 }),
    minDelta: number({ least: 0 }),
  };
  // In its place: descriptions are hashed as they stand, and a metric of the pipeline's own is known when the pipeline is.
  const defaults = { mode: undefined as never, patience: 5, minDelta: 0 };
  const read = readOptions<EarlyStoppingOptions>('earlyStopping', options, fields, defaults);
  const { metric, mode: ofMetric } = readWatched(read.metric);
  const mode = options.mode ?? ofMetric ?? modeOfNamed(metric, builtInMetrics);
  const inForce = { ...read, metric, mode };

  function modeIn(metrics: readonly WatchedMetric[]): Pick<EarlyStoppingOptions, 'mode'> {
    const found = modeOfNamed(metric, metrics);
    return found ? { mode: found } : {};
  }

  function begin(): StoppingWatch {
    let { best, bestStep, stalled }: StoppingState = { best: null, bestStep: null, stalled: 0 };
    return {
      get stopped() {
        return stalled >= inForce.patience;
      },
      update(validation) {
        const value = readMetric('earlyStopping', validation, metric, best !== null);
        if (improves({ mode: mode ?? unknownMode('earlyStopping', metric), minDelta: inForce.minDelta }, best, value)) {
          ({ best, bestStep, stalled } = { best: value, bestStep: validation.step, stalled: 0 });
          return 'better';
        }
        stalled++;
        return stalled >= inForce.patience ? 'stop' : 'same';
      },
      snapshot: () => ({ best, bestStep, stalled }),
      restore(state) {
        ({ best, bestStep, stalled } = state);
      },
    };
  }
  return {
    name: 'earlyStopping',
    // Without what is undefined.
    options: JSON.parse(JSON.stringify(inForce)),
    begin,
    ...(mode === undefined && {
      knowing: (metrics) => earlyStopping({ ...options, ...modeIn(metrics) }),
    }),
  };
}
