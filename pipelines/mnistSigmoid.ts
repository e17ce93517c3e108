/** Three layers of 100 sigmoid units from small random weights: what `mnistBatchNorm` is compared with. See docs/results.md. */
import { checkpoint, definePipeline, dense, log, ndjsonMetrics, normal, progress, sgd, sigmoid } from '../src/index.ts';
import mnist from './mnist.ts';

const initializer = normal({ deviation: 0.1 });

export default definePipeline({
  ...mnist,
  name: 'mnistSigmoid',
  // 1,000 steps an epoch.
  batch: 60,
  network: [
    ...Array.from({ length: 3 }, () => [dense(100, { initializer }), sigmoid()]).flat(),
    dense(10, { initializer }),
  ],
  optimizer: sgd({ learningRate: 0.1 }),
  epochs: 10,
  sinks: [progress(), log(), ndjsonMetrics(), checkpoint({ everySteps: 1000, keep: 10 })],
});
