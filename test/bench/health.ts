/**
 * `node test/bench/health.ts`: what `health` adds to a step at its default interval, for a small, the flights' and a larger
 * network: the same chain with and without it, in turns in one process. Ends with 1 if the bound is missed.
 */
import { pipe, Subject } from 'rxjs';
import { openEngine } from '../../src/engine/openEngine.ts';
import { normal, randomSequence } from '../../src/engine/random.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { health } from '../../src/train/health.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import { update } from '../../src/train/update.ts';
import type { MiniBatch } from '../../src/types.ts';

/** The share of a step that health may cost. */
const BOUND = 0.03;
const ROUNDS = 41;
/** The default interval: each round holds one examination. */
const STEPS = 200;

const cases = [
  { name: 'S32', widths: [32, 64, 64, 2], rows: 32 },
  { name: 'flights', widths: [29, 64, 64, 2], rows: 512 },
  { name: 'M', widths: [784, 256, 128, 10], rows: 128 },
];

/** Two hundred steps of a network. */
function contestant({ widths, rows }: (typeof cases)[number], watched: boolean) {
  const engine = openEngine();
  const [width] = widths;
  const layout = {
    words: width + 1,
    width,
    fields: [{ kind: 'numbers', name: 'x', word: 0, column: 0, count: width }],
  } as const;
  const layers = widths
    .slice(1)
    .flatMap((units, i) => (i < widths.length - 2 ? [dense(units), relu()] : [dense(units)]));
  const network = compileNetwork({ layers, layout, engine, batch: rows, seed: 7 });
  const optimizer = adam({ learningRate: 1e-4 });
  const random = randomSequence(7, 'data');
  const x = engine.vector(rows * width).map((_, i) => normal(random, i));
  const batch: MiniBatch = {
    kind: 'step',
    epoch: 0,
    n: rows,
    x: engine.vector(rows * width),
    codes: [],
    y: engine.vector(rows).map(() => 0),
    position: { epoch: 0, window: 0, cursor: null, skip: 0, offset: 0 },
  };
  batch.x.set(x);
  const y = engine.vector(rows);
  for (let i = 0; i < rows; i++) y[i] = x[i * width] > 0 ? 1 : 0;

  const batches$ = new Subject<MiniBatch>();
  const stages = pipe(
    forward(network),
    lossOf(crossEntropy(), network),
    backward(network),
    update(network, optimizer, createTrainingState(network, optimizer, engine)),
  );
  let findings = 0;
  const count = ({ kind }: { readonly kind: string }) => {
    if (kind === 'finding') findings++;
  };
  if (watched) batches$.pipe(stages, health(network, { layout })).subscribe(count);
  else batches$.pipe(stages).subscribe(count);
  const own = { ...batch, y };
  return () => {
    const begin = performance.now();
    for (let i = 0; i < STEPS; i++) batches$.next(own);
    if (findings > 0) throw new Error('health finds something wrong with the network that is measured');
    return ((performance.now() - begin) * 1000) / STEPS;
  };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

console.log(`health at its default interval; medians of ${ROUNDS} rounds of ${STEPS} steps, in turns\n`);
console.log('            us a step   with health     cost');
let worst = 0;
for (const one of cases) {
  const [blind, watched] = [false, true].map((watching) => contestant(one, watching));
  const pairs: [number, number][] = [];
  blind();
  watched();
  for (let round = 0; round < ROUNDS; round++) {
    // Each goes first in half of the rounds.
    if (round % 2 === 0) pairs.push([blind(), watched()]);
    else pairs.push([watched(), blind()].toReversed() as [number, number]);
  }
  const cost = median(pairs.map(([without, withIt]) => withIt / without)) - 1;
  worst = Math.max(worst, cost);
  const [without, withIt] = [0, 1].map((i) => median(pairs.map((pair) => pair[i])));
  console.log(
    `${one.name.padEnd(10)}${without.toFixed(1).padStart(11)}${withIt.toFixed(1).padStart(14)}${`${(100 * cost).toFixed(1)} %`.padStart(9)}`,
  );
}
const met = worst < BOUND;
console.log(`\nat most ${(100 * worst).toFixed(1)} % of a step; less than ${100 * BOUND} %: ${met ? 'met' : 'missed'}`);
process.exitCode = met ? 0 : 1;
