/** Which digit is it? 60,000 images, the network and optimizer of scikit-learn's benchmark. See data/mnist. */
import {
  adam,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  log,
  ndjson,
  parquet,
  progress,
  relu,
  vector,
} from '../src/index.ts';
import { prepared } from '../data/prepared.ts';

export default definePipeline({
  name: 'mnist',
  source: parquet(prepared('mnist', 'train.parquet')),
  features: { pixels: vector(784, { scale: 'none' }) },
  target: classes('label'),
  batch: 200,
  network: [dense(100), relu(), dense(100), relu(), dense(10)],
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
  epochs: 10,
  sinks: [progress(), log(), ndjson(), checkpoint({ everySteps: 1000 })],
  seed: 1,
});
