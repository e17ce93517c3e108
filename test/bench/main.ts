/**
 * `npm run bench`: the S32 step (32-64-64-1, 32 rows; forward, loss, backward, Adam) of each engine, through the public
 * stages, against plain TypeScript loops, in turns in one process; then the engines' products. Ends with 1 if the bound is missed.
 */
import { Subject } from 'rxjs';
import { engineNames, openEngine } from '../../src/engine/openEngine.ts';
import { randomSequence, uniform } from '../../src/engine/random.ts';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import { update } from '../../src/train/update.ts';
import type { EngineName, MiniBatch, Vector } from '../../src/types.ts';
import { plainStep } from './plainStep.ts';

const WIDTHS = [32, 64, 64, 1];
const ROWS = 32;
/** The wasm engine makes at least this many times as many steps a second as plain loops. */
const BOUND = 10;
const ROUNDS = 15;
const ROUND_MS = 100;

const random = randomSequence(7, 'data');

function fillX(x: Vector): void {
  for (let i = 0; i < x.length; i++) x[i] = 2 * uniform(random(i)) - 1;
}

function fillY(y: Vector, x: Vector): void {
  for (let i = 0; i < y.length; i++) y[i] = x[i * WIDTHS[0]] > 0 ? 1 : 0;
}

interface Contestant {
  readonly name: string;
  step(): number;
}

/** The network with its first parameters, and the same parameters as they were. */
function stages(name: EngineName) {
  const engine = openEngine(name);
  const layout = { words: WIDTHS[0] + 1, width: WIDTHS[0], fields: [] };
  const layers = [dense(WIDTHS[1]), relu(), dense(WIDTHS[2]), relu(), dense(WIDTHS[3])];
  const network = compileNetwork({ layers, layout, engine, batch: ROWS, seed: 7 });
  const first = Float32Array.from(network.parameters);
  const optimizer = adam();
  const x = engine.vector(ROWS * WIDTHS[0]);
  const y = engine.vector(ROWS);
  fillX(x);
  fillY(y, x);
  const position = { epoch: 0, window: 0, cursor: null, skip: 0, offset: 0 };
  const batch: MiniBatch = { kind: 'step', epoch: 0, n: ROWS, x, codes: [], y, position };

  const batches$ = new Subject<MiniBatch>();
  let loss = Number.NaN;
  batches$
    .pipe(
      forward(network),
      lossOf(binaryCrossEntropy(), network),
      backward(network),
      update(network, optimizer, createTrainingState(network, optimizer, engine)),
    )
    .subscribe((step) => {
      loss = step.loss;
    });
  const contestant: Contestant = {
    name,
    step() {
      batches$.next(batch);
      return loss;
    },
  };
  return { contestant, first };
}

function plain(parameters: Float32Array): Contestant {
  const x = new Float32Array(ROWS * WIDTHS[0]);
  const y = new Float32Array(ROWS);
  fillX(x);
  fillY(y, x);
  const step = plainStep(WIDTHS, ROWS, parameters);
  return { name: 'plain TypeScript', step: () => step(x, y) };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Microseconds a step. */
function measure({ step }: Contestant): number {
  const begin = performance.now();
  let steps = 0;
  do {
    for (let i = 0; i < 10; i++) step();
    steps += 10;
  } while (performance.now() - begin < ROUND_MS);
  return ((performance.now() - begin) * 1000) / steps;
}

const engines = engineNames.filter((name) => name !== 'reference').map(stages);
const contestants = [plain(engines[0].first), ...engines.map(({ contestant }) => contestant)];

// All of them compute the same thing: after as many steps from the same parameters the loss is the same.
const losses = contestants.map(({ step }) => {
  for (let i = 0; i < 99; i++) step();
  return step();
});
if (losses.some((loss) => !(Math.abs(loss - losses[0]) < 1e-3))) {
  throw new Error(`the contestants disagree: losses ${losses.join(', ')} after 100 steps`);
}

for (const contestant of contestants) measure(contestant);
const times = contestants.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++) {
  for (let i = 0; i < contestants.length; i++) times[i].push(measure(contestants[i]));
}
const medians = times.map(median);

console.log(`S32 step, ${WIDTHS.join('-')} at batch ${ROWS}; medians of ${ROUNDS} rounds\n`);
console.log('                      us a step   steps a second    ratio');
contestants.forEach(({ name }, i) => {
  const ratio = median(times[0].map((time, round) => time / times[i][round]));
  const cells = [name.padEnd(20), medians[i].toFixed(1).padStart(11), (1e6 / medians[i]).toFixed(0).padStart(17)];
  console.log(`${cells.join('')}${ratio.toFixed(1).padStart(9)}`);
});

console.log('\nproduct, GFLOPS (plain, b transposed, a transposed)\n');
for (const name of engineNames.filter((other) => other !== 'reference')) {
  const engine = openEngine(name);
  for (const [n, k, m] of [
    [512, 1024, 1024],
    [128, 784, 256],
    [512, 64, 64],
    [64, 64, 128],
    [32, 64, 64],
  ]) {
    const [out, a, b] = [n * m, n * k, k * m].map((length) => engine.vector(length));
    fillX(a);
    fillX(b);
    const repeats = Math.ceil(2e8 / (n * k * m));
    const speeds = (['matmul', 'matmulTransposeB', 'matmulTransposeA'] as const).map((form) => {
      const rounds = Array.from({ length: 7 }, () => {
        const begin = performance.now();
        for (let i = 0; i < repeats; i++) engine.kernels[form](out, a, b, n, k, m);
        return performance.now() - begin;
      });
      return (2 * n * k * m * repeats) / median(rounds) / 1e6;
    });
    console.log(
      `${name.padEnd(12)}${`${n} x ${k} x ${m}`.padStart(18)}${speeds.map((speed) => speed.toFixed(1).padStart(8)).join('')}`,
    );
  }
}

const reached = median(times[0].map((time, round) => time / times[1][round]));
const met = reached >= BOUND;
console.log(
  `\n${contestants[1].name} makes ${reached.toFixed(1)} times as many steps as plain loops; at least ${BOUND}: ${met ? 'met' : 'missed'}`,
);
process.exitCode = met ? 0 : 1;
