/** Two wide layers of which a fifth is dropped at each step, as in Keras' example mnist_mlp. See docs/results.md. */
import { definePipeline, dense, dropout, relu, rmsProp } from '../src/index.ts';
import mnist from './mnist.ts';

export default definePipeline({
  ...mnist,
  name: 'mnistDropout',
  batch: 128,
  network: [dense(512), relu(), dropout(0.2), dense(512), relu(), dropout(0.2), dense(10)],
  optimizer: rmsProp({ learningRate: 1e-3, decay: 0.9, epsilon: 1e-7 }),
  epochs: 20,
});
