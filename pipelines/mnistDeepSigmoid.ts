/** Five layers of sigmoid units, first weights uniform up to `1 / sqrt(fanIn)`: what a vanishing gradient costs. See docs/results.md. */
import { definePipeline, dense, sigmoid, uniform } from '../src/index.ts';
import mnistDeepXavier from './mnistDeepXavier.ts';

const standard = (fanIn: number) => uniform({ from: -1 / Math.sqrt(fanIn), to: 1 / Math.sqrt(fanIn) });

export default definePipeline({
  ...mnistDeepXavier,
  name: 'mnistDeepSigmoid',
  network: [
    ...[784, 200, 200, 200, 200].flatMap((fanIn) => [dense(200, { initializer: standard(fanIn) }), sigmoid()]),
    dense(10, { initializer: standard(200) }),
  ],
});
