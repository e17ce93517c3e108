import type { Loss } from '../../loss/loss.ts';
import type { Network } from '../../network/network.ts';
import type { Step } from '../types.ts';
import type { Diagnosis } from './diagnosis.ts';
import { learningRateTooHigh, rateBehind } from './highLearningRate.ts';
import { xavierSize } from './initialWeights.ts';
import { createLossWatch, type LossLevel, type LossWatchState } from './lossWatch.ts';
import { rootMeanSquare } from './signals.ts';
import { moves, slowUpdates, type Update } from './slowUpdates.ts';
import type { WeightedLayer } from './weightedLayers.ts';

/** What is remembered of how a run moves; plain JSON. */
export interface PaceState {
  readonly losses: LossWatchState;
  /** Layers whose weights have moved. */
  readonly moved: readonly string[];
  /** The largest learning rate so far, and that of the last step. */
  readonly rates: readonly [largest: number, last: number];
  /** The largest excess of the loss so far, and the largest update of a layer. */
  readonly excess: number;
  readonly stride: number;
  /** Whether the loss of new rows was ever known well enough. */
  readonly scored: boolean;
}

/** Follows how far updates move the network, and where that leads. */
export interface Pace {
  /** Called before the step after this one is made, where that is examined. */
  mark(): void;
  follow(step: Step): void;
  /** Called once an examination, before the others. */
  measure(step: Step): void;
  /** Whether the weights that the step's rows went through were still much as they were at first. */
  readonly isFresh: boolean;
  /** Whether it would show if the learning rate were too high. */
  readonly isKnown: boolean;
  /** @param symptom what is wrong with the network that was not at first */
  tooFast(step: Step, symptom: Diagnosis | undefined): Diagnosis | undefined;
  tooSlow(step: Step): readonly Diagnosis[];
  snapshot(): PaceState;
  restore(state: PaceState): void;
}

/** Weights that no update has changed by more of their size are still much as they were at first. */
const FRESH = 0.3;
/** Steps in which the farthest update so far tells of the rate; later the last one does. */
const EARLY = 100;
/** An update that is small in the first steps may grow. */
const SLOW_FROM = 10;

export function createPace(network: Network, loss: Loss, weighted: readonly WeightedLayer[]): Pace {
  const losses = createLossWatch(network, loss);
  const before = network.parameters.slice();
  let updates: readonly Update[] = [];
  let level: LossLevel | undefined;
  let isFresh = true;
  let isRising = false;
  let [largestRate, lastRate] = [0, 0];
  let state: Omit<PaceState, 'losses' | 'rates'> = { moved: [], excess: 0, stride: 0, scored: false };

  function updateOf({ layer, inputs, units, w, offset }: WeightedLayer, schedule: number): Update {
    let [changes, squares] = [0, 0];
    for (let i = 0; i < w.length; i++) {
      const was = before[offset + i];
      changes += (w[i] - was) ** 2;
      squares += was * was;
    }
    const ratio = Math.sqrt(changes / squares);
    const least = w.length * xavierSize(inputs, units) ** 2;
    const moved = state.moved.includes(layer) || moves(ratio, schedule);
    return { layer, ratio, stride: Math.sqrt(changes / Math.max(squares, least)), moved };
  }

  /** How much the loss would change if all weights were twice as large, to first order and at the most, in its size. */
  function gradientSize(): number {
    let [squares, slopes] = [0, 0];
    for (const { w, dw } of weighted) {
      squares += w.length * rootMeanSquare(w) ** 2;
      slopes += w.length * rootMeanSquare(dw) ** 2;
    }
    return Math.sqrt(squares * slopes) / losses.scale();
  }

  const farthest = () => Math.max(...updates.map(({ stride }) => stride), 0);

  return {
    mark: () => before.set(network.parameters),
    follow(step) {
      losses.follow(step);
      const { learningRate } = step;
      isRising = learningRate > lastRate;
      largestRate = Math.max(largestRate, learningRate);
      lastRate = learningRate;
    },
    measure(step) {
      updates = weighted.map((layer) => updateOf(layer, step.learningRate / largestRate));
      level = losses.take();
      isFresh = state.stride < FRESH;
      state = {
        ...state,
        moved: updates.filter(({ moved }) => moved).map(({ layer }) => layer),
        excess: Math.max(state.excess, level?.excess ?? 0),
        stride: Math.max(state.stride, farthest()),
        scored: state.scored || level !== undefined,
      };
    },
    get isFresh() {
      return isFresh;
    },
    get isKnown() {
      return isFresh || state.scored;
    },
    tooFast({ step, learningRate }, symptom) {
      const stride = step > EARLY ? farthest() : state.stride;
      const found = learningRateTooHigh({ step, learningRate, stride, level });
      return found ?? (symptom && rateBehind(symptom, learningRate, state));
    },
    tooSlow({ step, learningRate }) {
      if (step < SLOW_FROM || isRising) return [];
      return slowUpdates(updates, { learningRate, schedule: learningRate / largestRate, gradient: gradientSize });
    },
    snapshot: () => ({ ...state, rates: [largestRate, lastRate], losses: losses.snapshot() }),
    restore({ losses: kept, rates, ...rest }) {
      losses.restore(kept);
      [largestRate, lastRate] = rates;
      state = rest;
    },
  };
}
