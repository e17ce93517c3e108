import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  derive,
  log,
  memory,
  ndjsonMetrics,
  numeric,
  oneHot,
  type Pipeline,
  parquetMetrics,
  progress,
  relu,
} from '../../src/index.ts';
import { rows } from '../pipeline/small.ts';

/** Long enough to be interrupted in the middle: 40 epochs of 903 steps, with every sink, and reports that are logged at once. */
const long: Pipeline = definePipeline({
  name: 'long',
  source: memory(rows(8000), { batchRows: 500 }),
  derive: [derive('positive', ['score'], (score: number) => score > 0)],
  features: { a: numeric(), b: numeric({ missing: 'indicator' }), color: oneHot() },
  target: binary('positive'),
  split: { validation: 0.1 },
  shuffle: { memoryMB: 0.05 },
  batch: 8,
  network: [dense(8), relu(), dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
  epochs: 40,
  sinks: [progress(), log({ everyMs: 0 }), ndjsonMetrics(), parquetMetrics(), checkpoint({ everySteps: 400, keep: 2 })],
  seed: 5,
  reportEverySteps: 100,
});

export default long;
