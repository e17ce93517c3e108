/** Five layers of tanh, first weights of Xavier: what `mnistDeepTanh` and `mnistDeepSigmoid` are compared with. See docs/results.md. */
import { definePipeline, dense, polynomialDecay, sgd, tanh, xavier } from '../src/index.ts';
import mnist from './mnist.ts';

const initializer = xavier();

export default definePipeline({
  ...mnist,
  name: 'mnistDeepXavier',
  batch: 20,
  network: [
    ...Array.from({ length: 5 }, () => [dense(200, { initializer }), tanh()]).flat(),
    dense(10, { initializer }),
  ],
  // 3,000 steps an epoch: the rate falls to zero, so that the end does not depend on the last rows.
  optimizer: sgd({ learningRate: polynomialDecay({ learningRate: 0.05, steps: 15_000 }) }),
  epochs: 5,
});
