import type { Json } from '../../types.ts';

/** A learning rate that changes with the updates. Pure: it knows no more than their number. */
export interface Schedule {
  readonly name: string;
  /** The options in force. */
  readonly options: { readonly [key: string]: Json };
  /** When the rate is also lowered because a metric stalls; see `onPlateau`. */
  readonly plateau?: PlateauOptions;
  /** The learning rate of update `step`, from 1. */
  at(step: number): number;
}

/** When a learning rate is lowered; see `onPlateau` for bounds and defaults. */
export interface PlateauOptions {
  readonly metric: string;
  readonly mode: 'min' | 'max';
  readonly factor: number;
  readonly patience: number;
  readonly minDelta: number;
  readonly cooldown: number;
  readonly least: number;
}
