/**
 * Batch normalization lets a deep sigmoid network learn. Six layers of sigmoid units from small random weights tell nothing of their
 * input at the output and get no gradient at the input: they end where they began, at guessing, ln 3. With each z brought to mean 0 and variance
 * 1 over the rows, whatever the weights, signals get through both ways, and the inputs of the last hidden layer stay where they were.
 *
 * @see Ioffe and Szegedy 2015, Batch normalization, arXiv:1502.03167, figure 1
 */
import { batchNorm, dense, type Layer, normal, sgd, sigmoid } from '../../src/index.ts';
import type { Network } from '../../src/operators.ts';
import { learn } from './learn.ts';
import { present } from './present.ts';

const DEPTH = 6;
const UNITS = 32;
const STEPS = 1000;
const EVERY_STEPS = 200;

export interface Normalized {
  readonly name: string;
  readonly losses: readonly number[];
  readonly accuracy: number;
  /** Every 200 steps, the 15th, 50th and 85th percentile of what the first sigmoid unit of the last hidden layer is given. */
  readonly percentiles: readonly (readonly [step: number, low: number, middle: number, high: number])[];
}

/** Trains the same network without and with batch normalization: the same first weights, rows, optimizer and steps. */
export async function measure(): Promise<readonly Normalized[]> {
  const initializer = normal({ deviation: 0.1 });
  const hidden = (...between: Layer[]) =>
    Array.from({ length: DEPTH }, () => [dense(UNITS, { initializer }), ...between, sigmoid()]).flat();
  const measured: Normalized[] = [];
  for (const [name, layers] of [
    ['without', hidden()],
    ['with batchNorm', hidden(batchNorm())],
  ] as const) {
    const percentiles: Normalized['percentiles'][number][] = [];
    const { losses, accuracy } = await learn({
      layers: [...layers, dense(3, { initializer })],
      optimizer: sgd({ learningRate: 0.3 }),
      steps: STEPS,
      seed: 7,
      watch({ step }, network) {
        if (step % EVERY_STEPS === 0) percentiles.push([step, ...lastInputs(network)]);
      },
    });
    measured.push({ name, losses, accuracy, percentiles });
  }
  return measured;
}

/** What the first unit of the last sigmoid layer was given, over the rows: three percentiles. */
function lastInputs(network: Network): [number, number, number] {
  const z = (network.activations().at(-3) as { values: ArrayLike<number> }).values;
  const values = Array.from({ length: z.length / UNITS }, (_, row) => z[row * UNITS]).sort((a, b) => a - b);
  const at = (share: number) => values[Math.floor(share * (values.length - 1))];
  return [at(0.15), at(0.5), at(0.85)];
}

if (import.meta.main) {
  const measured = await measure();
  await present({
    name: 'batchNormalization',
    table: [
      ['step', ...measured.flatMap(({ name }) => [`loss ${name}`, 'z 15 %', '50 %', '85 %'])],
      ...measured[0].percentiles.map(([step], i) => [
        step,
        ...measured.flatMap(({ losses, percentiles }) => [losses[step - 1], ...percentiles[i].slice(1)]),
      ]),
    ],
    figure: {
      title: 'Six layers of sigmoid units, without and with batch normalization',
      x: 'step',
      y: 'loss',
      lines: measured.map(({ name, losses }) => ({ label: name, points: losses.map((loss, step) => [step, loss]) })),
    },
  });
}
