import {
  adam,
  batchNorm,
  binary,
  binaryCrossEntropy,
  branches,
  checkpoint,
  definePipeline,
  dense,
  derive,
  dropout,
  embedding,
  leakyRelu,
  memory,
  numeric,
  type Pipeline,
  passThrough,
  prelu,
  residual,
} from '../../src/index.ts';
import { rows } from './small.ts';

/** Two epochs of a network that keeps more than parameters, and draws random numbers at each step. */
const smallLayers: Pipeline = definePipeline({
  name: 'smallLayers',
  source: memory(rows(120), { batchRows: 37 }),
  derive: [derive('positive', ['score'], (score: number) => score > 0)],
  features: { a: numeric(), b: numeric({ missing: 'mean' }), city: embedding(2) },
  target: binary('positive'),
  split: { validation: 0.2 },
  shuffle: { memoryMB: 0.001 },
  batch: 16,
  network: [
    dense(8),
    batchNorm(),
    leakyRelu(),
    dropout(0.3),
    residual([dense(8, { bias: false }), batchNorm({ momentum: 0.3 }), prelu(), dropout(0.2)]),
    branches([[passThrough()], [dense(4), batchNorm(), dropout(0.1)]]),
    dense(1),
  ],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 2,
  sinks: [checkpoint({ everySteps: 100 })],
  seed: 3,
  reportEverySteps: 5,
});

export default smallLayers;
