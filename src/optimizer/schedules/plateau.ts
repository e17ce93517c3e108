import type { PlateauOptions } from './schedule.ts';

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

export function createPlateau(options: PlateauOptions): Plateau {
  const { patience, cooldown } = options;
  let { best, stalled, cooling, factor }: PlateauState = { best: null, stalled: 0, cooling: 0, factor: 1 };
  return {
    get factor() {
      return factor;
    },
    observe(value) {
      if (improves(options, best, value)) {
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
  { mode, minDelta }: Pick<PlateauOptions, 'mode' | 'minDelta'>,
  best: number | null,
  value: number,
): boolean {
  if (Number.isNaN(value)) return false;
  if (best === null) return true;
  return mode === 'max' ? value > best + minDelta : value < best - minDelta;
}
