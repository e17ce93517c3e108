/**
 * Constant first weights make all units of a layer one unit: they compute the same, get the same gradient, and stay the same for ever.
 *
 *   z[j] = sum of x w is the same for every unit j;  dz[j] = (dz w'ᵀ)[j] a'(z[j]) too, since w' is constant;  so dw[j] too
 *
 * A layer of 32 such units is a layer of one, and that cannot tell the arms of a spiral.
 */
import { adam, constant, dense, type Initializer, tanh, xavier } from '../../src/index.ts';
import type { Network } from '../../src/operators.ts';
import { learn } from './learn.ts';
import { present } from './present.ts';

const UNITS = 32;
const STEPS = 400;

export interface Copies {
  readonly name: string;
  /** Units of the hidden layer whose weights and biases are not bit for bit those of another. */
  readonly different: number;
  readonly losses: readonly number[];
  readonly accuracy: number;
}

/** Trains the same network from weights that are all 0.1, and from random ones. */
export async function measure(): Promise<readonly Copies[]> {
  const cases: readonly { name: string; initializer: Initializer }[] = [
    { name: 'constant 0.1', initializer: constant(0.1) },
    { name: 'Xavier', initializer: xavier() },
  ];
  const measured: Copies[] = [];
  for (const { name, initializer } of cases) {
    const layers = [dense(UNITS, { initializer }), tanh(), dense(3, { initializer })];
    const optimizer = adam({ learningRate: 0.02 });
    const { network, losses, accuracy } = await learn({ layers, optimizer, steps: STEPS, seed: 7 });
    measured.push({ name, different: differentUnits(network), losses, accuracy });
  }
  return measured;
}

/** How many different columns the first layer's weights have, the biases among them. */
function differentUnits({ parameters, places }: Network): number {
  const [w, b] = places;
  const [inputs, units] = w.shape;
  const columns = Array.from({ length: units }, (_, unit) =>
    [
      ...Array.from({ length: inputs }, (_, i) => parameters[w.offset + i * units + unit]),
      parameters[b.offset + unit],
    ].join(' '),
  );
  return new Set(columns).size;
}

if (import.meta.main) {
  const measured = await measure();
  await present({
    name: 'constantWeights',
    table: [
      ['first weights', 'units', 'different units', 'loss', 'accuracy'],
      ...measured.map(({ name, different, losses, accuracy }) => [
        name,
        UNITS,
        different,
        losses.at(-1) as number,
        accuracy,
      ]),
    ],
    figure: {
      title: '32 units that are one unit, and 32 that are not',
      x: 'step',
      y: 'loss',
      lines: measured.map(({ name, losses }) => ({ label: name, points: losses.map((loss, step) => [step, loss]) })),
    },
  });
}
