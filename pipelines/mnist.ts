/**
 * Which digit is it? 60,000 images, with the network and the optimizer of scikit-learn's benchmark. See data/mnist and docs/results.md.
 *
 * All rows are trained on: `millrace evaluate CHECKPOINT data/mnist/build/test.parquet` scores it on the 10,000 that were set aside.
 */

import { prepared } from '../data/prepared.ts';
import {
  adam,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  log,
  ndjsonMetrics,
  parquet,
  progress,
  relu,
  vector,
} from '../src/index.ts';

export default definePipeline({
  name: 'mnist',
  source: parquet(prepared('mnist', 'train.parquet')),
  features: { pixels: vector(784, { scale: 'minMax' }) },
  target: classes('label'),
  batch: 200,
  network: [dense(100), relu(), dense(100), relu(), dense(10)],
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
  epochs: 20,
  sinks: [progress(), log(), ndjsonMetrics(), checkpoint({ everySteps: 1000 })],
  seed: 1,
});
