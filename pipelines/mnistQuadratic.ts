/** The first network of Nielsen's book: 30 sigmoid units, and the quadratic cost of ten sigmoid outputs. See docs/results.md. */
import { definePipeline, dense, type Loss, normal, sgd, sigmoid } from '../src/index.ts';
import mnist from './mnist.ts';

/**
 * Half of the squared distance of the outputs from the one-hot label: a loss of the user's own.
 *
 *   L = mean of |p - y|² / 2 over the rows;  dL/dp = (p - y) / n
 *
 * @see Nielsen 2015, Neural networks and deep learning, chapter 1
 */
const quadraticCost: Loss = {
  name: 'quadraticCost',
  options: {},
  task: 'classes',
  evaluate(output, y, dOutput, n, outputs) {
    let sum = 0;
    for (let row = 0; row < n; row++) {
      for (let c = 0; c < outputs; c++) {
        const error = output[row * outputs + c] - (y[row] === c ? 1 : 0);
        sum += error * error;
        dOutput[row * outputs + c] = error / n;
      }
    }
    return n === 0 ? 0 : sum / (2 * n);
  },
  // Ten sigmoids, each of which says how sure it is of its own digit; in shares they are what a class's probability must be.
  predict(p, output, n, outputs) {
    for (let begin = 0; begin < n * outputs; begin += outputs) {
      let total = 0;
      for (let i = begin; i < begin + outputs; i++) total += output[i];
      for (let i = begin; i < begin + outputs; i++) p[i] = output[i] / total;
    }
  },
};

const initializer = normal({ deviation: 1 });

export default definePipeline({
  ...mnist,
  name: 'mnistQuadratic',
  batch: 10,
  network: [dense(30, { initializer }), sigmoid(), dense(10, { initializer }), sigmoid()],
  loss: quadraticCost,
  optimizer: sgd({ learningRate: 3 }),
  epochs: 30,
});
