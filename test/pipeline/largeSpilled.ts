import { definePipeline, memory } from '../../src/index.ts';
import small, { rows } from './small.ts';

/** The small pipeline with so many rows that those on disk are by far the largest file of the run. */
export default definePipeline({
  ...small,
  name: 'large-spilled',
  source: memory(rows(10_000)),
  shuffle: { memoryMB: 0.1, spill: true },
});
