/**
 * The outputs of sigmoid units are all positive, so the weights of the unit after them can only grow together or shrink together in a
 * step from one row:
 *
 *   dw[i, j] = a[i] dz[j]:  all dw of unit j have the sign of dz[j] where all a[i] > 0
 *
 * Where one weight must grow and the other shrink, the path is a zigzag. Outputs about zero, as tanh's, go straight.
 */

import { normal as standardNormal } from '../../src/engine/random.ts';
import { dense, type Layer, sigmoid, tanh } from '../../src/index.ts';
import { compileNetwork, openEngine, randomSequence } from '../../src/operators.ts';
import { columns, fullBatch } from './fullBatch.ts';
import { present } from './present.ts';

const UNITS = 20;
const ROWS = 200;

export interface Signs {
  readonly name: string;
  /** The share of units and rows whose weights would all be moved in one direction. */
  readonly oneSign: number;
  /** Weights of a unit with two inputs, from (0, 0) towards (1, -1). */
  readonly path: readonly (readonly [number, number])[];
  /** The length of the path over its distance from beginning to end; 1 is straight. */
  readonly detour: number;
}

/** Looks at the gradients of a second layer's weights row by row, and at the path of two weights. */
export function measure(): readonly Signs[] {
  return (
    [
      ['sigmoid', sigmoid(), [0.2, 0.8]],
      ['tanh', tanh(), [-0.6, 0.6]],
    ] as const
  ).map(([name, activation, [low, high]]) => {
    const path = descend(low, high);
    const distance = Math.hypot(...path[path.length - 1]);
    return { name, oneSign: oneSigned(activation), path, detour: lengthOf(path) / distance };
  });
}

/** The share of units of the second layer whose incoming weights have a gradient of one sign, one row at a time. */
function oneSigned(activation: Layer): number {
  const engine = openEngine('reference');
  const layers = [dense(UNITS), activation, dense(UNITS)];
  const network = compileNetwork({ layers, layout: columns(UNITS), engine, batch: 1, seed: 7 });
  const [, , second] = network.places;
  const random = randomSequence(7, 'data');
  let count = 0;
  for (let row = 0; row < ROWS; row++) {
    const draw = (side: number) =>
      Array.from({ length: UNITS }, (_, i) => standardNormal(random, (2 * row + side) * UNITS + i));
    network.forward(fullBatch(engine, [draw(0)], [0]), 'training');
    network.dOutput.set(draw(1));
    network.backward(network.dOutput, 1);
    for (let unit = 0; unit < UNITS; unit++) {
      const signs = Array.from({ length: UNITS }, (_, i) =>
        Math.sign(network.gradient[second.offset + i * UNITS + unit]),
      );
      if (signs.every((sign) => sign === signs[0])) count++;
    }
  }
  return count / (ROWS * UNITS);
}

/**
 * Descent from one row at a time for a unit of two inputs, each of which is `low` or `high`, that shall learn the weights (1, -1):
 * `w -= rate (z - y) a`, the rate such that a row is right after its step.
 */
function descend(low: number, high: number): [number, number][] {
  const rows = [
    [low, high],
    [high, low],
  ] as const;
  const path: [number, number][] = [[0, 0]];
  for (let step = 0; step < 40; step++) {
    const a = rows[step % rows.length];
    const [w0, w1] = path[step];
    const dz = a[0] * (w0 - 1) + a[1] * (w1 + 1);
    const rate = 1 / (a[0] ** 2 + a[1] ** 2);
    path.push([w0 - rate * dz * a[0], w1 - rate * dz * a[1]]);
  }
  return path;
}

function lengthOf(path: readonly (readonly [number, number])[]): number {
  let length = 0;
  for (let i = 1; i < path.length; i++) length += Math.hypot(path[i][0] - path[i - 1][0], path[i][1] - path[i - 1][1]);
  return length;
}

if (import.meta.main) {
  const measured = measure();
  await present({
    name: 'positiveOutputs',
    table: [
      ['activation', 'weights moved in one direction', 'length of the path / distance'],
      ...measured.map(({ name, oneSign, detour }) => [name, oneSign, detour]),
    ],
    figure: {
      title: 'Two weights on their way to (1, -1)',
      x: 'first weight',
      y: 'second weight',
      lines: measured.map(({ name, path }) => ({ label: name, points: path })),
    },
  });
}
