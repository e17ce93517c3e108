import type { Loss } from '../../loss/loss.ts';
import type { Network } from '../../network/network.ts';
import type { Step } from '../types.ts';

/** The losses of some rows, summed; plain JSON. */
interface LossSums {
  rows: number;
  loss: number;
  /** What answering zero to all of them would cost, and how steep the loss is there. */
  zero: number;
  slope: number;
}

/** What the losses of a run were so far; plain JSON. */
export interface LossWatchState {
  /** Of the first mini-batch. */
  readonly first: Readonly<LossSums>;
  /** Of the first steps. */
  readonly early: Readonly<LossSums>;
  /** Since the last examination. */
  readonly recent: Readonly<LossSums>;
  readonly steps: number;
}

/** How the loss of new rows stands. */
export interface LossLevel {
  readonly rows: number;
  /** Means over rows that were not trained on before: of the first mini-batch, of those since the last level, and of answering zero to those. */
  readonly first: number;
  readonly loss: number;
  readonly zero: number;
  /** How much worse than answering zero these rows were answered, in what zero costs, beyond what the first mini-batch was. */
  readonly excess: number;
}

/** Follows the loss of new rows, each scored before it was trained on. */
export interface LossWatch {
  follow(step: Step): void;
  /** The level since it was last taken; undefined where too few rows came since. */
  take(): LossLevel | undefined;
  /** What answering zero costs, or how steep the loss is there, whichever is more: the size of a loss. */
  scale(): number;
  snapshot(): LossWatchState;
  restore(state: LossWatchState): void;
}

/** Steps in which answering zero is scored, too: after them its cost is known. */
const EARLY = 100;
/** Fewer rows say little of a mean. */
const LEAST_ROWS = 32;
/** Losses beyond are as bad; sums stay finite. */
const MOST = 1e30;
const none = (): LossSums => ({ rows: 0, loss: 0, zero: 0, slope: 0 });

/**
 * Answering zero is what a network does that has learned nothing: even odds, or the mean of a scaled target. What it costs is the measure for
 * all losses, whatever their unit.
 */
export function createLossWatch({ engine, batch, outputs }: Network, loss: Loss): LossWatch {
  const zeros = engine.vector(batch * outputs);
  const gradient = engine.vector(batch * outputs);
  let [first, early, recent] = [none(), none(), none()];
  let steps = 0;

  function scoreZero({ n, y, weights }: Step): { readonly zero: number; readonly slope: number } {
    const zero = loss.evaluate(zeros, y, gradient, n, outputs, weights, engine.kernels);
    let slope = 0;
    for (let i = 0; i < n * outputs; i++) slope += Math.abs(gradient[i]);
    engine.settle?.();
    return { zero, slope };
  }

  return {
    follow(step) {
      const { n } = step;
      const mean = Math.min(MOST, step.loss);
      const known = steps >= EARLY;
      const { zero, slope } = known
        ? { zero: early.zero / early.rows, slope: early.slope / early.rows }
        : scoreZero(step);
      if (!known) add(early, n, mean, zero, slope);
      add(steps === 0 ? first : recent, n, mean, zero, slope);
      steps++;
    },
    take() {
      if (recent.rows < LEAST_ROWS) return undefined;
      const { rows, loss: sum, zero } = recent;
      const excess = excessOf(recent) - Math.max(0, excessOf(first));
      recent = none();
      return { rows, first: first.loss / first.rows, loss: sum / rows, zero: zero / rows, excess };
    },
    scale: () => sizeOf(early) / early.rows,
    snapshot: () => ({ first: { ...first }, early: { ...early }, recent: { ...recent }, steps }),
    restore(state) {
      [first, early, recent] = [{ ...state.first }, { ...state.early }, { ...state.recent }];
      steps = state.steps;
    },
  };
}

/** Adds `n` rows of a mean loss. */
function add(sums: LossSums, n: number, loss: number, zero: number, slope: number): void {
  sums.rows += n;
  sums.loss += n * loss;
  sums.zero += n * zero;
  sums.slope += n * slope;
}

function sizeOf({ zero, slope }: LossSums): number {
  return Math.max(Math.abs(zero), slope);
}

function excessOf(sums: LossSums): number {
  const size = sizeOf(sums);
  return size > 0 ? (sums.loss - sums.zero) / size : 0;
}
