/** Five layers of tanh, first weights as they were before Xavier: uniform up to `1 / sqrt(fanIn)`. See docs/results.md. */
import { definePipeline, dense, tanh, uniform } from '../src/index.ts';
import mnistDeepXavier from './mnistDeepXavier.ts';

const standard = (fanIn: number) => uniform({ from: -1 / Math.sqrt(fanIn), to: 1 / Math.sqrt(fanIn) });

export default definePipeline({
  ...mnistDeepXavier,
  name: 'mnistDeepTanh',
  network: [
    ...[784, 200, 200, 200, 200].flatMap((fanIn) => [dense(200, { initializer: standard(fanIn) }), tanh()]),
    dense(10, { initializer: standard(200) }),
  ],
});
