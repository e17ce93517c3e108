/** Which of three interleaved arms is a point on? What a linear classifier cannot learn. See data/spiral. */
import { spiral } from '../data/spiral/spiral.ts';
import {
  adam,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  log,
  memory,
  ndjsonMetrics,
  numeric,
  progress,
  relu,
} from '../src/index.ts';

export default definePipeline({
  name: 'spiral',
  source: memory(spiral({ points: 100, classes: 3, seed: 1 })),
  features: { x: numeric({ scale: 'none' }), y: numeric({ scale: 'none' }) },
  target: classes('arm'),
  split: { validation: 0.2 },
  batch: 32,
  network: [dense(100), relu(), dense(3)],
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 200,
  sinks: [progress(), log(), ndjsonMetrics(), checkpoint({ everySteps: 500 })],
  seed: 1,
});
