/** Five layers of tanh, first weights of Xavier: what `mnistDeepTanh` and `mnistDeepSigmoid` are compared with. See docs/results.md. */
import { definePipeline, dense, sgd, tanh, xavier } from '../src/index.ts';
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
  optimizer: sgd({ learningRate: 0.05 }),
  epochs: 5,
});
