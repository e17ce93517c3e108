/**
 * Weights whose variance fits the units and the activation keep signals level over ten layers, forwards and backwards.
 *
 *   Xavier, for tanh, which is the identity near 0:       var(w) = 2 / (fanIn + fanOut)
 *   He, for ReLU, which cuts off half of the signal:      var(w) = 2 / fanIn
 *   the older uniform(-1/sqrt(fanIn), 1/sqrt(fanIn)):     var(w) = 1 / (3 fanIn)
 *
 * What a layer makes of variances: var(a) = fanIn var(w) var(x) for tanh near 0, half of it for ReLU; so with the older weights they
 * fall threefold a layer under tanh, with Xavier twofold under ReLU.
 */
import { he, type Initializer, type Layer, relu, tanh, uniform, xavier } from '../../src/index.ts';
import { present } from './present.ts';
import { type Signal, signals } from './signals.ts';

const DEPTH = 10;
const WIDTH = 256;

interface Case {
  readonly name: string;
  readonly activation: () => Layer;
  readonly initializer: Initializer;
}

const cases: readonly Case[] = [
  {
    name: 'tanh, uniform',
    activation: tanh,
    initializer: uniform({ from: -1 / Math.sqrt(WIDTH), to: 1 / Math.sqrt(WIDTH) }),
  },
  { name: 'tanh, Xavier', activation: tanh, initializer: xavier() },
  { name: 'ReLU, Xavier', activation: relu, initializer: xavier() },
  { name: 'ReLU, He', activation: relu, initializer: he() },
];

export interface Level {
  readonly name: string;
  readonly layers: readonly Signal[];
  /** Mean square of the activations of the last layer over that of the first. */
  readonly forwards: number;
  /** Variance of dL/dz of the first layer over that of the last. */
  readonly backwards: number;
}

/** How variances go through ten layers of 256 units. The rows are small, so that tanh is near the identity. */
export function measure(): readonly Level[] {
  return cases.map(({ name, activation, initializer }) => {
    const layers = signals({ activation, initializer, depth: DEPTH, width: WIDTH, rows: 50, inputs: 0.2, seed: 7 });
    const [first, last] = [layers[0], layers[DEPTH - 1]];
    return { name, layers, forwards: (last.a / first.a) ** 2, backwards: (first.dz / last.dz) ** 2 };
  });
}

if (import.meta.main) {
  const measured = measure();
  await present({
    name: 'levelVariance',
    table: [
      ['', 'var(a) first', 'last', 'last/first', 'var(dz) last', 'first', 'first/last'],
      ...measured.map(({ name, layers, forwards, backwards }) => {
        const [first, last] = [layers[0], layers[DEPTH - 1]];
        return [name, first.a ** 2, last.a ** 2, forwards, last.dz ** 2, first.dz ** 2, backwards];
      }),
    ],
    figure: {
      title: 'Activations through ten layers of 256 units',
      x: 'layer',
      y: 'mean square of activations',
      logarithmic: true,
      lines: measured.map(({ name, layers }) => ({ label: name, points: layers.map(({ a }, k) => [k + 1, a ** 2]) })),
    },
  });
}
