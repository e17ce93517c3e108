/**
 * The gradient of a deep sigmoid network vanishes: on its way back it is multiplied by sigmoid'(z) = a (1 - a) <= 1/4 in each layer, so
 * that it falls by a factor of four or more, with weights that keep it level otherwise.
 *
 *   dz[k] = (dz[k+1] w[k+1]ᵀ) a[k] (1 - a[k])
 *
 * Eight layers are enough for the first to learn a 16,000 times slower than the last. tanh'(0) = 1 and relu'(z) = 1 do not do this.
 */
import { he, type Initializer, type Layer, relu, sigmoid, tanh, xavier } from '../../src/index.ts';
import { present } from './present.ts';
import { type Signal, signals } from './signals.ts';

const DEPTH = 8;

const cases: readonly { name: string; activation: () => Layer; initializer: Initializer }[] = [
  { name: 'sigmoid', activation: sigmoid, initializer: xavier() },
  { name: 'tanh', activation: tanh, initializer: xavier() },
  { name: 'ReLU', activation: relu, initializer: he() },
];

export interface Vanishing {
  readonly name: string;
  readonly layers: readonly Signal[];
  /** By what the gradient falls from each layer to the one before it, the last layer first. */
  readonly factors: readonly number[];
}

/** The gradient in each of eight layers of 100 units, for three activations. */
export function measure(): readonly Vanishing[] {
  return cases.map(({ name, activation, initializer }) => {
    const layers = signals({ activation, initializer, depth: DEPTH, width: 100, rows: 100, seed: 7 });
    const factors = layers.slice(1).map(({ dz }, k) => dz / layers[k].dz);
    return { name, layers, factors: factors.reverse() };
  });
}

if (import.meta.main) {
  const measured = measure();
  await present({
    name: 'vanishingGradient',
    table: [
      ['layer', ...measured.flatMap(({ name }) => [`dz, ${name}`, 'falls by'])],
      ...Array.from({ length: DEPTH }, (_, i) => [
        DEPTH - i,
        ...measured.flatMap(({ layers, factors }) => [layers[DEPTH - 1 - i].dz, i === 0 ? '' : factors[i - 1]]),
      ]),
    ],
    figure: {
      title: 'The gradient on its way back through eight layers',
      x: 'layer',
      y: 'standard deviation of dL/dz',
      logarithmic: true,
      lines: measured.map(({ name, layers }) => ({ label: name, points: layers.map(({ dz }, k) => [k + 1, dz]) })),
    },
  });
}
