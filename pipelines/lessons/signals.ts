import { normal as standardNormal } from '../../src/engine/random.ts';
import { dense, type Initializer, type Layer } from '../../src/index.ts';
import { compileNetwork, openEngine, randomSequence } from '../../src/operators.ts';
import { columns, fullBatch } from './fullBatch.ts';

/** What passes through a hidden layer, over all its units and rows. */
export interface Signal {
  /** Standard deviation of z, before the activation. */
  readonly z: number;
  /** Root mean square of a, after it: what the next layer's z is made of. */
  readonly a: number;
  /** The share of units with |a| > 0.99, where tanh is almost flat. */
  readonly saturated: number;
  /** Standard deviation of dL/dz. */
  readonly dz: number;
}

export interface SignalsOptions {
  /** Makes the activation after each dense layer. */
  readonly activation: () => Layer;
  readonly initializer: Initializer;
  /** Hidden layers. */
  readonly depth: number;
  /** Units of each, and columns of x. */
  readonly width: number;
  readonly rows: number;
  /**
   * Standard deviation of x.
   * @default 1
   */
  readonly inputs?: number;
  readonly seed: number;
}

/**
 * Sends normally distributed rows forwards through a fresh network, and normally distributed gradients backwards: what its first
 * weights make of signals, before it has learned anything.
 *
 * The rows go one by one, since with a single row the gradient of a bias is dL/dz.
 */
export function signals({ activation, initializer, depth, width, rows, inputs = 1, seed }: SignalsOptions): Signal[] {
  const engine = openEngine('reference');
  const layers = [
    ...Array.from({ length: depth }, () => [dense(width, { initializer }), activation()]).flat(),
    dense(width, { initializer }),
  ];
  const network = compileNetwork({ layers, layout: columns(width), engine, batch: 1, seed });
  const biases = network.places.filter(({ name }) => name.endsWith('dense.b'));
  const random = randomSequence(seed, 'data');
  const draw = (row: number, side: number, deviation: number) =>
    Array.from({ length: width }, (_, i) => deviation * standardNormal(random, (2 * row + side) * width + i));
  const sums = Array.from({ length: depth }, () => ({ z: 0, a: 0, saturated: 0, dz: 0 }));

  for (let row = 0; row < rows; row++) {
    network.forward(fullBatch(engine, [draw(row, 0, inputs)], [0]), 'training');
    const given = network.activations();
    network.dOutput.set(draw(row, 1, 1));
    network.backward(network.dOutput, 1);
    sums.forEach((sum, k) => {
      const z = given[2 * k + 1].values;
      const a = given[2 * k + 2].values;
      const { offset } = biases[k];
      for (let i = 0; i < width; i++) {
        sum.z += z[i] ** 2;
        sum.a += a[i] ** 2;
        sum.saturated += Math.abs(a[i]) > 0.99 ? 1 : 0;
        sum.dz += network.gradient[offset + i] ** 2;
      }
    });
  }
  const count = rows * width;
  return sums.map(({ z, a, saturated, dz }) => ({
    z: Math.sqrt(z / count),
    a: Math.sqrt(a / count),
    saturated: saturated / count,
    dz: Math.sqrt(dz / count),
  }));
}
