import { checkpoint, memory } from '../../src/index.ts';
import small, { rows } from '../pipeline/small.ts';

/** A run of some seconds that saves as often as it can be killed. */
export default {
  ...small,
  name: 'often',
  source: memory(rows(6000), { batchRows: 1000 }),
  shuffle: { memoryMB: 0.1 },
  epochs: 300,
  sinks: [checkpoint({ everyMs: 50, keep: 2 })],
};
