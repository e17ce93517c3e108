import type { Vector } from '../../engine/types.ts';
import { percent } from '../../format/shares.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What is learned of a layer of units, each the sum of all inputs. */
export interface Weights {
  readonly inputs: number;
  readonly units: number;
  /** `[inputs, units]` */
  readonly w: Vector;
  readonly dw: Vector;
  /** `[units]`, where there is a bias. */
  readonly b?: Vector;
}

/** Two numbers are the same when they differ by less than this part of the larger: rounding, but not one step of learning. */
const SAME = 1e-4;
/** Random weights never make two units alike; half of a layer says how it was begun. */
const MOST_COPIED = 0.5;

/**
 * Units that are copies of each other: the same weights and the same gradient, so they will stay the same. Constant weights do that.
 */
export function copiedUnits(layer: string, weights: Weights): Diagnosis | undefined {
  const { units } = weights;
  if (units < 2) return undefined;
  const copies = countCopies(weights);
  const share = copies / units;
  if (share < MOST_COPIED) return undefined;
  return {
    problem: 'copiedUnits',
    layer,
    measured: share,
    expected: `below ${MOST_COPIED}`,
    message: `${layer}: ${copies} of ${units} units (${percent(share)}) are copies of another, and learn the same`,
    advice: 'Begin with random weights, as he() or xavier() give, not with constant ones',
    explains: [
      'smallInitialWeights',
      'largeInitialWeights',
      'vanishingGradient',
      'deadUnits',
      'saturation',
      'shrinkingActivations',
      'growingActivations',
      'zeroGradient',
      'learningRateTooLow',
      'smallUpdates',
    ],
  };
}

/** Units to which there is an equal one before. Those with a like sum of weights stand side by side when sorted by it. */
function countCopies(weights: Weights): number {
  const { inputs, units, w, dw } = weights;
  const sums = new Float64Array(units);
  const sizes = new Float64Array(units);
  for (let i = 0, at = 0; i < inputs; i++) {
    // Any weights that are no multiple of each other would do: they keep apart columns that are permutations.
    const weight = 1 + ((i * 0.6180339887) % 1);
    for (let j = 0; j < units; j++, at++) {
      sums[j] += weight * w[at];
      sizes[j] += Math.abs(w[at]);
    }
  }
  let largest = 0;
  for (let i = 0; i < dw.length; i++) largest = Math.max(largest, Math.abs(dw[i]));
  const order = Array.from(sums.keys()).sort((one, other) => sums[one] - sums[other]);
  let copies = 0;
  for (let k = 1; k < units; k++) {
    const [one, other] = [order[k - 1], order[k]];
    if (sums[other] - sums[one] > SAME * sizes[one]) continue;
    if (isCopy(weights, one, other, sizes[one] / inputs, largest)) copies++;
  }
  return copies;
}

function isCopy({ inputs, units, w, dw, b }: Weights, one: number, other: number, size: number, slope: number) {
  if (b && Math.abs(b[one] - b[other]) > SAME * Math.max(Math.abs(b[one]), Math.abs(b[other]))) return false;
  for (let i = 0, at = 0; i < inputs; i++, at += units) {
    if (Math.abs(w[at + one] - w[at + other]) > SAME * size) return false;
    if (Math.abs(dw[at + one] - dw[at + other]) > SAME * slope) return false;
  }
  return true;
}
