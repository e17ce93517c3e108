import { figure } from '../../format/figures.ts';
import { percent } from '../../format/shares.ts';
import type { Loss } from '../../loss/loss.ts';
import type { Network } from '../../network/network.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A logit of so much is a probability of 0.98: bounds that are farther out leave room enough. */
const ROOM = 4;
/** The share of targets out of reach that tells, and rows that tell of it. */
const MOST_OUTSIDE = 0.05;
const LEAST_ROWS = 32;

/** The bounds of what the last layer gives, where it is an activation that has any. */
export function boundsOfOutput({ layers }: Network): readonly [low: number, high: number] | undefined {
  const range = layers.at(-1)?.activation?.range;
  return range?.some(Number.isFinite) ? range : undefined;
}

/** Whether what a loss takes is a prediction as it is, not a logit or a logarithm. */
export function takesPredictions(loss: Loss, outputs: number): boolean {
  const output = Float64Array.from({ length: outputs }, (_, i) => i + 0.5);
  const predicted = output.slice();
  loss.predict(predicted, output, 1, outputs);
  return `${predicted}` === `${output}`;
}

/**
 * A last activation that keeps the network from what it is to say: a loss that takes logits brings its own, and a target may lie beyond.
 *
 * @param outside rows whose target the output cannot reach, where the loss takes predictions
 * @param rows that were looked at
 */
export function boundedOutput(network: Network, loss: Loss, outside: number, rows: number): Diagnosis | undefined {
  const bounds = boundsOfOutput(network);
  if (!bounds) return undefined;
  const [low, high] = bounds;
  const last = network.layers[network.layers.length - 1].name;
  const gives = `${last}: the last layer gives numbers in [${figure(low)}, ${figure(high)}]`;
  const common = {
    problem: 'boundedOutput',
    layer: last,
    explains: ['saturation', 'learningRateTooLow', 'zeroGradient', 'smallUpdates'],
  } as const;
  if (!takesPredictions(loss, network.outputs)) {
    const room = Math.min(0 - low, high);
    if (room >= ROOM) return undefined;
    return {
      ...common,
      measured: room,
      expected: `numbers of any size`,
      message: `${gives}, and ${loss.name}, which applies a function of its own, needs numbers of any size`,
      advice: `Leave ${last} out: end the network with dense()`,
    };
  }
  const share = outside / rows;
  if (rows < LEAST_ROWS || !(share > MOST_OUTSIDE)) return undefined;
  return {
    ...common,
    measured: share,
    expected: `at most ${MOST_OUTSIDE}`,
    message: `${gives}, and ${percent(share)} of ${rows} targets lie outside`,
    advice: `Leave ${last} out: end the network with dense()`,
  };
}
