/**
 * Prints as JSON the bytes that parts of a step leave on the heap, each a mean over thousands of steps: `node --expose-gc --min-semi-space-size=64
 * --max-semi-space-size=64 stepAllocation.ts ENGINE`, so that nothing is collected while it counts.
 */
import { from } from 'rxjs';
import type { MiniBatch, Rows } from '../../src/batch/types.ts';
import {
  adam,
  batchNorm,
  binaryCrossEntropy,
  branches,
  dense,
  dropout,
  type EngineName,
  type Layer,
  layerNorm,
  prelu,
  relu,
  residual,
  tanh,
} from '../../src/index.ts';
import {
  backward,
  compileNetwork,
  createTrainingState,
  forward,
  lossOf,
  miniBatch,
  openEngine,
  update,
} from '../../src/operators.ts';
import type { RowLayout } from '../../src/preprocess/types.ts';

const layout: RowLayout = {
  words: 4,
  width: 7,
  fields: [
    { kind: 'numbers', name: 'a', word: 0, column: 0, count: 1 },
    { kind: 'oneHot', name: 'b', word: 1, column: 1, size: 2 },
    { kind: 'embedding', name: 'c', word: 2, column: 3, size: 3, width: 4 },
    { kind: 'target', name: 'd', word: 3 },
  ],
};
const size = 16;
const steps = 500;
const engine = openEngine(process.argv[2] as EngineName, { threads: 1 });
const optimizer = adam();
const loss = binaryCrossEntropy();

function windowOf(rows: number): Rows {
  const segment = new Float32Array(rows * layout.words);
  const codes = new Int32Array(segment.buffer);
  for (let row = 0; row < rows; row++) {
    segment.set([row / rows, 0, 0, row % 2], row * layout.words);
    codes.set([row % 2, row % 3], row * layout.words + 1);
  }
  return { layout, length: rows, segments: [segment], place: { epoch: 0, window: 0, cursor: null, skip: 0 } };
}

/** The least of several means: what the compiler leaves behind while it is at it does not count. */
function bytesAStep(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    run();
    const bytes = process.memoryUsage().heapUsed - before;
    if (round >= 4) least = Math.min(least, bytes / steps);
  }
  return least;
}

const rows = windowOf(size * steps);
function measure(layers: readonly Layer[]) {
  const network = compileNetwork({ layers, layout, engine, batch: size, seed: 7 });
  const training = createTrainingState(network, optimizer, engine);
  const batches$ = from([rows]).pipe(miniBatch({ size, engine, layout }));
  const chain$ = batches$.pipe(
    forward(network, { mode: 'training' }),
    lossOf(loss, network),
    backward(network),
    update(network, optimizer, training),
  );
  let batch: MiniBatch | undefined;
  batches$.subscribe((last) => {
    batch = last;
  });
  const { kernels } = engine;
  const { parameters, gradient, dOutput } = network;
  const each = (act: (batch: MiniBatch) => void) => () => {
    for (let step = 0; step < steps; step++) act(batch as MiniBatch);
  };
  return {
    forward: bytesAStep(each((rows) => network.forward(rows, 'training'))),
    backward: bytesAStep(each(() => network.backward(dOutput, size))),
    update: bytesAStep(each(() => optimizer.update(kernels, parameters, gradient, training.moments, 1, 1))),
    chain: bytesAStep(() => void chain$.subscribe()),
  };
}

console.log(
  JSON.stringify({
    plain: measure([dense(8), relu(), dense(8), tanh(), dense(1)]),
    all: measure([
      dense(8),
      batchNorm(),
      prelu(),
      dropout(0.5),
      residual([dense(8), layerNorm(), relu()]),
      branches([[dense(4)], [dense(4)]]),
      dense(1),
    ]),
  }),
);
