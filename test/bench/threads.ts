/**
 * `node test/bench/threads.ts [engine]`: a training step (forward, loss, backward, Adam) on one thread and on more, in turns in one
 * process; and whether both end with the same bits.
 */

import type { MiniBatch } from '../../src/batch/types.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { randomSequence, uniform } from '../../src/engine/random.ts';
import type { EngineName } from '../../src/engine/types.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { adam } from '../../src/optimizer/adam.ts';

const ROUNDS = 15;
const ROUND_MS = 100;
const THREADS = [1, 2];
const name = (process.argv[2] ?? 'wasm') as EngineName;

const work = [
  { title: 'S32', widths: [32, 64, 64, 1], rows: 32 },
  { title: 'S128', widths: [32, 64, 64, 1], rows: 128 },
  { title: 'flights', widths: [28, 64, 64, 1], rows: 512 },
  { title: 'M', widths: [784, 256, 128, 10], rows: 128 },
  { title: 'L', widths: [784, 1024, 1024, 10], rows: 512 },
];

function stepOf(widths: readonly number[], rows: number, threads: number) {
  const engine = openEngine(name, { threads });
  const layers = widths
    .slice(1)
    .flatMap((units, i) => (i < widths.length - 2 ? [dense(units), relu()] : [dense(units)]));
  const layout = { words: widths[0] + 1, width: widths[0], fields: [] };
  const network = compileNetwork({
    layers,
    layout,
    engine,
    batch: rows,
    seed: 7,
  });
  const [first, second] = [engine.vector(network.parameters.length), engine.vector(network.parameters.length)];
  const random = randomSequence(7, 'data');
  const x = engine.vector(rows * widths[0]);
  for (let i = 0; i < x.length; i++) x[i] = 2 * uniform(random(i)) - 1;
  const position = { epoch: 0, window: 0, cursor: null, skip: 0, offset: 0 };
  const batch = {
    kind: 'step',
    epoch: 0,
    n: rows,
    x,
    codes: [],
    y: x,
    position,
  } as unknown as MiniBatch;
  const { parameters, gradient, dOutput } = network;
  return {
    parameters,
    step() {
      const output = network.forward(batch, 'training');
      for (let i = 0; i < dOutput.length; i++) dOutput[i] = (output[i] - x[i % x.length]) / rows;
      network.backward(dOutput, rows);
      adam().update(engine.kernels, parameters, gradient, [first, second], 1);
    },
  };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

console.log(`${name}; medians of ${ROUNDS} rounds, and of the ratios round by round\n`);
for (const { title, widths, rows } of work) {
  const contestants = THREADS.map((threads) => stepOf(widths, rows, threads));
  const begin = performance.now();
  let steps = 0;
  // Long enough for the threads to come.
  while (performance.now() - begin < 1500) {
    for (const { step } of contestants) step();
    steps++;
  }
  const [one, ...others] = contestants.map(({ parameters }) => Buffer.from(Float32Array.from(parameters).buffer));
  const same = others.every((other) => one.equals(other));
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    contestants.forEach(({ step }, i) => {
      const start = performance.now();
      let count = 0;
      for (; performance.now() - start < ROUND_MS; count++) step();
      times[i].push(((performance.now() - start) * 1000) / count);
    });
  }
  const ratio = median(times[0].map((time, round) => time / times[1][round]));
  const best = Math.min(...times[0]) / Math.min(...times[1]);
  const cells = times.map((all, i) => `${THREADS[i]}: ${median(all).toFixed(1)} us`.padStart(16));
  console.log(
    `${title.padEnd(8)}${cells.join('')}  ratio ${ratio.toFixed(2)}, of the best ${best.toFixed(2)}; ${same ? 'same bits' : 'OTHER BITS'} after ${steps} steps`,
  );
}
