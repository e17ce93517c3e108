import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { filter, from, lastValueFrom, toArray } from 'rxjs';
import type { MiniBatch } from '../../src/batch/types.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import type { Layer } from '../../src/network/layer.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { sigmoid } from '../../src/network/layers/sigmoid.ts';
import { tanh } from '../../src/network/layers/tanh.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { adam } from '../../src/optimizer/adam.ts';
import type { Optimizer } from '../../src/optimizer/optimizer.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import type { RowLayout } from '../../src/preprocess/types.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { health } from '../../src/train/health.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import type { Finding } from '../../src/train/types.ts';
import { update } from '../../src/train/update.ts';

const folder = new URL('../../../shared/data/mnist/', import.meta.url);
const PIXELS = 784;
const ROWS = 128;
const STEPS = 200;

const layout: RowLayout = {
  words: PIXELS + 1,
  width: PIXELS,
  fields: [{ kind: 'numbers', name: 'pixels', word: 0, column: 0, count: PIXELS }],
};

function bytesOf(name: string, header: number): Uint8Array {
  return gunzipSync(readFileSync(new URL(name, folder))).subarray(header);
}

/** What health says of an epoch over the first images. */
function findingsOf(layers: readonly Layer[], optimizer: Optimizer): Promise<readonly Finding[]> {
  const images = bytesOf('train-images-idx3-ubyte.gz', 16);
  const labels = bytesOf('train-labels-idx1-ubyte.gz', 8);
  const engine = openEngine();
  const network = compileNetwork({ layers, layout, outputs: 10, engine, batch: ROWS, seed: 7 });
  const loss = crossEntropy();
  const x = engine.vector(ROWS * PIXELS);
  const y = engine.vector(ROWS);

  function* batches(): Generator<MiniBatch> {
    for (let step = 0; step < STEPS; step++) {
      const first = step * ROWS;
      for (let i = 0; i < x.length; i++) x[i] = images[first * PIXELS + i] / 255;
      y.set(labels.subarray(first, first + ROWS));
      const position = { epoch: 0, window: 0, cursor: null, skip: 0, offset: first + ROWS };
      yield { kind: 'step', epoch: 1, n: ROWS, x, codes: [], y, position };
    }
  }
  return lastValueFrom(
    from(batches()).pipe(
      forward(network, { mode: 'training' }),
      lossOf(loss, network),
      backward(network),
      update(network, optimizer, createTrainingState(network, optimizer, engine)),
      health(network, loss, { everySteps: 50, layout }),
      filter((event) => event.kind === 'finding'),
      toArray(),
    ),
  );
}

const networks: readonly (readonly [string, readonly Layer[], Optimizer])[] = [
  ['784-100-100-10 of ReLU', [dense(100), relu(), dense(100), relu(), dense(10)], adam()],
  ['784-100-100-10 of tanh', [dense(100), tanh(), dense(100), tanh(), dense(10)], adam()],
  ['784-30-10 of sigmoid', [dense(30), sigmoid(), dense(10)], sgd({ learningRate: 3 })],
];

for (const [name, layers, optimizer] of networks) {
  test(`${name} is healthy on MNIST`, async (t) => {
    if (!existsSync(folder)) {
      t.log('skipped: ../shared/data/mnist is not there');
      t.pass();
      return;
    }
    t.deepEqual(await findingsOf(layers, optimizer), []);
  });
}
