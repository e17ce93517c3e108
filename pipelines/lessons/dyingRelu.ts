/**
 * ReLU units die at a high learning rate: one large step takes z below zero for all rows, where the gradient is zero, so that no later
 * step, however small, brings them back. What leaks below zero does: leaky ReLU, PReLU and ELU, from the same parameters.
 *
 *   relu'(z) = 0 for z < 0;  leaky ReLU 0.01, PReLU what it has learned, ELU exp(z)
 */
import { adam, dense, elu, type Layer, leakyRelu, prelu, relu, sgd } from '../../src/index.ts';
import type { Network } from '../../src/operators.ts';
import { learn } from './learn.ts';
import { present } from './present.ts';

const UNITS = 32;
const HOT_STEPS = 10;
const STEPS = 1000;

export interface Revival {
  readonly name: string;
  /** Units whose z is not above zero for any row. */
  readonly dead: number;
  readonly loss: number;
  readonly losses: readonly number[];
  readonly accuracy: number;
}

/** Kills ReLU units by descent at a rate of 10, then goes on with Adam at 0.01: with ReLU, and with what leaks. */
export async function measure(): Promise<{ readonly hot: Revival; readonly after: readonly Revival[] }> {
  const network = (activation: Layer) => [dense(UNITS), activation, dense(3)];
  const killed = await learn({
    layers: network(relu()),
    optimizer: sgd({ learningRate: 10 }),
    steps: HOT_STEPS,
    seed: 7,
  });
  const hot = revival('ReLU, descent at 10', killed);
  const after: Revival[] = [];
  for (const [name, activation] of [
    ['ReLU', relu()],
    ['leaky ReLU', leakyRelu()],
    ['PReLU', prelu()],
    ['ELU', elu()],
  ] as const) {
    const layers = network(activation);
    const optimizer = adam({ learningRate: 0.01 });
    const parameters = withSlope(killed.network, activation);
    after.push(revival(name, await learn({ layers, optimizer, steps: STEPS, seed: 7, parameters })));
  }
  return { hot, after };
}

function revival(name: string, { network, losses, accuracy }: Awaited<ReturnType<typeof learn>>): Revival {
  return { name, dead: deadUnits(network), loss: losses.at(-1) as number, losses, accuracy };
}

function deadUnits(network: Network): number {
  const [, { values: z }] = network.activations();
  const alive = Array.from({ length: UNITS }, (_, unit) => {
    for (let i = unit; i < z.length; i += UNITS) if (z[i] > 0) return true;
    return false;
  });
  return alive.filter((isAlive) => !isAlive).length;
}

/** The parameters of a ReLU network for one with another activation: PReLU has its slope between those of the dense layers. */
function withSlope({ parameters, places }: Network, { kind }: Layer): readonly number[] {
  const second = places[2].offset;
  const all = [...parameters];
  return kind === 'prelu' ? [...all.slice(0, second), 0.25, ...all.slice(second)] : all;
}

if (import.meta.main) {
  const { hot, after } = await measure();
  await present({
    name: 'dyingRelu',
    table: [
      ['', 'steps', 'dead units', 'of', 'loss', 'accuracy'],
      [hot.name, HOT_STEPS, hot.dead, UNITS, hot.loss, hot.accuracy],
      ...after.map(({ name, dead, loss, accuracy }) => [
        `then ${name}, Adam at 0.01`,
        STEPS,
        dead,
        UNITS,
        loss,
        accuracy,
      ]),
    ],
    figure: {
      title: 'After steps that were too large: what brings dead units back',
      x: 'step',
      y: 'loss',
      logarithmic: true,
      lines: after.map(({ name, losses }) => ({ label: name, points: losses.map((loss, step) => [step, loss]) })),
    },
  });
}
