/** The network of `mnistSigmoid`, with batch normalization before each sigmoid: all else is the same. See docs/results.md. */
import { batchNorm, definePipeline, dense, normal, sigmoid } from '../src/index.ts';
import mnistSigmoid from './mnistSigmoid.ts';

const initializer = normal({ deviation: 0.1 });

export default definePipeline({
  ...mnistSigmoid,
  name: 'mnistBatchNorm',
  network: [
    // Without biases: batch normalization takes the mean away, and has its own beta.
    ...Array.from({ length: 3 }, () => [dense(100, { initializer, bias: false }), batchNorm(), sigmoid()]).flat(),
    dense(10, { initializer }),
  ],
});
