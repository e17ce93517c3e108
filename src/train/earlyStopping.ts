import { checkOptions, notNegative, oneOf, wholeFrom1 } from '../optimizer/checkOptions.ts';
import { metricMode } from '../optimizer/schedules/metricMode.ts';
import { improves } from '../optimizer/schedules/plateau.ts';
import type { Json, Validation } from '../types.ts';
import { readMetric } from './readMetric.ts';

export interface EarlyStoppingOptions {
  /** A metric of the validations, by its name: `auc`, `rmse`. */
  readonly metric: string;
  /**
   * Whether less or more of the metric is better.
   * @default what suits the metric
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

/** Watches a metric. */
export interface StoppingWatch {
  /** Whether it has said `stop`. */
  readonly stopped: boolean;
  /**
   * `better` where the metric is better than ever: the parameters are to be kept; `stop` where it has not been for too long.
   * @throws OptionError where there is no such metric
   */
  update(validation: Pick<Validation, 'metrics' | 'step'>): Verdict;
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
  const metric = options?.metric;
  const inForce = { mode: metricMode(metric), patience: 5, minDelta: 0, ...options };
  checkOptions('earlyStopping', inForce, {
    metric: { expected: 'the name of a metric', holds: (value) => typeof value === 'string' && value !== '' },
    mode: oneOf('min', 'max'),
    patience: wholeFrom1,
    minDelta: notNegative,
  });

  function begin(): StoppingWatch {
    let { best, bestStep, stalled }: StoppingState = { best: null, bestStep: null, stalled: 0 };
    return {
      get stopped() {
        return stalled >= inForce.patience;
      },
      update(validation) {
        const value = readMetric('earlyStopping', validation, metric, best !== null);
        if (improves(inForce, best, value)) {
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
  return { name: 'earlyStopping', options: inForce, begin };
}
