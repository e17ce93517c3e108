import type { Loss } from '../../loss/loss.ts';
import type { Network } from '../../network/network.ts';
import type { Step } from '../types.ts';
import { boundedOutput, boundsOfOutput, takesPredictions } from './boundedOutput.ts';
import type { Diagnosis } from './diagnosis.ts';
import { FAR, NEAR } from './featureRange.ts';
import { constantTarget, targetRange, unsuitedLoss } from './targets.ts';

/** What was seen of the targets; plain JSON. */
export interface TargetWatchState {
  /** The epoch of the first rows, and whether they are all of it. */
  readonly epoch: number | null;
  readonly whole: boolean;
  readonly rows: number;
  /** Different values, the first few of them. */
  readonly values: readonly number[];
  /** Targets that the loss is not for, that the output cannot reach, and that are far out; and the largest. */
  readonly unsuited: number;
  readonly outside: number;
  readonly far: number;
  readonly largest: number;
}

/** Looks at the targets of the rows that are trained on. */
export interface TargetWatch {
  follow(step: Pick<Step, 'y' | 'n' | 'epoch'>): void;
  examine(): readonly (Diagnosis | undefined)[];
  snapshot(): TargetWatchState;
  restore(state: TargetWatchState): void;
}

/** Rows whose targets are counted; of more the share does not change. */
const COUNTED = 4096;
/** So many different values are enough to tell that there are not one or two. */
const VALUES = 3;

/** @param name of the target */
export function createTargetWatch(network: Network, loss: Loss, name: string): TargetWatch {
  const { task, targets: [least, most] = [-Infinity, Infinity] } = loss;
  const isScaled = task === 'regression' && takesPredictions(loss, network.outputs);
  const [low, high] = boundsOfOutput(network) ?? [-Infinity, Infinity];
  let state: TargetWatchState = {
    epoch: null,
    whole: false,
    rows: 0,
    values: [],
    unsuited: 0,
    outside: 0,
    far: 0,
    largest: 0,
  };

  function count({ y, n }: Pick<Step, 'y' | 'n'>): void {
    let { unsuited, outside, far, largest } = state;
    const values = [...state.values];
    const counts = state.rows < COUNTED;
    for (let i = 0; i < n; i++) {
      const target = y[i];
      if (values.length < VALUES && !values.includes(target)) values.push(target);
      if (!counts) continue;
      if (target < least || target > most) unsuited++;
      if (target < low || target > high) outside++;
      if (Math.abs(target) > FAR) far++;
      largest = Math.max(largest, Math.abs(target));
    }
    state = { ...state, values, unsuited, outside, far, largest };
  }

  return {
    follow(step) {
      // All is known.
      if (state.whole || (state.values.length >= VALUES && state.rows >= COUNTED)) return;
      const { epoch, n } = step;
      if (state.epoch !== null && epoch !== state.epoch) {
        state = { ...state, whole: true };
        return;
      }
      count(step);
      state = { ...state, epoch, rows: state.rows + n };
    },
    examine() {
      const { rows, whole, values, unsuited, outside, far, largest } = state;
      const counted = Math.min(rows, COUNTED);
      return [
        isScaled ? targetRange(name, far, largest > 0 && largest < NEAR, counted) : undefined,
        constantTarget(name, values, rows, whole),
        unsuitedLoss(name, loss, { unsuited, counted, values, rows, whole, isScaled }),
        boundedOutput(network, loss, outside, counted),
      ];
    },
    snapshot: () => state,
    restore(saved) {
      state = saved;
    },
  };
}
