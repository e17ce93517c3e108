import type { Json } from '../../json.ts';

/** A learning rate that changes with the updates. Pure: it knows no more than their number. */
export interface Schedule {
  readonly name: string;
  /** The options in force. */
  readonly options: { readonly [key: string]: Json };
  /** When the rate is also lowered because a metric stalls; see `onPlateau`. */
  readonly plateau?: PlateauOptions;
  /**
   * The same one where it is known which way is better of some metrics. There is none where it knows that itself.
   */
  knowing?(metrics: readonly WatchedMetric[]): Schedule;
  /** The learning rate of update `step`, from 1. */
  at(step: number): number;
}

/** What is known of a metric by those who watch it. */
export interface WatchedMetric {
  readonly name: string;
  readonly better: 'higher' | 'lower';
}

/** When a learning rate is lowered; see `onPlateau` for bounds and defaults. */
export interface PlateauOptions {
  readonly metric: string;
  /** Undefined where the metric is known by its name alone; then the metrics of the run say it. */
  readonly mode?: 'min' | 'max' | undefined;
  readonly factor: number;
  readonly patience: number;
  readonly minDelta: number;
  readonly cooldown: number;
  readonly least: number;
}
